/** Caches git's output about all snapshots until their refs change. The cache may be deleted at any time. */
import path from "node:path";
import { readBytes, writeAtomic } from "./files.ts";
import { makeFolder } from "./folders.ts";

/** Minimum bytes of output to cache: for less, git is as fast as reading a file. */
const WORTH_IT = 256 * 1024;

/** Separates refs and output, and marks the end of the file, so that a truncated file is ignored. */
const MARK = Buffer.from("\0\n");

const fileOf = (sessionsDir: string) => path.join(sessionsDir, ".snapshots");

/** Returns the cached output for exactly these refs; undefined if it is not cached. */
export async function readCachedSnapshots(sessionsDir: string, refs: Buffer): Promise<Buffer | undefined> {
  const kept = await readBytes(fileOf(sessionsDir), Number.MAX_SAFE_INTEGER).catch(() => undefined);
  if (kept === undefined) return undefined;
  const from = refs.length + MARK.length;
  const [head, end] = [kept.subarray(0, from), kept.length - MARK.length];
  if (end < from || !head.equals(Buffer.concat([refs, MARK])) || !kept.subarray(end).equals(MARK))
    return undefined;
  return kept.subarray(from, end);
}

/** Caches git's output for these refs, if the folder is writable. */
export async function cacheSnapshots(sessionsDir: string, refs: Buffer, answer: Buffer): Promise<void> {
  if (answer.length < WORTH_IT) return;
  try {
    // Creates the folder: a clone that only fetched sessions does not have it yet.
    await makeFolder(path.dirname(sessionsDir), path.basename(sessionsDir));
    await writeAtomic(fileOf(sessionsDir), [refs, MARK, answer, MARK]);
  } catch {
    // Ignores an error of a full or read-only disk: the next command asks git again.
  }
}
