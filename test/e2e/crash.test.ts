import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { fakeGit } from "../support/fake-git.ts";
import { sampledChanges } from "../support/sampling.ts";
import { fixture, initRepository, type Ran, type Scratch } from "../support/scratch.ts";

const CLI = path.resolve("dist/cli.js");
const FAULT = path.resolve("test/support/node-faults.cjs");

function started(): Promise<Scratch> {
  return fixture("crash", async (s) => {
    await initRepository(s);
    await s.ok("init", "--yes");
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "chore: set session up");
    await s.ok("start", "work", "-o", "One");
  });
}

/** Runs a command with a fault at the k-th change of a file of ours; `done` when it made fewer changes than that. */
async function withFault(
  s: Scratch,
  kind: string,
  at: number,
  args: string[],
): Promise<{ ran: Ran; done: boolean }> {
  await s.write("../home/count", "0");
  const env = { FAULT: kind, FAULT_AT: String(at), FAULT_COUNT: path.join(s.home, "count") };
  const ran = await s.run(process.execPath, ["--require", FAULT, CLI, ...args], { env });
  const seen = Number(await s.read("../home/count"));
  return { ran, done: ran.code === 0 && seen < at };
}

const texts = async (s: Scratch) => (await s.json("objectives")).map((each: { text: string }) => each.text);

/** Expects no leftover that would stop another command. */
async function expectClean(s: Scratch): Promise<void> {
  const names = (await s.run("ls", ["-A", ".git/sessions/work"])).stdout.split("\n");
  expect(names.filter((name) => name === ".lock" || name === ".journal" || name.startsWith(".tmp-"))).toEqual(
    [],
  );
  const log = (await s.read(".git/sessions/work/events.jsonl")).trim().split("\n");
  for (const line of log) expect(() => JSON.parse(line)).not.toThrow();
}

describe.each(["kill", "half", "ENOSPC", "EIO"])(
  "objectives add, stopped by %s at any file change",
  (kind) => {
    test("adds the objective or changes nothing, and the next command works", async () => {
      const s = await started();
      let expected = ["One"];
      for (const at of sampledChanges(200)) {
        const text = `added ${at}`;
        const { ran, done } = await withFault(s, kind, at, ["objectives", "add", text]);
        const now = await texts(s);
        expect([expected.join(), [...expected, text].join()]).toContain(now.join());
        if (done) {
          expect(at).toBeGreaterThan(12);
          await expectClean(s);
          return;
        }
        if (kind.startsWith("E") && ran.code !== 0)
          expect(ran.stderr).toMatch(/^error: cannot (write|make) /);
        await s.ok("objectives", "add", `after ${at}`);
        expected = [...now, `after ${at}`];
        expect((await texts(s)).join()).toBe(expected.join());
        await expectClean(s);
      }
      throw new Error("it never ran through");
    });
  },
);

describe.each(["half", "ENOSPC"])("a checkpoint, stopped by %s at any file change", (kind) => {
  test("leaves commit, objectives, decision log and index all old or all new", async () => {
    const s = await started();
    await s.write("new.txt", "0\n");
    for (const at of sampledChanges(200)) {
      const head = await s.git("rev-parse", "HEAD");
      const before = await s.fingerprint();
      const { ran, done } = await withFault(s, kind, at, [
        "checkpoint",
        "-A",
        "-m",
        `feat: ${at}`,
        "--decision",
        `Choice ✓✓✓✓✓✓✓✓✓✓✓✓ ${at}`,
      ]);
      // The next writer settles what was left open.
      await s.ok("note", "after");
      if ((await s.git("rev-parse", "HEAD")) === head) {
        expect(ran.code).not.toBe(0);
        expect(await s.fingerprint()).toBe(before);
        continue;
      }
      const last = (await s.json("decisions")).at(-1);
      expect(last).toMatchObject({ text: `Choice ✓✓✓✓✓✓✓✓✓✓✓✓ ${at}`, state: "committed" });
      expect(await s.git("show", "HEAD:.session/decision-log.md")).toContain(`✓ ${at}**`);
      expect(await s.git("status", "--porcelain")).toBe("");
      await expectClean(s);
      if (done) return;
      await s.write("new.txt", `${at}\n`);
    }
    throw new Error("it never ran through");
  });
});

/** Runs a checkpoint in which a script takes the place of `git commit`, and then kills the program. */
async function killAtCommit(s: Scratch, script: string): Promise<void> {
  const killing = `case "$*" in *"commit --quiet"*) ${script}; kill -9 "$PPID"; exit 1 ;; esac`;
  await s.run(
    process.execPath,
    [CLI, "checkpoint", "-A", "-m", "feat: x", "--complete", "1", "--decision", "Choice"],
    { env: { PATH: await fakeGit(s, killing) } },
  );
}

/** git writes the index last: a kill in between leaves the entries of the commit before. */
const WITHOUT_INDEX = 'cp .git/index ../index; "$git" "$@"; cp ../index .git/index';

test("a kill right before git makes the commit is settled by the next command", async () => {
  const s = await started();
  await s.write("new.txt", "x\n");
  const before = await s.fingerprint();
  await killAtCommit(s, ":");
  await s.ok("note", "after");
  expect(await s.fingerprint()).toBe(before);
  expect(await s.json("decisions")).toEqual([]);
});

test.each([
  ["right after git makes the commit", '"$git" "$@"'],
  ["before git has written the index", WITHOUT_INDEX],
])("a kill %s is settled by the next command", async (_when, script) => {
  const s = await started();
  await s.write("new.txt", "x\n");
  const head = await s.git("rev-parse", "HEAD");
  await killAtCommit(s, script);
  await s.ok("note", "after");
  expect(await s.git("rev-parse", "HEAD~1")).toBe(head);
  expect((await s.json("objectives"))[0].mark).toBe("done");
  expect(await s.json("decisions")).toMatchObject([{ text: "Choice", state: "committed" }]);
  expect(await s.git("status", "--porcelain")).toBe("");
});

