/** Tests the pages, the actions and the live updates of `session ui`. */
import { existsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { fixture, type Scratch, scratch } from "../support/scratch.ts";
import { followPage, startUi, untilQuiet } from "../support/ui-server.ts";

/** Makes two branches that would conflict, and a third that changes the same file; each in its own worktree. */
const busy = () =>
  fixture("ui", async (s) => {
    await s.git("init", "--quiet", "--initial-branch=main");
    await s.git("config", "user.name", "Test Person");
    await s.git("config", "user.email", "person@example.com");
    await s.write("a.txt", Array.from({ length: 30 }, (_, n) => `${n}\n`).join(""));
    await s.write(".gitignore", "ignored/\n");
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "feat: begin");
    for (const [name, line] of [
      ["login", 5],
      ["crash", 5],
      ["search", 20],
    ] as const) {
      await s.ok("start", name, "--worktree", "-o", `Write ${name}`, "-o", "Test it");
      const there = worktree(s, name);
      await there.write("a.txt", (await s.read("a.txt")).replace(`\n${line}\n`, `\n${name}\n`));
      await there.git("commit", "--quiet", "--all", "-m", `feat: ${name}`);
    }
    await worktree(s, "login").ok("blockers", "add", "Waiting for keys", "--link", "#42");
  });

const worktree = (s: Scratch, name: string) => s.at(`${s.root}-${name}`);

const idOf = async (s: Scratch, name: string): Promise<string> => (await s.json("show", name)).session.id;

test("ui shows sessions, worktrees and conflicts, and every page of a session", async () => {
  const s = await busy();
  const id = await idOf(s, "login");
  await worktree(s, "login").ok(
    "decisions",
    "add",
    "Use PKCE",
    "--rationale",
    "no secret",
    "--alternative",
    "Implicit",
  );
  await worktree(s, "search").write("new.txt", "x\n");
  const ui = await startUi(s);
  const overview = await ui.ask("");
  expect(overview.status).toBe(200);
  for (const words of [
    "Write login",
    "Waiting for keys",
    "0 of 2 done",
    "3 active",
    "1 changed file",
    "would conflict in 1 file",
    "change the same file, no conflict so far",
  ])
    expect(overview.text, words).toContain(words);
  const session = (await ui.ask(`session?id=${id}`)).text;
  for (const words of [
    "Use PKCE",
    "Why: no secret",
    "Rejected: Implicit",
    "feat: login",
    "Pause this session",
    "1 commit ahead of main",
  ])
    expect(session, words).toContain(words);
  expect((await ui.ask("search?q=pkce")).text).toContain("<mark>PKCE</mark>");
  expect((await ui.ask("search?q=%22secret%20no%22")).text).toContain("nothing found");
  expect((await ui.ask("sessions")).text).toContain("Crash");
  const none = await ui.ask("session?id=nobody");
  expect([none.status, none.text.includes("there is no session")]).toEqual([404, true]);
});

test("actions in ui do what the commands do, in the session's worktree, and undo reverts them", async () => {
  const s = await busy();
  const there = worktree(s, "crash");
  const session = await idOf(s, "crash");
  const before = await s.read(".git/sessions/crash/objectives.md");
  const ui = await startUi(s);
  const answers = [
    await ui.do("objective", { session, text: "Three" }),
    await ui.do("mark", { session, id: "obj-1", mark: "done" }),
    await ui.do("blocker", { session, text: "Stuck", link: "#7" }),
    await ui.do("resolve", { session, id: "blk-1", note: "went" }),
    await ui.do("note", { session, text: "Two\nlines" }),
  ];
  expect(answers.map(({ text }) => JSON.parse(text).said)).toEqual([
    "Added obj-3.",
    "obj-1 is done.",
    "Added blk-1.",
    "blk-1 is resolved.",
    "Noted.",
  ]);
  expect(await there.json("objectives")).toMatchObject([
    { mark: "done" },
    { mark: "open" },
    { text: "Three" },
  ]);
  expect(await there.json("blockers")).toMatchObject([{ resolved: true, link: "#7", note: "went" }]);
  expect(await there.json("note", "list")).toMatchObject([{ text: "Two\nlines" }]);
  // An action on the page does not make its user the session's holder.
  expect(
    (await s.json("status", "--all")).worktrees.find((each: { branch: string }) => each.branch === "crash")
      .holder?.who,
  ).not.toMatch(/node|ui/);
  for (const _ of answers) await there.ok("undo");
  expect(await s.read(".git/sessions/crash/objectives.md")).toBe(before);
  await there.write("a.txt", "unfinished\n");
  expect(JSON.parse((await ui.do("pause", { session })).text).said).toMatch(/^Paused/);
  expect([(await there.json("show")).session.state, await there.read("a.txt")]).toEqual([
    "paused",
    "unfinished\n",
  ]);
});

