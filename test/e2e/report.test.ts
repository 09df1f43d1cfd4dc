import { spawn } from "node:child_process";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { slowGit } from "../support/fake-git.ts";
import { forgeToken } from "../support/fake-secrets.ts";
import { randomHistory } from "../support/random-history.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

/** A session with an objective done, one open, a decision in a commit and one that is pending, and a blocker. */
async function worked(s: Scratch): Promise<string> {
  await s.ok("start", "feature/login", "--title", "Login", "-o", "OAuth", "-o", "Docs");
  await s.ok("decisions", "add", "Use PKCE", "--rationale", "no secret on the client");
  await s.write("src/login.ts", "1\n2\n");
  await s.ok("checkpoint", "-A", "-m", "feat: login", "--complete", "1");
  await s.ok("decisions", "add", "Keep tokens in memory");
  await s.ok("blockers", "add", "Waiting for keys", "--link", "#42");
  return (await s.json("status")).session.id;
}

test("a weekly report lists sessions with objectives, decisions and blockers, each with its commit", async () => {
  const s = await scratch();
  const id = await worked(s);
  const head = await s.git("rev-parse", "HEAD");
  const found = await s.json("report");
  expect(found).toMatchObject({ scope: "period", author: "all", branch: "feature/login", tip: head });
  expect(found.sessions).toMatchObject([
    { id, title: "Login", branch: "feature/login", state: "active", progress: { done: 1, total: 2 } },
  ]);
  expect(found.objectives.at(-1)).toMatchObject({ open: 1, done: 1 });
  expect(found.decisions.items).toMatchObject([
    { id: "dec-2", text: "Keep tokens in memory", session: id, commit: null },
    { id: "dec-1", text: "Use PKCE", rationale: "no secret on the client", session: id, commit: head },
  ]);
  expect(found.blockers).toMatchObject([{ id: "blk-1", session: id, resolved: false, link: "#42" }]);
  expect(found.totals).toMatchObject({ sessions: 1, objectives: { done: 1, total: 2 } });
  expect(found.numbers).toMatchObject({ checkpoints: 1, decisions: 1, objectives: 1 });
  expect(found.commits.items[0]).toMatchObject({ commit: head, subject: "feat: login", session: id });
  // Nobody else's session counts as one's own.
  await s.git("config", "user.name", "Somebody Else");
  await s.git("config", "user.email", "else@example.com");
  expect(await s.json("report", "--author", "me")).toMatchObject({ sessions: [], numbers: { commits: 0 } });
  // A commit on a colleague's session lists the session as the report of all names it.
  await s.git("commit", "--quiet", "--allow-empty", "-m", `fix: mine\n\nSession-Id: ${id}`);
  const mine = await s.json("report", "--author", "me");
  expect(mine.sessions).toEqual((await s.json("report")).sessions);
  expect(mine).toMatchObject({ numbers: { commits: 1 }, totals: { sessions: 1 }, blockers: [] });
});

test("an active session has the working time that stats shows", async () => {
  const s = await scratch({ session: ["work"] });
  for (const minutes of [60, 40, 20]) {
    const date = new Date(Date.now() - minutes * 60_000).toISOString();
    const env = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    await s.run("git", ["commit", "--quiet", "--allow-empty", "-m", `work ${minutes}`], { env });
  }
  const { minutes } = await s.json("stats");
  expect(minutes).toBeGreaterThan(30);
  expect((await s.json("report")).sessions).toMatchObject([{ minutes }]);
});

