/** Hooks in a broken environment: git continues, with at most one line of warning. */
import { spawn, spawnSync } from "node:child_process";
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { gitTrailers } from "../../src/trailers/parse/git-trailers.ts";
import { trailersByGit } from "../support/git-trailers.ts";
import { fixture, initRepository, type Scratch } from "../support/scratch.ts";

function started(): Promise<Scratch> {
  return fixture("hooks-safety", async (repo) => {
    await initRepository(repo, { session: ["work", "-o", "One"] });
    await repo.ok("hooks", "install");
  });
}

const HOOKS = ".git/sessions/.hooks";
const commit = (repo: Scratch, args: string[], env: NodeJS.ProcessEnv = {}) =>
  repo.run("git", ["commit", "--quiet", "--allow-empty", ...args], { env });
const blockOf = (repo: Scratch) => repo.git("log", "-1", "--format=%(trailers:key=Session-Id,valueonly)");

describe("git continues", () => {
  test("without the program if it is not needed; otherwise it warns once and doctor's log has it", async () => {
    const repo = await started();
    await repo.write(`${HOOKS}/program`, "/nowhere/node\n/nowhere/cli.js\n");
    const plain = await commit(repo, ["-m", "one"]);
    expect(plain).toMatchObject({ code: 0, stderr: "" });
    expect(await blockOf(repo)).not.toBe("");
    const amended = await commit(repo, ["--amend", "-m", "two"]);
    expect(amended.code).toBe(0);
    expect(amended.stderr).toBe("session: amend: the program is gone: /nowhere/cli.js\n");
    expect(await repo.read(`${HOOKS}/log`)).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+Z amend: the program is gone/);
  });

  test("if the program crashes, and shows the first line of its error", async () => {
    const repo = await started();
    await repo.write("crash.cjs", 'console.error("first\\nsecond"); process.exit(7);\n');
    await repo.write(`${HOOKS}/program`, `${process.execPath}\n${path.join(repo.root, "crash.cjs")}\n`);
    await commit(repo, ["-m", "one"]);
    const { code, stderr, stdout } = await commit(repo, ["--amend", "-m", "two"]);
    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: "session: amend: first\n", stdout: "" });
  });

  test("while another process holds the session's lock forever", async () => {
    const repo = await started();
    await repo.ok("decisions", "add", "Use A");
    await commit(repo, ["-m", "one"]);
    await repo.git("reset", "--quiet", "--hard", "HEAD~1");
    const sleeper = spawn("sleep", ["60"]);
    onTestFinished(() => void sleeper.kill("SIGKILL"));
    const stat = await readFile(`/proc/${sleeper.pid}/stat`, "utf8");
    const { hostname } = await import("node:os");
    await repo.write(
      ".git/sessions/work/.lock",
      JSON.stringify({
        pid: sleeper.pid,
        host: hostname(),
        started: stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19],
        token: "held",
        at: "2026-01-01T00:00:00Z",
      }),
    );
    const { code, stderr } = await commit(repo, ["-m", "two"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^session: refresh: .*locked by process \d+.*\n$/);
  });

  test.each([
    [
      "the folder of our scripts is gone",
      (repo: Scratch) => rm(path.join(repo.root, HOOKS), { recursive: true }),
    ],
    [
      "all of .git/sessions is gone",
      (repo: Scratch) => rm(path.join(repo.root, ".git/sessions"), { recursive: true }),
    ],
    ["the session's folder is a file", (repo: Scratch) => replace(repo, ".git/sessions/work")],
    [
      "the list of trailers is a folder",
      (repo: Scratch) => replace(repo, ".git/sessions/work/trailers", true),
    ],
    ["files of ours are links to nowhere", (repo: Scratch) => linkAway(repo)],
  ])("if %s", async (_name, break_) => {
    const repo = await started();
    await break_(repo);
    const { code, stderr } = await commit(repo, ["-m", "one"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect((await repo.run("git", ["switch", "--quiet", "-c", "next"])).code).toBe(0);
    expect((await commit(repo, ["--amend", "--no-edit"])).code).toBe(0);
  });

  test("with only git on PATH", async () => {
    const repo = await started();
    const bin = path.join(repo.home, "bin");
    await mkdir(bin);
    const git = (await repo.run("sh", ["-c", "command -v git"])).stdout.trim();
    await symlink(git, path.join(bin, "git"));
    const { code, stderr } = await commit(repo, ["-m", "one"], { PATH: bin });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect((await repo.git("log", "-1", "--format=%s")).trim()).toBe("one");
  });

  test("without a terminal, with stdin closed and CI set", async () => {
    const repo = await started();
    const ran = await repo.run("sh", ["-c", "CI=true git commit --quiet --allow-empty -m one <&- >&- 2>&-"]);
    expect(ran.code).toBe(0);
    expect(await blockOf(repo)).not.toBe("");
  });
});

