import { readFileSync, unlinkSync } from "node:fs";
import { link, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Failure, SAME_COMMAND } from "../../session/failure.ts";
import { clock, environment, invalidateReads, now, onSignals } from "../../surroundings.ts";
import { shellWord } from "../../text/shell.ts";
import { randomToken, readSmall, writeNew } from "../files.ts";
import { isAlive, startOf } from "../processes.ts";
import { systemFailure } from "../system-failure.ts";

export interface Lock {
  /**
   * Checks that the lock is still held.
   * @throws Failure `lock-lost` if another process took it: writing must stop
   */
  check(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Start time of the process, if known, because the system reuses process ids. */
  readonly started: string | null;
  readonly token: string;
  readonly at: string;
}

/** Milliseconds to wait for another process that uses the same session. */
const WAIT = 5_000;

/** Maximum milliseconds to wait while other processes take turns: with fifty writers, each gets its turn. */
const LONGEST_WAIT = 60_000;

const lockFile = (folder: string) => path.join(folder, ".lock");

/**
 * Runs an action under the exclusive lock of a session's folder. Removes the lock of a crashed process, waits
 * for the lock of a running process.
 * @throws Failure `locked` after `waitMs`, or after 5 seconds in which the holder did not change; it names
 * the holder
 */
export async function withLock<T>(
  folder: string,
  action: (lock: Lock) => Promise<T>,
  waitMs?: number,
): Promise<T> {
  const token = await acquire(folder, waitMs);
  invalidateReads();
  const release = () => releaseSync(folder, token);
  const ignoreSignals = onSignals((signal) => {
    release();
    ignoreSignals();
    process.kill(process.pid, signal);
  });
  process.on("exit", release);
  const before = environment().SESSION_LOCK;
  environment().SESSION_LOCK = token;
  try {
    return await action({ check: () => check(folder, token) });
  } finally {
    if (before === undefined) delete environment().SESSION_LOCK;
    else environment().SESSION_LOCK = before;
    release();
    process.off("exit", release);
    ignoreSignals();
  }
}

/** Returns the holder of a folder's lock, for `doctor`. */
export async function readLock(
  folder: string,
): Promise<(Holder & { alive: boolean; here: boolean }) | undefined> {
  const holder = parse(await readSmall(lockFile(folder)).catch(() => undefined));
  return holder && { ...holder, alive: !isStale(holder), here: holder.host === os.hostname() };
}

async function acquire(folder: string, waitMs: number | undefined): Promise<string> {
  const file = lockFile(folder);
  const token = randomToken(12);
  const holder: Holder = {
    pid: process.pid,
    host: os.hostname(),
    started: startOf(process.pid),
    token,
    at: now(),
  };
  // Writes the file first, then links it: no process sees an incomplete lock.
  const own = path.join(folder, `.tmp-${process.pid}-${token}`);
  try {
    await writeNew(own, JSON.stringify(holder));
    const begun = clock();
    let until = begun + (waitMs ?? WAIT);
    let seen: string | undefined;
    for (;;) {
      if (await linked(own, file)) return token;
      // A file that is unreadable or gone meanwhile is no lock.
      const text = await readSmall(file);
      if (text === undefined) continue;
      // If the holder changed, other processes take their turns, so the wait starts again.
      if (waitMs === undefined && text !== seen) until = Math.min(clock() + WAIT, begun + LONGEST_WAIT);
      seen = text;
      const other = parse(text);
      if (other && other.token === environment().SESSION_LOCK) throw nested();
      if (other && isStale(other) && (await breakLock(folder, own, other, text))) continue;
      if (clock() > until) throw locked(file, other);
      await wait(5 + Math.random() * 25);
    }
  } finally {
    await rm(own, { force: true }).catch(() => {});
  }
}

async function linked(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw systemFailure("write", file, error as NodeJS.ErrnoException);
  }
}

/**
 * Removes a dead process's lock. Only one process at a time may do so: a second one could remove the lock of
 * the process that is next. `own`: this process's lock file, not linked yet. Returns false if another process
 * is doing so.
 */
async function breakLock(folder: string, own: string, { pid }: Holder, dead: string): Promise<boolean> {
  const file = lockFile(folder);
  // The name of a dead process's temporary file: if this process is killed too, it is removed as one.
  const breaker = path.join(folder, `.tmp-${pid}-000000000000`);
  if (!(await linked(own, breaker))) {
    const other = parse(await readSmall(breaker).catch(() => undefined));
    if (!other || !isStale(other)) return false;
    await rm(breaker, { force: true });
    return true;
  }
  try {
    if (readFileSync(file, "utf8") === dead) unlinkSync(file);
    return true;
  } catch {
    // The lock is already gone, or cannot be removed.
    return false;
  } finally {
    await rm(breaker, { force: true });
  }
}

async function check(folder: string, token: string): Promise<void> {
  const holder = parse(await readSmall(lockFile(folder)).catch(() => undefined));
  if (holder?.token === token) return;
  throw new Failure(
    "lock-lost",
    "another process took over this session while this one was stopped; its record was not written",
    { hint: SAME_COMMAND },
  );
}

function releaseSync(folder: string, token: string): void {
  try {
    if (parse(readFileSync(lockFile(folder), "utf8"))?.token === token) unlinkSync(lockFile(folder));
  } catch {
    // The lock is already gone.
  }
}

function parse(text: string | undefined): Holder | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Holder>;
    const isHolder =
      typeof value.pid === "number" && typeof value.host === "string" && typeof value.token === "string";
    return isHolder
      ? { ...(value as Holder), started: value.started ?? null, at: value.at ?? "" }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Reports whether the lock's process, on this machine, has certainly ended. */
function isStale(holder: Holder): boolean {
  if (holder.host !== os.hostname()) return false;
  if (!isAlive(holder.pid)) return true;
  const started = startOf(holder.pid);
  return holder.started !== null && started !== null && started !== holder.started;
}

function nested(): Failure {
  return new Failure("locked", "the command that started this one is changing the session right now", {
    advice: "a git hook may read the session; change it after the commit",
  });
}

function locked(file: string, holder: Holder | undefined): Failure {
  const who = holder ? `process ${holder.pid} on ${holder.host}, since ${holder.at}` : "an unknown process";
  return new Failure("locked", `the session is locked by ${who}`, {
    advice: "wait for it, or remove the lock if no such process runs",
    hint: `rm ${shellWord(file)}`,
  });
}