test("ui shows the command's error and changes nothing", async () => {
  const s = await busy();
  const session = await idOf(s, "crash");
  const ui = await startUi(s);
  const failed = async (action: string, fields: Record<string, string>) => {
    const { status, text } = await ui.do(action, { session, ...fields });
    return [status, JSON.parse(text).error];
  };
  expect(await failed("mark", { id: "9", mark: "done" })).toEqual([
    409,
    "there is no objective 9 in this session; did you mean obj-1?",
  ]);
  expect(await failed("objective", { text: "  " })).toEqual([400, expect.stringMatching(/needs some text/)]);
  expect(await failed("note", { text: `token ghp_${"a1B2".repeat(9)}` })).toEqual([
    409,
    expect.stringMatching(/secret|token/i),
  ]);
  expect(await failed("note", { session: "nobody", text: "x" })).toEqual([
    404,
    expect.stringMatching(/no session/),
  ]);
  expect(await failed("handoff", {})).toEqual([409, expect.stringMatching(/no handoff/)]);
  await worktree(s, "crash").ok("end");
  expect(await failed("note", { text: "x" })).toEqual([404, expect.stringMatching(/not at work/)]);
  expect((await ui.ask(`session?id=${session}`)).text).toContain("<button>Acknowledge</button>");
  expect(JSON.parse((await ui.do("handoff", { session })).text).said).toBe(
    "Test Person acknowledged the handoff.",
  );
  expect((await ui.ask(`session?id=${session}`)).text).toContain("acknowledged by Test Person");
});

test("ui follows files, commits, records, worktrees and agents, and runs no git while nothing changes", async () => {
  const s = await busy();
  const trace = path.join(s.home, "trace");
  const ui = await startUi({ ...s, env: { ...s.env, GIT_TRACE2: trace } });
  const asked = async () => (await s.read(trace)).split(" start ").length;
  const page = await followPage(ui);
  const crash = worktree(s, "crash");
  await crash.write("deep/er/new.txt", "1\n");
  await page.next("worktrees", /crash[\s\S]*1 changed file/);
  await crash.write("deep/er/other.txt", "1\n");
  await page.next("worktrees", /crash[\s\S]*2 changed files/);
  // A conflict with uncommitted files.
  await worktree(s, "search").write("a.txt", "all of it is new\n");
  await page.next("conflicts", "3 pairs would conflict");
  await worktree(s, "search").git("checkout", "--quiet", "a.txt");
  await page.next("conflicts", "1 pair would conflict");
  await crash.ok("objectives", "complete", "1");
  await page.next("sessions", "1 of 2 done");
  await page.next("news", /New since|hidden/);
  await crash.git("add", "--all");
  await crash.git("commit", "--quiet", "-m", "feat: deep");
  await page.next("worktrees", /nothing uncommitted/);
  await s.git("worktree", "add", "--quiet", "-b", "extra", "../extra");
  await page.next("worktrees", ">extra</h3>");
  await s.at(path.join(s.root, "../extra")).write("x.txt", "x\n");
  await page.next("worktrees", "1 of 5 with uncommitted files");
  await s.git("worktree", "remove", "--force", "../extra");
  await page.next("worktrees", "nothing uncommitted");
  // Ignored files, git's locks and the program's caches do not count as changes.
  await untilQuiet(page);
  const before = [await asked(), page.count()];
  await crash.write("ignored/log.txt", "x\n");
  await untilQuiet(page);
  // The only git process: it checks whether git ignores the new path.
  before[0] = (before[0] ?? 0) + 1;
  await crash.write("ignored/other.txt", "x\n");
  await s.write(".git/index.lock", "");
  await s.run("rm", [".git/index.lock"]);
  await s.write(".git/COMMIT_EDITMSG", "x");
  await s.write(".git/sessions/.cache/x", "x");
  await untilQuiet(page);
  expect([await asked(), page.count()]).toEqual(before);
});

test("ui prints its address once, ends with Ctrl-C, and names a port in use", async () => {
  const s = await scratch();
  const ui = await startUi(s);
  expect(ui.url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${ui.port}/[\\w-]+/$`));
  const taken = await s.session("ui", "--port", String(ui.port));
  expect([taken.code, taken.stderr]).toEqual([
    1,
    expect.stringContaining(`port ${ui.port} cannot be used: another program listens on it`),
  ]);
  expect((await s.session("ui", "--port", "99999")).code).toBe(2);
  expect((await s.at(s.home).session("ui")).code).toBe(1);
  expect((await ui.ask("")).text).toContain("No session is open");
  expect(await ui.stop()).toMatchObject({ code: 0 });
});

test.skipIf(process.platform !== "linux")(
  "ui opens the browser through a private file with the address, and deletes the file",
  async () => {
    const s = await scratch();
    await s.write(
      "../bin/xdg-open",
      `#!/bin/sh\nstat -c '%a' "$1" "$(dirname "$1")" >"$HOME/opened"\ncat "$1" >>"$HOME/opened"\necho "$1" >"$HOME/name"\n`,
    );
    await chmod(path.join(s.root, "../bin/xdg-open"), 0o755);
    const env = { ...s.env, PATH: `${path.join(s.root, "../bin")}:${s.env.PATH}` };
    const ui = await startUi({ ...s, env: { ...env, DISPLAY: ":0" } }, "--open");
    const opened = path.join(s.home, "name");
    while (!existsSync(opened)) await new Promise((resolve) => setTimeout(resolve, 20));
    const text = await s.read("../home/opened");
    expect(text).toMatch(/^600\n700\n/);
    expect(text).toContain(ui.url);
    const file = (await s.read("../home/name")).trim();
    await ui.stop();
    expect(existsSync(file)).toBe(false);
    const blind = await startUi({ ...s, env }, "--open");
    expect((await blind.stop()).stderr).toContain("No display");
  },
);