test("in a fresh clone the report reads sessions and decisions from commits alone", async () => {
  const s = await scratch();
  const id = await worked(s);
  // A plain commit carries no working time.
  await s.git("commit", "--quiet", "--allow-empty", "-m", `fix: typo\n\nSession-Id: ${id}`);
  await s.git("clone", "--quiet", s.root, path.join(s.home, "clone"));
  const clone = s.at(path.join(s.home, "clone"));
  const found = await clone.json("report", "--project");
  expect(found.sessions).toMatchObject([
    { id, state: "recorded", branch: null, progress: { done: 1, total: 2 }, minutes: 0 },
  ]);
  // The summary counts the sessions that the report lists.
  expect(found.totals).toMatchObject({ sessions: 1, objectives: { done: 1, total: 2 }, decisions: 1 });
  const text = await clone.ok("report", "--project");
  expect(text).toContain("| Sessions | 1 |\n| Objectives done | 1 of 2 |\n");
  expect(found.decisions.items).toMatchObject([{ id: "dec-1", text: "Use PKCE", session: id }]);
});

test("a report says which decisions were withdrawn, superseded or reverted", async () => {
  const s = await scratch({ session: ["work"] });
  for (const each of ["Redis", "Kafka", "Mongo"]) {
    await s.write(each, "1");
    await s.ok("checkpoint", "-A", "-m", `feat: ${each}`, "--decision", `Use ${each}`);
  }
  await s.git("revert", "--no-edit", "HEAD");
  const revert = await s.git("rev-parse", "HEAD");
  await s.ok("decisions", "withdraw", "1");
  await s.ok("decisions", "edit", "2", "Use NATS");
  const { items } = (await s.json("report")).decisions;
  const binding = { supersededBy: null, withdrawnBy: null, reverted: null };
  expect(items).toMatchObject([
    { id: "dec-5", supersedes: "dec-2", ...binding },
    { id: "dec-4", withdraws: "dec-1", ...binding },
    { id: "dec-3", ...binding, reverted: revert },
    { id: "dec-2", ...binding, supersededBy: "dec-5" },
    { id: "dec-1", ...binding, withdrawnBy: "dec-4" },
  ]);
  const text = await s.ok("report");
  expect(text).toMatch(/^- \*\*dec-5\*\* Use NATS \(.*\)\n {2}- Replaces dec-2$/m);
  expect(text).toMatch(new RegExp(`^- \\*\\*dec-3.*\\), reverted by \`${revert.slice(0, 8)}\`$`, "m"));
  expect(text).toMatch(/^- \*\*dec-2.*\), superseded by dec-5$/m);
  expect(text).toMatch(/^- \*\*dec-1.*\), withdrawn by dec-4$/m);
  const page = await s.ok("report", "--format", "html");
  for (const each of ["reverted by <", "superseded by dec-5", "withdrawn by dec-4"])
    expect(page).toContain(` · ${each}`);
});

test("the Markdown report has Mermaid charts, and user text stays text", async () => {
  const s = await scratch();
  await s.ok("start", "work", "--title", "section: a; b # c %% `d` | <b>", "-o", "One | two");
  await s.write("a|b.ts", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: x <img src=x> @somebody", "--decision", "Take | it");
  const text = await s.ok("report", "--since", "10d");
  expect(text).toMatch(
    /```mermaid\ngantt\n[^`]* 1\. section a b c d b :active, \d{4}-\d\d-\d\d, \d{4}-\d\d-\d\d\n```/,
  );
  expect(text).toMatch(/```mermaid\nxychart-beta\n {2}x-axis \["\d\d-\d\d"(, "\d\d-\d\d")+\]/);
  expect(text).toContain("- `[ ]` One | two");
  expect(text).toContain("`a\\|b.ts`");
  expect(text).not.toMatch(/(?<!\\)<img|(?<!\w)@somebody/);
  // Each row of a table has as many cells as its head.
  const rows = text.split("\n").filter((each) => each.startsWith("| "));
  const cells = (row: string) => row.split(/(?<!\\)\|/).length;
  expect(new Set(rows.filter((each) => each.includes("section:")).map(cells))).toEqual(new Set([10]));
});

