import { spawn } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { slowGit } from "../support/fake-git.ts";
import { randomHistory } from "../support/random-history.ts";
import { type Scratch, scratch } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

const CACHE = ".git/sessions/.cache";
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const commitsIn = async (s: Scratch) => Number(await s.git("rev-list", "--count", "HEAD"));
const partOf = (health: { parts: { name: string }[] }, name: string) =>
  health.parts.find((each) => each.name === name);

test("a new session has too little data for advice, and analyze says so", async () => {
  const s = await scratch({ session: ["work", "-o", "One", "-o", "Two"] });
  const found = await s.json("analyze");
  expect(found).toMatchObject({ scope: "session", session: { branch: "work", state: "active" } });
  expect(found.health.score).toBe(100);
  expect(partOf(found.health, "Tests against code")).toMatchObject({
    score: null,
    found: "no code was changed",
  });
  expect(partOf(found.health, "Verification")).toMatchObject({ score: null });
  expect(found.velocity).toMatchObject({
    trend: null,
    rest: { open: 2, unknown: "not enough data: 0 done, 3 are needed" },
  });
  expect(found.patterns).toMatchObject({ commits: 0, hot: [], pairs: [] });
  expect(found.recommendations).toEqual([]);
  const text = await s.ok("analyze");
  expect(text).toContain("Health 100 of 100");
  expect(text).toMatch(/The rest\s+2 objectives open; not enough data: 0 done, 3 are needed/);
  expect(text).toContain("What to do  nothing stands out");
});

test("each part of the health score gives its reason and an advice", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.ok("blockers", "add", "Waiting for keys");
  await s.write("src/a.ts", "1\n".repeat(40));
  await s.ok("checkpoint", "-A", "-m", "feat: a");
  await s.ok("verify", "npm test", "--result", "failed");
  await s.write("src/b.ts", "1\n");
  await s.write("src/a.ts", "1\n".repeat(41));
  await s.git(
    "branch",
    "--force",
    "main",
    await s.git("commit-tree", "-p", "main", "-m", "on", "main^{tree}"),
  );
  const { health, recommendations } = await s.json("analyze");
  expect(partOf(health, "Blockers")).toMatchObject({
    score: 90,
    found: expect.stringContaining("blk-1 (Waiting for keys)"),
    // A fact, as in "next": only who removed the obstacle may close it.
    advice: { what: "resolve blk-1, or ask for help" },
  });
  expect(partOf(health, "Uncommitted work")).toMatchObject({
    score: 96,
    found: expect.stringMatching(/^2 files not committed/),
  });
  expect(partOf(health, "Tests against code")).toMatchObject({ score: 0 });
  expect(partOf(health, "Verification")).toMatchObject({ score: 0, found: "failed: npm test" });
  expect(partOf(health, "Drift from base")).toMatchObject({
    score: 96,
    found: "1 commit behind main",
    advice: { command: "git merge main" },
  });
  // The mean by weight: 90*3 + 100*3 + 96*2 + 0*2 + 0*2 + 96 over 13; the rhythm is not told yet.
  expect(health.score).toBe(66);
  expect(recommendations.map((each: { what: string }) => each.what)).toEqual([
    "write tests for what changed",
    "make it pass, and check again",
    "resolve blk-1, or ask for help",
    "commit it",
    "merge main",
  ]);
  expect(recommendations[1].command).toBe("session verify --run 'npm test'");
  const commands = (all: { command?: string }[]) => all.flatMap((each) => each.command ?? []);
  expect(commands(recommendations)).not.toContain("session blockers resolve blk-1");
  const advice = await s.ok("analyze", "--recommendations");
  expect(advice).toContain("    git merge main\n");
  expect(advice).not.toContain("Health");
  // A command would write to the session that is checked out, which is another one.
  await s.git("stash", "--quiet", "--include-untracked");
  await s.git("switch", "--quiet", "--create", "other", "main");
  const elsewhere = (await s.json("analyze", "work")).recommendations;
  expect(elsewhere).toHaveLength(4);
  expect(commands(elsewhere)).toEqual([]);
});

test("old blockers and a pause without progress lower the score", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.ok("blockers", "add", "Keys");
  const file = path.join(s.root, ".git/sessions/work/context.json");
  const old = (text: string) => text.replace(/"\d{4}-\d\d-\d\dT[^"]*"/g, `"${hoursAgo(24 * 8)}"`);
  await writeFile(file, old(await readFile(file, "utf8")));
  const { health, recommendations } = await s.json("analyze");
  expect(partOf(health, "Blockers")).toMatchObject({
    score: 10,
    found: expect.stringContaining("for 8 days"),
  });
  expect(partOf(health, "Objectives")).toMatchObject({
    score: 50,
    found: "0 of 1 done; no progress for 8 days",
    advice: { command: "session objectives start obj-1" },
  });
  expect(recommendations[0].what).toBe("resolve blk-1, or ask for help");
});

