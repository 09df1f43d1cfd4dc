/** What git said of all snapshots, kept as long as the refs are the same: commits do not change. May be deleted. */
import path from "node:path";
import { makeFolder, readBytes, writeAtomic } from "./files.ts";

/** Below this git is as fast as reading a file, in bytes. */
const WORTH_IT = 256 * 1024;

/** Between the refs and the answer, and after it: whatever was cut off is not taken. */
const MARK = Buffer.from("\0\n");

const fileOf = (sessionsDir: string) => path.join(sessionsDir, ".snapshots");

/** The answer that was kept for just these refs; undefined where there is none. */
export async function keptAnswer(sessionsDir: string, refs: Buffer): Promise<Buffer | undefined> {
  const kept = await readBytes(fileOf(sessionsDir), Number.MAX_SAFE_INTEGER).catch(() => undefined);
  if (kept === undefined) return undefined;
  const from = refs.length + MARK.length;
  const [head, end] = [kept.subarray(0, from), kept.length - MARK.length];
  if (end < from || !head.equals(Buffer.concat([refs, MARK])) || !kept.subarray(end).equals(MARK))
    return undefined;
  return kept.subarray(from, end);
}

/** Keeps an answer for these refs. Where that cannot be, nothing is lost. */
export async function keepAnswer(sessionsDir: string, refs: Buffer, answer: Buffer): Promise<void> {
  if (answer.length < WORTH_IT) return;
  try {
    // A clone that only fetched sessions has no folder for them.
    await makeFolder(path.dirname(sessionsDir), path.basename(sessionsDir));
    await writeAtomic(fileOf(sessionsDir), [refs, MARK, answer, MARK]);
  } catch {
    // A disk that is full or read-only: git is asked again next time.
  }
}
