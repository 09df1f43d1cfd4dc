import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { copyFile, type FileHandle, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../session/failure.ts";
import { noteWrite, now } from "../surroundings.ts";
import { APPEND, openShared, READ } from "./file-modes.ts";
import { syncFolder } from "./folders.ts";
import { isAlive } from "./processes.ts";
import { systemFailure, unsafe } from "./system-failure.ts";

/** Maximum bytes of a session's file: this program writes no larger file. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Returns the text of a regular file; undefined if the file does not exist. Synchronous inside: for small
 * files that is several times faster than the thread pool.
 * @throws Failure `unsafe-file` if it is not a regular file, `too-large`
 */
export async function readSmall(file: string, limit = MAX_BYTES): Promise<string | undefined> {
  return (await readBytes(file, limit))?.toString("utf8").replace(/^\ufeff/, "");
}

/** Returns the bytes of a file, with the limits of `readSmall`. */
export async function readBytes(file: string, limit = MAX_BYTES): Promise<Buffer | undefined> {
  let handle: number;
  try {
    handle = openSync(file, READ);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw systemFailure("read", file, error as NodeJS.ErrnoException);
  }
  try {
    const status = fstatSync(handle);
    if (!status.isFile()) throw unsafe(file);
    if (status.size > limit) {
      throw new Failure("too-large", `${file} has ${status.size} bytes; at most ${limit} are read`);
    }
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Replaces a file completely: temporary file, fsync, rename, fsync of the folder (unless the caller does that
 * for many files). A reader sees either the old or the new content.
 * @throws Failure `cannot-write` for a full, read-only or foreign disk; nothing has changed then
 */
export async function writeAtomic(
  file: string,
  text: string | Uint8Array | readonly Uint8Array[],
  options: { mode?: number; durable?: boolean; folder?: boolean } = {},
): Promise<void> {
  const { durable = true, folder: syncsFolder = durable } = options;
  const staged = await stage(file, text, options);
  await staged.place();
  if (syncsFolder) await syncFolder(path.dirname(file));
}

/** New content of a file, in a temporary file next to it. */
export interface Staged {
  /** Renames the temporary file to the file. The folder is not synced. */
  place(): Promise<void>;
  /** Removes the temporary file. */
  drop(): Promise<void>;
}

/**
 * Writes new content to a temporary file, and to the disk unless `durable` is false: the rename that follows
 * must not reach the disk before the content.
 * @throws Failure `cannot-write`
 */
export async function stage(
  file: string,
  text: string | Uint8Array | readonly Uint8Array[],
  { mode, durable = true }: { mode?: number; durable?: boolean } = {},
): Promise<Staged> {
  const temporary = path.join(path.dirname(file), `.tmp-${process.pid}-${randomToken(6)}`);
  const drop = () => rm(temporary, { force: true }).catch(() => {});
  const fail = async (error: NodeJS.ErrnoException) => {
    await drop();
    throw systemFailure("write", file, error);
  };
  const place = async () => {
    await rename(temporary, file).catch(fail);
    noteWrite(file);
  };
  try {
    const handle = await (mode === undefined ? openShared(temporary, "wx") : open(temporary, "wx", mode));
    try {
      await writeFile(handle, text);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await fail(error as NodeJS.ErrnoException);
  }
  return { place, drop };
}

/**
 * Appends to a file, or creates it.
 * @throws Failure `cannot-write`
 */
export async function appendText(file: string, text: string): Promise<void> {
  const handle = await openToAppend(file, 0o644);
  try {
    await handle.appendFile(text);
  } catch (error) {
    throw systemFailure("write", file, error as NodeJS.ErrnoException);
  } finally {
    await handle.close();
  }
}

/**
 * Creates a short-lived file, which does not need to survive a power cut.
 * @throws Failure `cannot-write`
 */
export async function writeNew(file: string, text: string): Promise<void> {
  try {
    const handle = await openShared(file, "wx");
    noteWrite(file);
    await handle.writeFile(text).finally(() => handle.close());
  } catch (error) {
    throw systemFailure("write", file, error as NodeJS.ErrnoException);
  }
}

/**
 * Opens a regular file to append to it.
 * @throws Failure `unsafe-file`, `cannot-write`
 */
export async function openToAppend(file: string, mode?: number): Promise<FileHandle> {
  const handle = await openShared(file, APPEND, mode).catch((error: NodeJS.ErrnoException) => {
    throw systemFailure("write", file, error);
  });
  noteWrite(file);
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw unsafe(file);
}

/** Returns random bytes in hexadecimal. Uses Web Crypto, which needs no module to load. */
export function randomToken(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("hex");
}

/** Renames a damaged file to an unused name, and returns that name. */
export async function setAside(file: string): Promise<string> {
  const target = nameAside(file, await readdir(path.dirname(file)));
  await rename(file, target);
  return target;
}

/**
 * Copies a damaged file to an unused name, for files whose absence has a meaning. Copies the same bytes only
 * once.
 */
export async function copyAside(file: string): Promise<void> {
  const folder = path.dirname(file);
  const names = await readdir(folder);
  const bytes = await readBytes(file);
  for (const name of names.filter((each) => each.startsWith(`${path.basename(file)}.corrupt-`))) {
    const there = await readBytes(path.join(folder, name)).catch(() => undefined);
    if (bytes !== undefined && there?.equals(bytes)) return;
  }
  await copyFile(file, nameAside(file, names), constants.COPYFILE_EXCL);
}

function nameAside(file: string, names: readonly string[]): string {
  const taken = new Set(names);
  const stamp = now().replace(/[-:]/g, "").slice(0, 15);
  let target = `${file}.corrupt-${stamp}`;
  for (let n = 2; taken.has(path.basename(target)); n++) target = `${file}.corrupt-${stamp}-${n}`;
  return target;
}

/** Matches only this program's temporary files, which are next to the user's files. */
const STALE = /^\.tmp-(\d+)-(?:[0-9a-f]{12,24}|merge-index|index-\d+|paths)(?:\.lock)?$/;

/** Removes temporary files of ended processes. */
export async function removeStaleTemps(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = Number(STALE.exec(name)?.[1] ?? 0);
    if (pid > 0 && !isAlive(pid)) await rm(path.join(folder, name), { force: true });
  }
}
