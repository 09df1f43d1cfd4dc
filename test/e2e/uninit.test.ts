import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { fixture, type Scratch, scratch } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

/** Returns every file and folder of a clone with its bytes, except objects and git's status cache. */
function bytes(s: Scratch, without = /^\.git\/(objects|index$|ORIG_HEAD$|COMMIT_EDITMSG$)/) {
  const all: Record<string, string> = {};
  for (const name of readdirSync(s.root, { recursive: true, encoding: "utf8" }).sort()) {
    if (without.test(name)) continue;
    const file = path.join(s.root, name);
    const status = lstatSync(file);
    const text = status.isSymbolicLink()
      ? readlinkSync(file)
      : status.isFile()
        ? readFileSync(file, "latin1")
        : "";
    all[name] = `${status.mode.toString(8)} ${text}`;
  }
  return all;
}

/** A clone with a hook and an AGENTS.md of its own. */
async function own(s: Scratch) {
  await s.write("AGENTS.md", "Be kind.");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "ours");
  await s.write(".git/hooks/post-commit", "#!/bin/sh\nexit 0\n");
  await s.run("chmod", ["755", ".git/hooks/post-commit"]);
}

/** The same with everything that session puts into a clone. */
const used = () =>
  fixture("uninit", async (s) => {
    const made = await s.run("git", ["init", "--quiet", "--initial-branch=main"]);
    expect(made.code).toBe(0);
    await s.run("git", ["config", "--file", path.join(s.home, "gitconfig"), "user.name", "Test Person"]);
    await s.run("git", ["config", "--file", path.join(s.home, "gitconfig"), "user.email", "p@example.com"]);
    await own(s);
    await s.ok("init", "--yes");
    await s.ok("agents", "install", "claude", "codex");
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "set session up");
    await s.ok("start", "old", "-o", "Goes");
    await s.ok("end");
    await s.git("switch", "--quiet", "main");
    await s.ok("delete", "old", "--yes");
    await s.ok("start", "first", "-o", "Ends");
    await s.ok("decisions", "add", "Keep it");
    await s.ok("end");
    await s.ok("start", "second", "-o", "Goes on");
    await s.write("README.md", "unfinished\n");
    await s.ok("pause");
    await s.git("switch", "--quiet", "main");
  });

test("uninit leaves a clone that was only set up byte for byte as before", async () => {
  const s = await scratch();
  await own(s);
  const before = bytes(s);
  await s.ok("init", "--yes");
  await s.ok("agents", "install", "--all");
  expect(Object.keys(bytes(s)).length).toBeGreaterThan(Object.keys(before).length + 10);
  expect(await s.ok("uninit", "--yes", "--no-backup")).toContain("Removed session from this clone");
  expect(bytes(s)).toEqual(before);
  expect((await s.session("uninit", "--yes")).stderr).toContain("Session is not set up in this clone");
});

test("uninit removes sessions, refs, hooks, agents and files, stashes unfinished work, and --undo restores everything", async () => {
  const s = await used();
  const before = bytes(s);
  const refs = await s.git("for-each-ref");
  const [sessions, deleted] = [await s.json("list", "--all"), await s.json("restore")];
  const commits = await s.git("rev-list", "--branches");
  expect(refs).toContain("refs/session-stash/");
  expect(await s.json("uninit", "--yes")).toMatchObject({
    agents: ["claude", "codex"],
    work: [{ of: "second" }],
    tracked: 4,
    removed: true,
    stays: [],
  });
  expect(await s.git("for-each-ref", "--format=%(refname)")).not.toContain("refs/session");
  for (const gone of [".git/sessions", ".session", ".claude", ".git/hooks/commit-msg"])
    expect([gone, s.exists(gone)]).toEqual([gone, false]);
  expect(await s.read("AGENTS.md")).toBe("Be kind.");
  expect(await s.read(".git/hooks/post-commit")).toBe("#!/bin/sh\nexit 0\n");
  expect(await s.git("rev-list", "--branches")).toBe(commits);
  expect(await s.git("stash", "list")).toContain("unfinished work of second");
  // What git collects meanwhile is in the copy.
  await s.git("gc", "--quiet", "--prune=now");
  await s.ok("uninit", "--undo");
  expect(await s.git("for-each-ref")).toBe(refs);
  expect(await s.json("list", "--all")).toEqual(sessions);
  expect(await s.json("restore")).toEqual(deleted);
  const volatile =
    /^\.git\/(objects|index|logs|packed-refs|refs|info|gc|ORIG_HEAD)|\/\.hooks\/|\.config-|\.snapshots/;
  const same = (all: Record<string, string>) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !volatile.test(name)));
  expect(same(bytes(s))).toEqual(same(before));
  await s.git("fsck", "--strict");
  await s.ok("resume", "second");
  expect(await s.read("README.md")).toBe("unfinished\n");
});

test("uninit --dry-run lists the removals and changes nothing", async () => {
  const s = await used();
  const before = bytes(s);
  const said = await s.ok("uninit", "--dry-run");
  expect(said).toMatch(/git hooks .*commit-msg/);
  expect(said).toMatch(/agents +claude, codex.*\n +.*\.claude\/settings\.json\n/);
  expect(said).toContain("stashed work   of second");
  expect(said).toMatch(/Will keep:\n {2}commits and branches/);
  expect(bytes(s)).toEqual(before);
});

test("uninit can keep each part", async () => {
  const s = await used();
  await s.ok("uninit", "--yes", "--keep-sessions", "--keep-files");
  expect(await s.json("list", "--all")).toHaveLength(2);
  expect([s.exists(".session/config.yaml"), s.exists(".claude/settings.json")]).toEqual([true, true]);
  expect(s.exists(".git/hooks/commit-msg")).toBe(false);
  await s.ok("uninit", "--yes", "--keep-agents");
  expect([s.exists(".git/sessions/.agents"), s.exists(".session")]).toEqual([false, false]);
  expect(await s.read("AGENTS.md")).toContain("git-session:begin");
});

test("uninit asks on a terminal and refuses without one", async () => {
  const s = await scratch();
  await s.ok("init", "--yes", "--no-hooks");
  expect(await s.session("uninit")).toMatchObject({ code: 2, stderr: expect.stringContaining("--dry-run") });
  expect(s.exists(".session")).toBe(true);
  const yes = await runAtTerminal(s, { keys: "y,enter", until: "[y/N]" }, "uninit");
  expect([yes.code, s.exists(".session")]).toEqual([0, false]);
  await s.ok("start", "again", "-o", "New");
  expect((await s.session("uninit", "--undo")).code).toBe(0);
  expect(s.exists(".session/config.yaml")).toBe(true);
});

test("uninit wraps its list and its question at words", async () => {
  const s = await scratch();
  await s.ok("init", "--yes");
  const ran = await runAtTerminal(s, { columns: 40, keys: "n,enter", until: "[y/N]" }, "uninit");
  const text = ran.stdout.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replaceAll("\r", "");
  expect(text).toContain("  git hooks      prepare-commit-msg,\n");
  expect(text.split("\n").filter((line) => line.length > 40)).toEqual([]);
});

test("uninit --undo refuses if the clone has sessions again", async () => {
  const s = await used();
  await s.ok("uninit", "--yes");
  await s.ok("start", "again", "-o", "New");
  const ran = await s.session("uninit", "--undo");
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("has sessions again")]);
});