/** Objectives completed at these hours before now, worked on in between every twenty minutes. */
async function worked(s: Scratch, completed: readonly number[]): Promise<void> {
  const file = path.join(s.root, ".git/sessions/work/context.json");
  const context = JSON.parse(await readFile(file, "utf8"));
  context.created = hoursAgo(10);
  completed.forEach((hours, at) => {
    context.items[`obj-${at + 1}`] = { added: hoursAgo(10), finished: hoursAgo(hours), mark: "done" };
  });
  await writeFile(file, JSON.stringify(context));
  const list = path.join(s.root, ".git/sessions/work/objectives.md");
  const marked = (await readFile(list, "utf8")).replace(/\[ \] (obj-(\d))/g, (all, id, n) =>
    Number(n) <= completed.length ? `[x] ${id}` : all,
  );
  await writeFile(list, marked);
  const moments = Array.from({ length: 31 }, (_, at) => ({ at: hoursAgo(10 - at / 3), type: "note" }));
  await writeFile(
    path.join(s.root, ".git/sessions/work/events.jsonl"),
    moments.map((each) => `${JSON.stringify(each)}\n`).join(""),
  );
}

test("the estimate ranges from the fastest objective to the slowest", async () => {
  const s = await scratch();
  await s.ok("start", "work", ...["A", "B", "C", "D", "E"].flatMap((each) => ["-o", each]));
  await worked(s, [9, 6, 4]);
  const { velocity } = await s.json("analyze", "--velocity");
  // One hour, three and two; two objectives are open.
  expect(velocity.rest).toMatchObject({ open: 2, low: 120, high: 360, basis: 3 });
  expect(velocity.objectives.total).toBe(3);
  expect(velocity.minutes).toBe(600);
  const text = await s.ok("analyze", "--velocity");
  expect(text).toMatch(/The rest\s+2 objectives open; 2h to 6h of work, going by the 3 that are done/);
  expect(text).not.toContain("Patterns");
});

test("stats, compare, history and analyze report the same counts", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.write("src/a.ts", "1\n2\n");
  await s.write("test/a.test.ts", 'test("one", () => {});\n');
  await s.ok("checkpoint", "-A", "-m", "feat: a", "--complete", "1");
  await s.write("src/a.ts", "1\n");
  await s.ok("checkpoint", "-m", "fix: a");
  const [stats, found] = await Promise.all([s.json("stats"), s.json("analyze")]);
  expect(found.velocity.checkpoints.total).toBe(stats.checkpoints);
  expect(found.velocity.objectives.total).toBe(stats.objectives.done);
  expect(found.velocity.minutes).toBe(stats.minutes);
  expect(found.patterns).toMatchObject({
    ...{ commits: 2, files: 2, added: 3, removed: 1, types: { feat: 1, fix: 1 } },
    fixes: { features: 1, fixed: 1, files: [{ path: "src/a.ts", fixes: 1 }] },
  });
  await s.ok("end");
  await s.git("switch", "--quiet", "main");
  await s.git("branch", "--quiet", "-D", "work");
  const [ended] = await s.json("history", "--metrics");
  const after = await s.json("analyze", "work");
  expect(after.velocity.checkpoints.total).toBe(ended.metrics.checkpoints);
  expect(after.patterns).toMatchObject({ commits: 2, files: 2 });
});

test("analyze refuses an unknown name, a name with --project, and a branch without a session", async () => {
  const s = await scratch();
  expect((await s.session("analyze")).code).toBe(3);
  expect((await s.session("analyze", "nothing")).code).toBe(3);
  const both = await s.session("analyze", "@", "--project");
  expect(both.code).toBe(2);
  expect(both.stderr).toContain("leave the name out");
});

test("analyze --project works before the first commit, in a bare repository and without an identity", async () => {
  const empty = await scratch({ commits: 0 });
  expect(await empty.json("analyze", "--project")).toMatchObject({ tip: null, patterns: { commits: 0 } });
  expect(await empty.ok("analyze", "--project")).toContain("no commits yet");
  const bare = await scratch({ bare: true, commits: 0 });
  await randomHistory(bare, 7, 12);
  expect((await bare.json("analyze", "--project")).patterns.commits).toBe(await commitsIn(bare));
  const nobody = await scratch({ identity: false });
  await randomHistory(nobody, 7, 12);
  expect((await nobody.json("analyze", "--project")).patterns.commits).toBe(await commitsIn(nobody));
});

test("a torn or changed cache is ignored, and an unwritable cache is skipped", async () => {
  const s = await scratch({ commits: 0 });
  await randomHistory(s, 8, 25);
  const before = await s.json("analyze", "--project");
  const names = await readdir(path.join(s.root, CACHE));
  expect(names.length).toBeGreaterThan(2);
  for (const damage of [
    (bytes: Buffer) => bytes.subarray(0, bytes.length / 2),
    (bytes: Buffer) => Buffer.concat([bytes, Buffer.from("{}")]),
    (bytes: Buffer) => Buffer.from(bytes.map((each, at) => (at === bytes.length - 9 ? each ^ 1 : each))),
    () => Buffer.from(""),
  ]) {
    for (const name of names) {
      const file = path.join(s.root, CACHE, name);
      await writeFile(file, damage(await readFile(file)));
    }
    expect(await s.json("analyze", "--project")).toEqual(before);
  }
  await rm(path.join(s.root, CACHE), { recursive: true });
  await s.write(CACHE, "in the way\n");
  expect(await s.json("analyze", "--project")).toEqual(before);
  expect(await s.read(CACHE)).toBe("in the way\n");
});

