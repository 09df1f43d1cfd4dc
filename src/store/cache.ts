/** Caches derived bytes in `.git/sessions/.cache/`. An error counts as a cache miss. */
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { readBytes, removeStaleTemps, writeAtomic } from "./files.ts";
import { makeFolder } from "./folders.ts";

const FOLDER = ".cache";

/** Returns the bytes of a cached file; undefined for a miss. */
export async function readCache(sessionsDir: string, name: string): Promise<Buffer | undefined> {
  return readBytes(path.join(sessionsDir, FOLDER, name), 2 ** 30).catch(() => undefined);
}

/**
 * Caches bytes. If two processes write at once, one of them wins completely. Does nothing if the folder is
 * not writable.
 */
export async function writeCache(sessionsDir: string, name: string, bytes: Uint8Array): Promise<void> {
  try {
    await makeFolder(path.dirname(sessionsDir), path.join(path.basename(sessionsDir), FOLDER));
    await writeAtomic(path.join(sessionsDir, FOLDER, name), bytes, { durable: false });
    await removeOldest(path.join(sessionsDir, FOLDER));
  } catch {
    // Ignores errors: without the cache the program is only slower.
  }
}

const MOST = 50;

/** Removes the oldest files: answers about past periods are rarely needed again. */
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