test("commits are links if the host is known, otherwise ids", async () => {
  const s = await scratch();
  await worked(s);
  const head = await s.git("rev-parse", "HEAD");
  await s.ok("report", "-o", "own.html");
  const own = await s.read("own.html");
  expect(own).toContain(`data-copy="${head}"`);
  expect(own).not.toMatch(/https?:\/\//);
  await s.git("remote", "add", "origin", "git@gitlab.com:group/project.git");
  await s.ok("report", "-o", "linked.html");
  const linked = await s.read("linked.html");
  expect(linked).toContain(`href="https://gitlab.com/group/project/-/commit/${head}"`);
  expect(linked).toContain(`href="https://gitlab.com/group/project/-/commits/${head}/src/login.ts"`);
  expect(linked).toContain('href="https://gitlab.com/group/project/-/issues/42"');
});

test("the HTML report contains no foreign markup, script or style", async () => {
  const s = await scratch();
  const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
  await s.ok("start", "work", "--title", `T ${evil}`, "-o", `O ${evil}`);
  await s.ok("blockers", "add", `B ${evil}`, "--link", `javascript:alert(1)`);
  await s.write(`src/${evil.replaceAll("/", "_")}.ts`, "1\n");
  await s.ok("checkpoint", "-A", "-m", `feat: ${evil}`, "--decision", `D ${evil}`);
  await s.ok("report", "--format", "html", "-o", "page");
  const page = await s.read("page");
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).not.toMatch(/<img|onerror=(?!alert\(1\)&gt;)[^&]*>|href="javascript/);
  expect(page).toMatch(
    /content="default-src 'none'; style-src 'sha256-[\w+/]{43}='; script-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'"/,
  );
});

test("the format is the requested one, else that of the file name", async () => {
  const s = await scratch();
  expect(await s.ok("report", "-o", "a.json")).toBe("Written to a.json.\n");
  const value = JSON.parse(await s.read("a.json"));
  expect(value.numbers).toEqual((await s.json("report")).numbers);
  expect(JSON.parse(await s.ok("report", "--format", "json")).numbers).toEqual(value.numbers);
  await s.ok("report", "-o", "a.md");
  expect(await s.read("a.md")).toMatch(/^# work: Week of /);
  await s.ok("report", "-o", "a.html");
  expect(await s.read("a.html")).toMatch(/^<!DOCTYPE html>/);
  expect(await s.json("report", "--monthly", "-o", "b.md")).toEqual({ file: path.join(s.root, "b.md") });
});

test("an invalid request is refused and writes nothing", async () => {
  const s = await scratch();
  await s.write("there.md", "mine\n");
  const refused = async (args: string[], exit: number, message: string | RegExp) => {
    const ran = await s.session("report", ...args);
    expect(ran.code, ran.stderr).toBe(exit);
    expect(ran.stderr).toMatch(message);
    expect(ran.stdout).toBe("");
  };
  await refused(["--daily", "--weekly"], 2, "--daily and --weekly cannot be used together");
  await refused(["--since", "someday"], 2, '--since: "someday" is not a date');
  await refused(["--since", "2024-02-01", "--until", "2024-01-01"], 2, "--since is later than --until");
  await refused(["--since", "2999-01-05"], 2, "--since is in the future");
  await refused(["--author", "you"], 2, "me, all");
  await refused(["--format", "pdf"], 2, "markdown, json, html");
  await refused(["--open", "--format", "json"], 2, "--open needs a page");
  await refused(["-o", "there.md"], 1, /there\.md already exists\nhint: session report .*--force\n/);
  await refused(["-o", "."], 2, "is a folder");
  await refused(["-o", "no/such/place.md"], 1, "no/such");
  expect(await s.read("there.md")).toBe("mine\n");
  await s.ok("report", "-o", "there.md", "--force");
  expect(await s.read("there.md")).toContain("# work");
  expect((await readdir(s.root)).sort()).toEqual([".git", "README.md", "there.md"]);
  const nobody = await scratch({ commits: 0, identity: false });
  await randomHistory(nobody, 34, 3);
  expect((await nobody.session("report", "--author", "me")).stderr).toContain(
    "git does not know who you are",
  );
  const elsewhere = await scratch({ repository: false });
  expect((await elsewhere.session("report")).code).toBe(1);
});

test("a file with a secret is not written", async () => {
  const s = await scratch();
  await s.git("commit", "--quiet", "--allow-empty", "-m", `chore: use ${forgeToken()}`);
  const ran = await s.session("report", "-o", "a.html");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("secret");
  expect(s.exists("a.html")).toBe(false);
});

test("an empty repository gives a report in every format", async () => {
  const s = await scratch({ commits: 0 });
  const found = await s.json("report", "--project");
  expect(found).toMatchObject({ tip: null, sessions: [], period: { from: null }, numbers: { commits: 0 } });
  expect(await s.ok("report", "--project")).toContain("No commits yet.");
  await s.ok("report", "--project", "-o", "a.html");
  const page = await s.read("a.html");
  for (const each of ["No sessions in this period.", "No decisions in this period.", "No blockers."])
    expect(page).toContain(each);
  expect(page).not.toContain('<div class="chart">');
  const bare = await scratch({ commits: 0, bare: true });
  expect((await bare.json("report")).numbers.commits).toBe(0);
});

test("report --open passes only the file to the system's opener", async () => {
  const s = await scratch();
  const bin = path.join(s.home, "bin");
  await mkdir(bin);
  await writeFile(
    path.join(bin, "xdg-open"),
    `#!/bin/sh\nprintf '%s\\n' "$#" "$1" >"${s.home}/opened.tmp"\nmv "${s.home}/opened.tmp" "${s.home}/opened"\n`,
  );
  await chmod(path.join(bin, "xdg-open"), 0o755);
  const cli = path.resolve("dist/cli.js");
  const open = (...args: string[]) =>
    s.run(process.execPath, [cli, "report", ...args], { env: { PATH: `${bin}:${s.env.PATH}` } });
  const ran = await open("--open", "-o", "a b$(c).html");
  expect(ran.code, ran.stderr).toBe(0);
  while (!s.exists(path.join(s.home, "opened"))) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await s.read(path.join(s.home, "opened"))).toBe(`1\n${path.join(s.root, "a b$(c).html")}\n`);
  const none = await s.run(process.execPath, [cli, "report", "--open"], {
    env: { PATH: path.dirname(await gitAlone(s)), TMPDIR: s.home },
  });
  expect(none.code).toBe(1);
  expect(none.stderr).toMatch(/xdg-open could not be started.*; open .*report\.html yourself/);
});

/** A folder with git and nothing else in it. */
async function gitAlone(s: Scratch): Promise<string> {
  const bin = path.join(s.home, "alone");
  await mkdir(bin);
  const git = (await s.run("sh", ["-c", "command -v git"])).stdout.trim();
  await s.run("ln", ["-s", git, path.join(bin, "git")]);
  return path.join(bin, "git");
}

test("Ctrl-C ends a report with 130 and leaves no file", async () => {
  const s = await scratch({ commits: 0 });
  await randomHistory(s, 35, 25);
  const PATH = await slowGit(s);
  const child = spawn(
    process.execPath,
    [path.resolve("dist/cli.js"), "report", "--project", "-o", "a.html"],
    { cwd: s.root, env: { ...s.env, PATH }, stdio: "ignore" },
  );
  const closed = new Promise((resolve) => child.on("exit", (code, signal) => resolve(code ?? signal)));
  while (!s.exists(path.join(s.home, "reading"))) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGINT");
  expect(await closed).toBe(130);
  expect(await readdir(s.root)).toEqual([".git"]);
});

test("report changes nothing in the repository", async () => {
  const s = await scratch();
  await worked(s);
  const before = await s.fingerprint();
  await s.ok("report");
  await s.json("report", "--project");
  expect(await s.fingerprint()).toBe(before);
});
