/** `.git/sessions/.cache/`: what was derived and can be derived again. Whatever goes wrong with it, it is not there. */
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { makeFolder, readBytes, removeStaleTemps, writeAtomic } from "./files.ts";

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
    await removeOldest(path.join(sessionsDir, FOLDER));
  } catch {
    // It is only slower without.
  }
}

const MOST = 50;

/** Questions about a period of time are never asked again once it is over. */
async function removeOldest(folder: string): Promise<void> {
  await removeStaleTemps(folder);
  const names = await readdir(folder);
  if (names.length <= MOST) return;
  const files = await Promise.all(
    names.map(async (name) => ({ name, written: (await stat(path.join(folder, name))).mtimeMs })),
  );
  files.sort((one, other) => one.written - other.written);
  for (const { name } of files.slice(0, MOST / 2)) await rm(path.join(folder, name), { force: true });
}
