import { spawn } from "node:child_process";
import { once } from "node:events";
import { symlink, utimes } from "node:fs/promises";
import os from "node:os";
import { expect, onTestFinished, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const CLI = `${process.cwd()}/dist/cli.js`;

const holderFile = (name: string) => `.git/sessions/${name}/.holder`;
const holderOf = async (s: Scratch, name: string) => JSON.parse(await s.read(holderFile(name)));
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

/** Starts an interactive shell, which runs on between two commands. */
async function shell(s: Scratch, env: NodeJS.ProcessEnv = {}) {
  const child = spawn("bash", ["--norc"], { cwd: s.root, env: { ...s.env, ...env }, stdio: "pipe" });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  child.stdin.write(`session() { "${process.execPath}" "${CLI}" "$@"; }\n`);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  return {
    pid: child.pid as number,
    /** Types a line, and gives what came of it. */
    async type(line: string): Promise<string> {
      said = "";
      child.stdin.write(`${line}\necho "[done $?]"\n`);
      while (!/\[done \d+\]\n/.test(said)) await new Promise((resolve) => setTimeout(resolve, 10));
      return said;
    },
    async leave(): Promise<void> {
      child.stdin.end("exit\n");
      await once(child, "exit");
    },
  };
}

test("a change records the shell as the session's holder, not the command that ends at once", async () => {
  const s = await scratch();
  const mine = await shell(s);
  await mine.type("session start x");
  expect(await holderOf(s, "x")).toEqual({
    ...{ pid: mine.pid, host: os.hostname(), worktree: s.root, who: "bash" },
    ...{ at: expect.stringMatching(/^\d{4}-.*Z$/), started: expect.any(String) },
  });
  const before = await s.read(holderFile("x"));
  const command = `"${process.execPath}" "${CLI}" note`;
  await s.write("three.sh", `${command} Three; true\n`);
  await s.git("config", "alias.remember", `!${command}`);
  for (const line of [
    `sh -c '${command} Two; true'`,
    "sh three.sh",
    "git remember Four",
    `timeout 60 env A=1 ${command} Five`,
  ])
    expect(await mine.type(line)).toContain("Noted.");
  // Not even written again, within a minute.
  expect(await s.read(holderFile("x"))).toBe(before);
});

test("an agent is noted by name, and the note is renewed after a minute", async () => {
  const s = await scratch();
  const agent = await shell(s, { SESSION_AGENT: "claude" });
  await agent.type("session start x");
  const first = await holderOf(s, "x");
  expect(first).toMatchObject({ pid: agent.pid, who: "claude" });
  await s.write(holderFile("x"), JSON.stringify({ ...first, at: minutesAgo(5).toISOString() }));
  await agent.type("session note 'Still there'");
  expect(Date.parse((await holderOf(s, "x")).at)).toBeGreaterThan(minutesAgo(1).getTime());
});

test("status, brief, list and a dry run note no holder", async () => {
  const s = await scratch();
  await s.ok("start", "x");
  await s.run("rm", [holderFile("x")]);
  await s.write("README.md", "changed\n");
  for (const words of [["status"], ["status", "--all"], ["brief"], ["list"], ["checkpoint", "--dry-run"]])
    await s.ok(...words);
  expect(s.exists(holderFile("x"))).toBe(false);
  await s.ok("checkpoint", "-m", "docs: x");
  expect(s.exists(holderFile("x"))).toBe(true);
});

test("a session that ended, is not checked out, or was left has no holder", async () => {
  const s = await scratch();
  await s.ok("start", "later", "--no-switch");
  expect(s.exists(holderFile("later"))).toBe(false);
  await s.ok("start", "x");
  await s.ok("start", "y");
  expect(s.exists(holderFile("x"))).toBe(false);
  expect(s.exists(holderFile("y"))).toBe(true);
  await s.ok("switch", "x");
  expect(s.exists(holderFile("y"))).toBe(false);
  await s.ok("resume", "y");
  expect(s.exists(holderFile("x"))).toBe(false);
  const { session } = await s.json("end");
  expect(s.exists(holderFile("y"))).toBe(false);
  expect(s.exists(`.git/sessions/.kept/${session.id}/.holder`)).toBe(false);
  const context = JSON.parse(await s.read(".git/sessions/x/context.json"));
  await s.ok("switch", "x");
  await s.write(".git/sessions/x/context.json", JSON.stringify({ ...context, state: "paused" }));
  await s.ok("note", "while it is paused");
  expect(s.exists(holderFile("x"))).toBe(false);
});

test("another holder in another worktree gives one warning, and nothing is refused", async () => {
  const s = await scratch();
  const theirs = await shell(s, { SESSION_AGENT: "codex" });
  await theirs.type("session start x -o One");
  // The same branch in two worktrees, which git does only when it is forced to.
  await s.git("worktree", "add", "--quiet", "--force", "../tree", "x");
  const tree = s.at("../tree");
  const mine = await shell(tree);
  await tree.write("README.md", "changed\n");
  const warning = new RegExp(`^warning: x is held by codex in ${s.root}, less than a minute ago$`, "m");
  const tried = await mine.type("session checkpoint --dry-run");
  expect(tried).toMatch(warning);
  const made = await mine.type('session checkpoint -m "docs: x"');
  expect(made).toMatch(warning);
  expect(made).toContain("[done 0]");
  expect(await mine.type('session checkpoint --allow-empty -m "docs: y"')).not.toContain("warning");
  for (const command of ["resume x", "start x --resume", "switch x"]) {
    expect(await theirs.type("session note hello")).not.toContain("warning");
    await tree.git("switch", "--quiet", "--detach");
    await s.git("switch", "--quiet", "--detach");
    expect(await mine.type(`session ${command}`)).toMatch(warning);
    await s.git("switch", "--quiet", "--ignore-other-worktrees", "x");
  }
  await theirs.type("session note hello");
  expect(await mine.type("session end")).toMatch(warning);
  await mine.type("session resume x");
  await theirs.type("session note hello");
  await theirs.leave();
  expect(await mine.type('session checkpoint --allow-empty -m "docs: z"')).not.toContain("warning");
});

test("the same shell in two worktrees, and two shells in one worktree, give no warning", async () => {
  const s = await scratch();
  const [one, other] = [await shell(s), await shell(s)];
  await one.type("session start x");
  expect(await other.type("session checkpoint --allow-empty -m x")).toMatch(/^(?!.*warning)/s);
  expect((await holderOf(s, "x")).pid).toBe(other.pid);
  await s.git("worktree", "add", "--quiet", "--force", "../tree", "x");
  expect(await other.type("cd ../tree; session checkpoint --allow-empty -m y")).toMatch(/^(?!.*warning)/s);
});

test("status --all shows current and previous holders with their last activity", async () => {
  const s = await scratch();
  const agent = await shell(s, { SESSION_AGENT: "claude" });
  await agent.type("session start x --worktree");
  expect(await s.ok("status", "--all")).toContain(`held by claude, less than a minute ago`);
  const holder = await holderOf(s, "x");
  const age = async (at: Date, touched: Date, more = {}) => {
    await s.write(holderFile("x"), JSON.stringify({ ...holder, at: at.toISOString(), ...more }));
    // What a commit's hook leaves.
    await s.write(".git/sessions/x/.seen", "");
    await utimes(`${s.root}/.git/sessions/x/.seen`, touched, touched);
    const [, tree] = (await s.json("status", "--all")).worktrees;
    return {
      live: tree.holder.live,
      minutes: Math.round((Date.now() - Date.parse(tree.holder.last)) / 60_000),
    };
  };
  expect(await age(minutesAgo(90), minutesAgo(80))).toEqual({ live: true, minutes: 80 });
  expect(await age(minutesAgo(70), minutesAgo(80))).toEqual({ live: true, minutes: 70 });
  expect(await age(minutesAgo(5), minutesAgo(5), { started: "1" })).toEqual({ live: false, minutes: 5 });
  expect(await age(minutesAgo(20), minutesAgo(20), { host: "other" })).toEqual({ live: true, minutes: 20 });
  expect(await s.ok("status", "--all")).toContain(`held by claude on other, 20 minutes ago`);
  expect(await age(minutesAgo(40), minutesAgo(40), { host: "other" })).toEqual({ live: false, minutes: 40 });
  await agent.leave();
  expect(await age(minutesAgo(125), minutesAgo(125))).toEqual({ live: false, minutes: 125 });
  expect(await s.ok("status", "--all")).toContain("last held by claude, 2 hours ago");
});

test("an unreadable or unwritable holder note fails no command, and its text is shown as data", async () => {
  const s = await scratch();
  await s.ok("start", "x");
  for (const text of [
    "",
    "{",
    "null",
    '{"pid":"1"}',
    '{"pid":1,"host":"h","worktree":"/","who":"w","at":"never"}',
  ]) {
    await s.write(holderFile("x"), text);
    expect((await s.json("status", "--all")).worktrees[0].holder).toBeUndefined();
    await s.ok("checkpoint", "--allow-empty", "-m", "x");
    expect((await holderOf(s, "x")).worktree).toBe(s.root);
  }
  const holder = await holderOf(s, "x");
  await s.write(holderFile("x"), JSON.stringify({ ...holder, who: "\u001b[31mred\u001b[0m\u0007\n\u202e" }));
  const shown = await s.ok("status", "--all");
  expect(shown).not.toMatch(/[\u001b\u0007\u202e]/);
  expect(shown).toMatch(/held by red +,/);
  await s.run("rm", [holderFile("x")]);
  await symlink(`${s.home}/gitconfig`, `${s.root}/${holderFile("x")}`);
  await s.ok("note", "hello");
  expect(await s.read(`${s.home}/gitconfig`)).toContain("Test Person");
  await s.run("rm", [holderFile("x")]);
  await s.run("mkdir", [holderFile("x")]);
  await s.ok("note", "hello again");
});