test("end with a merge settles such a kill first", async () => {
  const s = await started();
  await s.write("new.txt", "x\n");
  await killAtCommit(s, WITHOUT_INDEX);
  await s.ok("end", "--merge-to", "main", "--squash", "--force");
  expect(await s.git("symbolic-ref", "--short", "HEAD")).toBe("main");
  expect(await s.git("status", "--porcelain")).toBe("");
  expect(await s.read("new.txt")).toBe("x\n");
});

test("what a user stages after such a kill stays staged, and a lock that git left is named", async () => {
  const s = await started();
  await s.write("new.txt", "x\n");
  await killAtCommit(s, WITHOUT_INDEX);
  await s.write("new.txt", "y\n");
  await s.git("add", "new.txt");
  await s.write(".git/index.lock", "");
  expect((await s.session("note", "one")).stderr).toMatch(/index\.lock exists.*\nhint: rm .*index\.lock/);
  await s.run("rm", [".git/index.lock"]);
  await s.ok("note", "two");
  expect(await s.git("status", "--porcelain")).toBe("M  new.txt");
});

test("a lock that a killed git left at a session's ref is named", async () => {
  const s = await started();
  await s.write(`.git/refs/sessions/${(await s.json("status")).session.id}.lock`, "");
  const ran = await s.session("end");
  expect(ran.stderr).toMatch(/another git process is at work: .*\.lock exists.*\nhint: rm .*\.lock/);
});

describe("concurrent processes", () => {
  test("twenty writers to one session lose and duplicate nothing", async () => {
    const s = await started();
    const ran = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        s.apart.session(n % 2 ? "objectives" : "blockers", "add", `item ${n}`),
      ),
    );
    for (const each of ran) expect(each.code, each.stderr).toBe(0);
    const ids = [...(await s.json("objectives")), ...(await s.json("blockers"))].map(
      (each: { id: string }) => each.id,
    );
    expect(new Set(ids).size).toBe(21);
    await expectClean(s);
  });

  test("the lock of a dead process is taken over, and that of a living one is named", async () => {
    const s = await started();
    const lock = (holder: object) =>
      s.write(
        ".git/sessions/work/.lock",
        JSON.stringify({ token: "x", at: "2026-01-01T00:00:00Z", started: null, ...holder }),
      );
    const host = (await s.run("node", ["-p", "os.hostname()"])).stdout.trim();
    await lock({ pid: 999_999, host });
    await s.ok("objectives", "add", "Two");
    await lock({ pid: process.pid, host, started: "1" });
    await s.ok("objectives", "add", "Three, after a pid was used again");
    await lock({ pid: 1, host: "another-machine" });
    const ran = await s.session("objectives", "add", "Four");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/the session is locked by process 1 on another-machine.*\nhint: rm .*\.lock/);
    expect(await texts(s)).toHaveLength(3);
  });

  test("a hook that changes the session during a checkpoint is refused at once", async () => {
    const s = await started();
    await s.write(
      ".git/hooks/pre-commit",
      `#!/bin/sh\n"${process.execPath}" "${CLI}" note "from the hook" && exit 9\nexit 0\n`,
    );
    await s.run("chmod", ["+x", ".git/hooks/pre-commit"]);
    await s.write("README.md", "x\n");
    await s.ok("checkpoint", "-m", "feat: x");
    expect((await s.json("brief")).notes).toEqual([]);
  });
});

test("the lock of a killed process that is still a zombie is taken over", async () => {
  const s = await started();
  // It ends when its parent is no shell any more, which would ask about it.
  const parent = spawn("sh", ["-c", "sleep 0.5 & echo $!; exec sleep 60"]);
  onTestFinished(() => void parent.kill("SIGKILL"));
  const pid = await new Promise<string>((resolve) =>
    parent.stdout.once("data", (said) => resolve(`${said}`.trim())),
  );
  const stat = () => readFileSync(`/proc/${pid}/stat`, "utf8");
  while (!stat().includes(") Z ")) await new Promise((resolve) => setImmediate(resolve));
  const holder = {
    pid: Number(pid),
    host: hostname(),
    started: stat().split(") ")[1]?.split(" ")[19],
    token: "x",
  };
  await s.write(".git/sessions/work/.lock", JSON.stringify(holder));
  await s.ok("note", "goes on");
  expect(s.exists(".git/sessions/work/.lock")).toBe(false);
});

/** Returns every file of the work tree, with its text. */
async function filesOf(s: Scratch): Promise<Record<string, string>> {
  const names = await s.git("ls-files", "--cached", "--others");
  return Object.fromEntries(
    await Promise.all(names.split("\n").map(async (name) => [name, await s.read(name)] as const)),
  );
}

test.each([[["init", "--yes"]], [["agents", "install", "claude", "--project"]]])(
  "%s, killed at every change and repeated, leaves whole files and no temporary file",
  async (args) => {
    const bare = () => fixture("crash-setup", (s) => initRepository(s));
    const whole = await bare();
    await whole.ok(...args);
    const expected = await filesOf(whole);
    for (const at of sampledChanges(100, 4)) {
      const s = await bare();
      const { done } = await withFault(s, "half", at, args);
      for (const [name, text] of Object.entries(await filesOf(s)))
        if (!name.includes(".tmp-")) expect([undefined, expected[name]], name).toContain(text);
      await s.ok(...args);
      expect(await filesOf(s), `killed at ${at}`).toEqual(expected);
      if (done) return;
    }
    throw new Error("it never ran through");
  },
);
