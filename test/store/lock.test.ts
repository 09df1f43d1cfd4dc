import { spawn } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Lock, readLock, withLock } from "../../src/store/journal/lock.ts";
import { environment, within } from "../../src/surroundings.ts";
import { surroundingsOf } from "../support/run-environment.ts";
import { scratch } from "../support/scratch.ts";
import { codeOf, emptyFolder } from "./temporary-folder.ts";

const CLI = path.resolve("dist/cli.js");
const lockOf = (folder: string) => path.join(folder, ".lock");
const DEAD = {
  pid: 999_999_999,
  host: os.hostname(),
  started: null,
  token: "dead",
  at: "2026-01-01T00:00:00Z",
};

/** Acts as another process, which does not inherit this process's lock. */
function asAnother<T>(action: () => Promise<T>): Promise<T> {
  return within(surroundingsOf({ cwd: "/", env: {} }).surroundings, action);
}

test("a lock is held while the action runs and released afterwards, also if the action throws", async () => {
  const folder = await emptyFolder();
  const result = await withLock(folder, async (lock) => {
    await lock.check();
    expect(await readLock(folder)).toMatchObject({ pid: process.pid, alive: true, here: true });
    expect(await asAnother(() => codeOf(withLock(folder, async () => {}, 30)))).toBe("locked");
    return 7;
  });
  expect(result).toBe(7);
  await expect(withLock(folder, () => Promise.reject(new Error("mine")))).rejects.toThrow("mine");
  expect(await readdir(folder)).toEqual([]);
  expect(environment().SESSION_LOCK).toBeUndefined();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    expect(process.listenerCount(signal)).toBe(0);
});

test("a timeout for a lock names the holder and the next step", async () => {
  const folder = await emptyFolder();
  await withLock(folder, async () => {
    const failure = await asAnother(() => withLock(folder, async () => {}, 30).catch((error) => error));
    expect(failure.message).toMatch(`locked by process ${process.pid} on ${os.hostname()}, since 20`);
    expect(failure.hint).toMatch(/rm .*\.lock/);
  });
});

test("a waiter gets the lock as soon as it is free", async () => {
  const folder = await emptyFolder();
  const order: string[] = [];
  let waiter: Promise<void> | undefined;
  await withLock(folder, async () => {
    waiter = asAnother(() => withLock(folder, async () => void order.push("second")));
    await wait(60);
    order.push("first");
  });
  await waiter;
  expect(order).toEqual(["first", "second"]);
});

test("waiters for a lock continue while others take turns, and all give up if one holder stays", async () => {
  const folder = await emptyFolder();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
  const holder = (turn: number) =>
    writeFile(lockOf(folder), JSON.stringify({ ...DEAD, pid: process.pid, token: `turn ${turn}` }));
  const laterBy = (ms: number) => vi.setSystemTime(Date.now() + ms);
  await holder(0);
  const waiting = codeOf(withLock(folder, async () => {}));
  for (let turn = 1; turn <= 5; turn++) {
    await wait(100);
    laterBy(4_000);
    await holder(turn);
  }
  await wait(100);
  await rm(lockOf(folder));
  expect(await waiting).toBeUndefined();

  await holder(6);
  const inVain = codeOf(withLock(folder, async () => {}));
  await wait(100);
  laterBy(6_000);
  expect(await inVain).toBe("locked");
});

test("a command started by the holder of a lock is refused at once and does not wait", async () => {
  const folder = await emptyFolder();
  await withLock(folder, async () => {
    const failure = await withLock(folder, async () => {}, 60_000).catch((error) => error);
    expect(failure.message).toMatch(/the command that started this one/);
  });
});