test("a hook leaves no new file behind except the session's own", async () => {
  const repo = await started();
  await repo.ok("decisions", "add", "Use A");
  const before = await list(repo);
  await commit(repo, ["-m", "one"]);
  await repo.run("git", ["commit", "--quiet", "--allow-empty"], {
    env: { GIT_EDITOR: "sh -c 'echo x > \"$1\"' --" },
  });
  // What took what was pending is all there is to it.
  const taken = [".git/sessions/work/.pending", ".git/sessions/work/.trailers-after"];
  expect(await list(repo)).toEqual(before.filter((each) => !taken.includes(each)));
});

/** The sh of Git for Windows is bash, which keeps to POSIX when it is called by that name. */
const SHELLS = ["bash", "bash --posix", "busybox", "dash"].flatMap((each) => {
  const [name = "", posix = ""] = each.split(" ");
  const { status, stdout } = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
  return status === 0
    ? [[each, `#!${stdout.trim()}${name === "busybox" ? " sh" : ` ${posix}`}`.trim()] as const]
    : [];
});

test.each(SHELLS)("%s runs the hook scripts", async (_name, line) => {
  const repo = await started();
  for (const folder of [HOOKS, ".git/hooks"]) {
    for (const name of await readdir(path.join(repo.root, folder))) {
      const file = path.join(repo.root, folder, name);
      const text = await readFile(file, "utf8");
      if (!text.includes("git-session")) continue;
      await writeFile(file, text.replace("#!/bin/sh", line));
    }
  }
  await repo.ok("decisions", "add", "Use A");
  expect(await commit(repo, ["-m", "one", "--signoff"])).toMatchObject({ code: 0, stderr: "" });
  expect(await commit(repo, ["--amend", "-m", "two", "--signoff"])).toMatchObject({ code: 0, stderr: "" });
  const typed = { GIT_EDITOR: "sh -c 'echo typed > \"$1\"' --" };
  expect(await commit(repo, [], typed)).toMatchObject({ code: 0, stderr: "" });
  expect(await repo.git("log", "-1", "--format=%(trailers)", "HEAD~1")).toMatch(
    /^Signed-off-by: .*\nSession-Objectives:\n - \[ \] obj-1: One\nDecisions:\n - dec-1: Use A\nSession-Id: \w+\n$/,
  );
  expect(await repo.git("log", "-1", "--format=%(trailers)")).toMatch(/^Session-Id: \w+\n$/);
});

test("git reads the same trailers from real messages as before, plus ours", async () => {
  const repo = await started();
  // No commit is made, so that with `short` each message would be the first to say everything.
  await repo.ok("config", "set", "record.plain_commits", "full");
  await repo.ok("note", "All of it");
  const all = gunzipSync(await readFile("test/fixtures/commit-messages.jsonl.gz"))
    .toString("utf8")
    .trim()
    .split("\n");
  const messages = all
    .filter((_, at) => at % 15 === 0)
    .map((line) => `${(JSON.parse(line) as { message: string }).message.replace(/\r/g, "").trim()}\n`)
    .filter((message) => message.trim() !== "" && !/^(fixup|squash|amend)! /.test(message));
  for (const [at, message] of messages.entries()) await repo.write(`../messages/${at}`, message);
  const script = `for file in ../messages/*; do ${HOOKS}/prepare-commit-msg "$file" message || exit; done`;
  const ran = await repo.run("sh", ["-c", script], { env: { GIT_EDITOR: ":" } });
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  const after = await Promise.all(messages.map((_, at) => repo.read(`../messages/${at}`)));
  const read = trailersByGit(after);
  const wrong = messages.filter((message, at) => {
    const theirs = gitTrailers(message);
    const expected = [...theirs.map((each) => each.key), "Session-Objectives", "Session-Id"];
    return (
      !after[at]?.startsWith(message.trimEnd()) ||
      read[at]?.trailers.map((each) => each.key).join() !== expected.join()
    );
  });
  expect(wrong).toEqual([]);
  expect(messages.length).toBeGreaterThan(150);
});

async function list(repo: Scratch): Promise<string[]> {
  const found = await repo.run("find", [
    ".git/hooks",
    ".git/sessions",
    "-not",
    "-name",
    ".seen",
    "-not",
    "-name",
    ".carried",
  ]);
  const top = await readdir(path.join(repo.root, ".git"));
  return [...found.stdout.split("\n"), ...top.filter((name) => name !== "COMMIT_EDITMSG")].sort();
}

async function replace(repo: Scratch, file: string, folder = false): Promise<void> {
  await rm(path.join(repo.root, file), { recursive: true });
  if (folder) await mkdir(path.join(repo.root, file));
  else await repo.write(file, "not a folder\n");
}

async function linkAway(repo: Scratch): Promise<void> {
  for (const name of ["trailers", ".ref", ".seen"]) {
    await rm(path.join(repo.root, ".git/sessions/work", name), { force: true });
    await symlink("/nowhere/at/all", path.join(repo.root, ".git/sessions/work", name));
  }
  await chmod(path.join(repo.root, ".git/hooks/prepare-commit-msg"), 0o755);
}
