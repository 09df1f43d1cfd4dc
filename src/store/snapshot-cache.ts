/** Caches git's answer about all snapshots while their refs are unchanged. May be deleted. */
import path from "node:path";
import { makeFolder, readBytes, writeAtomic } from "./files.ts";

/** Size in bytes below which git is as fast as reading a file. */
const WORTH_IT = 256 * 1024;

/** Separates refs and answer, and ends the file: a truncated file is ignored. */
const MARK = Buffer.from("\0\n");

const fileOf = (sessionsDir: string) => path.join(sessionsDir, ".snapshots");

/** Returns the cached answer for exactly these refs; undefined without one. */
export async function readCachedSnapshots(sessionsDir: string, refs: Buffer): Promise<Buffer | undefined> {
  const kept = await readBytes(fileOf(sessionsDir), Number.MAX_SAFE_INTEGER).catch(() => undefined);
  if (kept === undefined) return undefined;
  const from = refs.length + MARK.length;
  const [head, end] = [kept.subarray(0, from), kept.length - MARK.length];
  if (end < from || !head.equals(Buffer.concat([refs, MARK])) || !kept.subarray(end).equals(MARK))
    return undefined;
  return kept.subarray(from, end);
}

/** Caches an answer for these refs, if the folder is writable. */
export async function cacheSnapshots(sessionsDir: string, refs: Buffer, answer: Buffer): Promise<void> {
  if (answer.length < WORTH_IT) return;
  try {
    // A clone that only fetched sessions has no folder yet.
    await makeFolder(path.dirname(sessionsDir), path.basename(sessionsDir));
    await writeAtomic(fileOf(sessionsDir), [refs, MARK, answer, MARK]);
  } catch {
    // On a full or read-only disk, the next command asks git again.
  }
}