test("concurrent runs give the same answer and leave no partial files", async () => {
  const s = await scratch({ commits: 0 });
  await randomHistory(s, 9, 25);
  const all = await Promise.all([1, 2, 3, 4].map(() => s.apart.json("analyze", "--project")));
  for (const each of all) expect(each.patterns).toEqual(all[0].patterns);
  const names = await readdir(path.join(s.root, CACHE));
  expect(names.filter((name) => name.startsWith(".tmp"))).toEqual([]);
});

test("the cache holds no e-mail address and no message", async () => {
  const s = await scratch();
  await s.write("a.txt", "1\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "feat: sesame", "--author", "Somebody <somebody@example.org>");
  await s.ok("analyze", "--project");
  for (const name of await readdir(path.join(s.root, CACHE))) {
    const text = (await readFile(path.join(s.root, CACHE, name))).toString("latin1");
    expect(text).not.toMatch(/somebody|sesame/i);
  }
});

test("a long scan shows progress on a terminal, and Ctrl-C clears the line", async () => {
  const s = await scratch({ commits: 0 });
  const commits = Array.from(
    { length: 2100 },
    (_, n) =>
      `commit refs/heads/main\ncommitter C <c@example.com> ${1_700_000_000 + n * 86_400} +0000\ndata 1\nx\n`,
  );
  await s.run("git", ["fast-import", "--quiet"], { input: commits.join("") });
  const typing = { keys: "stop", until: "Reading", env: { PATH: await slowGit(s) } };
  const ran = await runAtTerminal(s, typing, "analyze", "--project");
  expect(ran.code, ran.stdout).toBe(130);
  expect(ran.stdout).toContain("Reading the history: 2,000 commits, back to 2024-02-22 …");
  // The terminal itself echoes the key.
  expect(ran.stdout).toMatch(/…\x1b\[K(\^C)?\r\x1b\[Kerror: interrupted/);
  expect(s.exists(CACHE)).toBe(false);
});

test("Ctrl-C ends a scan with exit code 130 and caches nothing", async () => {
  const s = await scratch({ commits: 0 });
  await randomHistory(s, 10, 25);
  const PATH = await slowGit(s);
  const child = spawn(process.execPath, [path.resolve("dist/cli.js"), "analyze", "--project"], {
    cwd: s.root,
    env: { ...s.env, PATH },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const closed = new Promise((resolve) => child.on("exit", (code, signal) => resolve(code ?? signal)));
  while (!s.exists(path.join(s.home, "reading"))) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGINT");
  expect(await closed).toBe(130);
  expect(said).toContain("interrupted; nothing of the scan was kept");
  expect(s.exists(CACHE)).toBe(false);
  expect((await s.json("analyze", "--project")).patterns.commits).toBe(await commitsIn(s));
});

test("analyze says how far a shallow clone reaches, and counts everything after unshallow", async () => {
  const s = await scratch({ commits: 0 });
  await randomHistory(s, 11, 30);
  await s.git("clone", "--quiet", "--depth", "2", `file://${s.root}`, path.join(s.home, "clone"));
  const clone = s.at(path.join(s.home, "clone"));
  const short = await clone.json("analyze", "--project");
  expect(short.shallow).toBe(true);
  expect(short.patterns.commits).toBe(Number(await clone.git("rev-list", "--count", "HEAD")));
  await clone.git("fetch", "--quiet", "--unshallow");
  const whole = await clone.json("analyze", "--project");
  expect(whole).toMatchObject({ shallow: false, tip: short.tip });
  expect(whole.patterns.commits).toBe(await commitsIn(clone));
});

test("a partial clone counts the objects it has and fetches none", async () => {
  const s = await scratch({ commits: 0 });
  await randomHistory(s, 12, 20);
  await s.git("config", "uploadpack.allowFilter", "true");
  for (const [filter, depth] of [
    ["blob:none", "files"],
    ["tree:0", "messages"],
  ]) {
    const folder = path.join(s.home, depth ?? "");
    await s.git("clone", "--quiet", "--bare", `--filter=${filter}`, `file://${s.root}`, folder);
    const clone = s.at(folder);
    const { patterns } = await clone.json("analyze", "--project");
    expect(patterns).toMatchObject({ depth, commits: await commitsIn(s), added: 0 });
    if (depth === "files") expect(patterns.files).toBeGreaterThan(3);
  }
});

test("analyze counts a SHA-256 repository", async () => {
  const s = await scratch({ repository: false });
  await s.git("init", "--quiet", "--initial-branch=main", "--object-format=sha256");
  await randomHistory(s, 13, 20);
  expect((await s.json("analyze", "--project")).patterns.commits).toBe(await commitsIn(s));
  await s.git("reset", "--quiet", "--hard", "HEAD~1");
  const { patterns } = await s.json("analyze", "--project");
  expect(patterns.commits).toBe(await commitsIn(s));
});