describe("a stale lock", () => {
  test.each([
    ["of a process that is gone", DEAD],
    ["of a pid that is used again by another process", { ...DEAD, pid: process.pid, started: "1" }],
    ["from the future, of a process that is gone", { ...DEAD, at: "2999-01-01T00:00:00Z" }],
  ])("%s is taken over", async (_what, holder) => {
    const folder = await emptyFolder();
    await writeFile(lockOf(folder), JSON.stringify(holder));
    expect(await readLock(folder)).toMatchObject({ alive: false });
    expect(await withLock(folder, async () => 1, 50)).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([
    ["of another machine", JSON.stringify({ ...DEAD, host: "elsewhere" }), /process 999999999 on elsewhere/],
    [
      "of this process, where the system does not tell its start",
      JSON.stringify({ ...DEAD, pid: process.pid }),
      /locked by process/,
    ],
    ["empty", "", /locked by an unknown process/],
    ["torn", '{"pid":1,"ho', /locked by an unknown process/],
    ["somebody else's", '"mine"', /locked by an unknown process/],
  ])("is left alone if its holder is unknown: %s", async (_what, text, says) => {
    const folder = await emptyFolder();
    await writeFile(lockOf(folder), text);
    const failure = await withLock(folder, async () => {}, 30).catch((error) => error);
    expect(failure.message).toMatch(says);
    expect(await readFile(lockOf(folder), "utf8")).toBe(text);
    expect(await readdir(folder)).toEqual([".lock"]);
  });

  test("is waited for no longer than another lock while another machine removes it", async () => {
    const folder = await emptyFolder();
    await writeFile(lockOf(folder), JSON.stringify(DEAD));
    const breaker = path.join(folder, `.tmp-${DEAD.pid}-000000000000`);
    await writeFile(breaker, JSON.stringify({ ...DEAD, host: "elsewhere" }));
    expect(await codeOf(withLock(folder, async () => {}, 30))).toBe("locked");
    // This machine's own one, which was killed, is in nobody's way.
    await writeFile(breaker, JSON.stringify({ ...DEAD, pid: DEAD.pid - 1 }));
    expect(await withLock(folder, async () => 1, 30)).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test("is taken over by one of many waiting at once, which no other loses", async () => {
    const folder = await emptyFolder();
    for (let round = 0; round < 20; round++) {
      await writeFile(lockOf(folder), JSON.stringify(DEAD));
      let inside = 0;
      const work = async (lock: Lock) => {
        expect(++inside).toBe(1);
        await lock.check();
        await wait(1);
        await lock.check();
        inside--;
      };
      await Promise.all(Array.from({ length: 12 }, () => asAnother(() => withLock(folder, work))));
      expect(await readdir(folder)).toEqual([]);
    }
  });

  test("is taken over by one of many at a time, and each does its work", async () => {
    const s = await scratch({ session: ["work"] });
    for (let round = 0; round < 4; round++) {
      await s.write(".git/sessions/work/.lock", JSON.stringify(DEAD));
      const ran = await Promise.all(
        Array.from({ length: 8 }, (_, n) => s.apart.session("objectives", "add", `${round} ${n}`)),
      );
      for (const each of ran) expect(each.code, each.stderr).toBe(0);
    }
    expect(await s.json("objectives")).toHaveLength(32);
    expect((await s.run("ls", ["-A", ".git/sessions/work"])).stdout).not.toMatch(/\.lock|\.tmp/);
  });
});

describe("a lost lock", () => {
  test("lets its old holder neither write nor remove the successor's lock", async () => {
    const folder = await emptyFolder();
    const successor = JSON.stringify({ ...DEAD, pid: process.pid, token: "successor" });
    await withLock(folder, async (lock) => {
      await writeFile(lockOf(folder), successor);
      expect(await codeOf(lock.check())).toBe("lock-lost");
    });
    expect(await readFile(lockOf(folder), "utf8")).toBe(successor);
    await rm(lockOf(folder));
    await withLock(folder, async (lock) => {
      await rm(lockOf(folder));
      expect(await codeOf(lock.check())).toBe("lock-lost");
    });
  });

  test("lets a stopped process change nothing after it continues", async () => {
    const s = await scratch({ session: ["work"] });
    await s.write(
      ".git/hooks/pre-commit",
      "#!/bin/sh\ntouch ../reached\nwhile [ ! -e ../go ]; do sleep 0.02; done\n",
    );
    await s.run("chmod", ["+x", ".git/hooks/pre-commit"]);
    await s.write("README.md", "x\n");
    const slow = s.session("checkpoint", "-m", "feat: slow", "--label", "slow");
    while (!s.exists("../reached")) await wait(10);
    // Somebody removes the lock by hand, as its message says, and works on.
    await s.run("rm", [".git/sessions/work/.lock"]);
    await s.ok("objectives", "add", "Meanwhile");
    await s.write("../go", "");
    const ran = await slow;
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/another process took over this session/);
    expect((await s.json("objectives")).map((each: { text: string }) => each.text)).toEqual(["Meanwhile"]);
    await s.ok("note", "goes on");
  });
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s while the lock is held leaves no lock and no partial change",
  async (signal) => {
    const s = await scratch({ session: ["work", "-o", "One"] });
    await s.write(".git/hooks/pre-commit", "#!/bin/sh\ntouch ../reached\nsleep 0.4\nexit 1\n");
    await s.run("chmod", ["+x", ".git/hooks/pre-commit"]);
    await s.write("README.md", "x\n");
    const child = spawn(process.execPath, [CLI, "checkpoint", "-m", "x", "--complete", "1"], {
      cwd: s.root,
      env: s.env,
    });
    const ended = new Promise<unknown>((resolve) => child.on("exit", (code, by) => resolve(by ?? code)));
    while (!s.exists("../reached")) await wait(10);
    child.kill(signal);
    expect([signal, 130]).toContain(await ended);
    expect(s.exists(".git/sessions/work/.lock")).toBe(false);
    await wait(600);
    await s.ok("note", "after");
    expect(await s.json("objectives")).toMatchObject([{ mark: "open" }]);
    expect((await s.run("ls", ["-A", ".git/sessions/work"])).stdout).not.toMatch(/\.lock|\.tmp|\.journal/);
  },
);
