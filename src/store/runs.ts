/** Stores records and logs of started agents: `.git/sessions/.runs/<run>.json`. Private, never sent. */
import { constants, lstatSync } from "node:fs";
import { type FileHandle, open, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { isSessionId } from "../session/ids.ts";
import { parseRun, type RunRecord } from "../session/runs.ts";
import { READ } from "./file-modes.ts";
import { openToAppend, readSmall, writeAtomic } from "./files.ts";
import { makeFolder } from "./folders.ts";

/** Maximum ended runs to keep. */
const KEPT = 100;

/** Maximum bytes of a run's log; after them, the log starts again and one earlier part is kept. */
const MAX_LOG = 8 * 1024 * 1024;

const MAX_RECORD = 64 * 1024;

const runsFolder = (sessionsDir: string): string => path.join(sessionsDir, ".runs");

const fileOf = (sessionsDir: string, id: string, kind: string) =>
  path.join(runsFolder(sessionsDir), `${id}.${kind}`);

/** Returns the path of a run's log. */
export const logFile = (sessionsDir: string, id: string): string => fileOf(sessionsDir, id, "log");

/**
 * Creates the folder of the runs, and returns its path.
 * @throws Failure `unsafe-file`
 */
export async function makeRunsFolder(sessionsDir: string): Promise<string> {
  await makeFolder(path.dirname(sessionsDir), path.join(path.basename(sessionsDir), ".runs"));
  return runsFolder(sessionsDir);
}

/** Reads all runs, newest first. Skips unreadable runs. */
export async function readRuns(sessionsDir: string): Promise<RunRecord[]> {
  const names = await readdir(runsFolder(sessionsDir)).catch(() => []);
  const ids = names
    .flatMap((name) => (name.endsWith(".json") ? [name.slice(0, -5)] : []))
    .filter(isSessionId);
  const found = await Promise.all(ids.map((id) => readRun(sessionsDir, id)));
  return found
    .filter((each) => each !== undefined)
    .sort((one, other) => (one.began < other.began ? 1 : one.began > other.began ? -1 : 0));
}

/** Reads the record of a run; undefined if it is missing or damaged. */
export async function readRun(sessionsDir: string, id: string): Promise<RunRecord | undefined> {
  const text = await readSmall(fileOf(sessionsDir, id, "json"), MAX_RECORD).catch(() => undefined);
  const run = text === undefined ? undefined : parseRun(text);
  return run?.id === id ? run : undefined;
}

/**
 * Writes the record of a run.
 * @throws Failure `cannot-write`
 */
export async function writeRun(sessionsDir: string, run: RunRecord): Promise<void> {
  await writeAtomic(fileOf(sessionsDir, run.id, "json"), `${JSON.stringify(run)}\n`);
}

/** The command that the keeper process of a run starts, with its input. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Writes the command of a run for the process that keeps it.
 * @throws Failure `cannot-write`
 */
export async function writeLaunch(sessionsDir: string, id: string, launch: Launch): Promise<void> {
  await writeAtomic(fileOf(sessionsDir, id, "launch"), JSON.stringify(launch));
}

/** Returns the command of a run and deletes its file, which contains the whole prompt. */
export async function takeLaunch(sessionsDir: string, id: string): Promise<Launch | undefined> {
  const file = fileOf(sessionsDir, id, "launch");
  const text = await readSmall(file).catch(() => undefined);
  await rm(file, { force: true });
  return text === undefined ? undefined : (JSON.parse(text) as Launch);
}

/** Opens the log of a run for appending. Never writes through a link. */
export async function openLog(sessionsDir: string, id: string): Promise<FileHandle> {
  return openToAppend(logFile(sessionsDir, id));
}

/**
 * Limits the size of a run's log: moves its content to `<run>.log.1`. The agent continues in the emptied
 * file.
 */
export async function rotateLog(sessionsDir: string, id: string): Promise<void> {
  const file = logFile(sessionsDir, id);
  if ((lstatSync(file, { throwIfNoEntry: false })?.size ?? 0) <= MAX_LOG) return;
  const log = await open(file, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
  try {
    const { size } = await log.stat();
    const old = Buffer.alloc(Math.min(size, MAX_LOG));
    await log.read(old, 0, old.length, size - old.length);
    await writeAtomic(`${file}.1`, old, { durable: false });
    await log.truncate(0);
  } finally {
    await log.close();
  }
}

/**
 * Returns the last bytes of a run's log, at most `most`, and the log's size. Without `from`, a byte offset in
 * the log, the bytes may begin in the earlier part of the log.
 */
export async function logEnd(sessionsDir: string, id: string, most: number, from?: number) {
  const file = logFile(sessionsDir, id);
  const end = await fileEnd(file, most, from);
  if (from !== undefined || end.text.length >= most) return end;
  const { text: earlier } = await fileEnd(`${file}.1`, most - end.text.length);
  return { ...end, text: Buffer.concat([earlier, end.text]) };
}

async function fileEnd(file: string, most: number, from = 0) {
  const log = await open(file, READ).catch(() => undefined);
  if (!log) return { text: Buffer.alloc(0), size: 0 };
  try {
    const { size } = await log.stat();
    const begin = Math.max(from > size ? 0 : from, size - most);
    const text = Buffer.alloc(size - begin);
    const { bytesRead } = await log.read(text, 0, text.length, begin);
    return { text: text.subarray(0, bytesRead), size: begin + bytesRead };
  } finally {
    await log.close();
  }
}

/** Returns the time of a log's last write in milliseconds since the epoch, and its size in bytes. */
export function logFacts(sessionsDir: string, id: string): { wrote: number; size: number } | undefined {
  const seen = lstatSync(logFile(sessionsDir, id), { throwIfNoEntry: false });
  return seen?.isFile() ? { wrote: seen.mtimeMs, size: seen.size } : undefined;
}

/** Deletes the oldest ended runs. `over`: newest first. */
export async function deleteOldRuns(sessionsDir: string, over: readonly RunRecord[]): Promise<void> {
  await Promise.all(
    over
      .slice(KEPT)
      .flatMap(({ id }) =>
        ["json", "log", "log.1", "launch"].map((kind) => rm(fileOf(sessionsDir, id, kind), { force: true })),
      ),
  );
}
