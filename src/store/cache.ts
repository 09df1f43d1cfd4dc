/** `.git/sessions/.cache/`: what was derived and can be derived again. Whatever goes wrong with it, it is not there. */
import path from "node:path";
import { makeFolder, readBytes, writeAtomic } from "./files.ts";

const FOLDER = ".cache";

/** Bytes of a cached file, or undefined. */
export async function readCache(sessionsDir: string, name: string): Promise<Buffer | undefined> {
  return readBytes(path.join(sessionsDir, FOLDER, name), 2 ** 30).catch(() => undefined);
}

/** Keeps bytes; two at once keep the one or the other, whole. Where nothing can be written, nothing is kept. */
export async function writeCache(sessionsDir: string, name: string, bytes: Uint8Array): Promise<void> {
  try {
    await makeFolder(path.dirname(sessionsDir), path.join(path.basename(sessionsDir), FOLDER));
    await writeAtomic(path.join(sessionsDir, FOLDER, name), bytes, { durable: false });
  } catch {
    // It is only slower without.
  }
}
