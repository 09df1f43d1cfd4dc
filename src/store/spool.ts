/**
 * Reads and writes the spool of a worktree, `.session/.spool`: one untracked file per change, written by this
 * user.
 */

import { lstatSync, readdirSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import path from "node:path";
import type { SpoolEntry } from "../session/spool.ts";
import { clock } from "../surroundings.ts";
import { randomToken, readSmall, removeStaleTemps, writeAtomic } from "./files.ts";
import { isOwnFolder, makeFolder, makeFolders } from "./folders.ts";

/** Maximum bytes of an entry, and maximum number of entries, that this program writes. */
const MAX_ENTRY = 256 * 1024;
const MAX_ENTRIES = 2_000;

export interface SpoolFile {
  /** File name of the entry in the spool. */
  readonly name: string;
  readonly entry: SpoolEntry;
}

const spoolFolder = (projectDir: string): string => path.join(projectDir, ".spool");

/**
 * Returns the file names in the spool, in order; undefined without a spool, at the cost of one system call.
 */
export function spoolNames(projectDir: string): string[] | undefined {
  let names: string[];
  try {
    names = readdirSync(spoolFolder(projectDir));
  } catch {
    return undefined;
  }
  const entries = names.filter((name) => /^\d{15}-[0-9a-f]{16}\.json$/.test(name)).sort();
  return entries.length === 0 ? undefined : entries.slice(0, MAX_ENTRIES);
}

/**
 * Returns the reason why the spool or a file in it is unsafe; undefined if this program may have written it.
 */
export function unsafeReason(projectDir: string, name?: string): string | undefined {
  const folder = spoolFolder(projectDir);
  const isThere = (each: string) => lstatSync(each, { throwIfNoEntry: false }) !== undefined;
  if ([projectDir, folder].some((each) => isThere(each) && !isOwnFolder(each))) return "it is behind a link";
  const status = lstatSync(name === undefined ? folder : path.join(folder, name), { throwIfNoEntry: false });
  if (name !== undefined && !status?.isFile()) return "it is not a file";
  const us = process.getuid?.();
  return us !== undefined && status !== undefined && status.uid !== us
    ? "it belongs to another user"
    : undefined;
}

/** Reads entries of the spool by file name. Skips files that this program did not write. */
export async function readSpool(projectDir: string, names: readonly string[]): Promise<SpoolFile[]> {
  const { parseEntry } = await import("../session/spool.ts");
  const found = await Promise.all(
    names.map(async (name) => {
      const text = await readSmall(path.join(spoolFolder(projectDir), name), MAX_ENTRY).catch(
        () => undefined,
      );
      const entry = text === undefined ? undefined : parseEntry(text);
      return entry && name.endsWith(`-${entry.id}.json`) ? [{ name, entry }] : [];
    }),
  );
  return found.flat();
}

/** Returns a new random id for an entry: 16 hexadecimal digits. */
export const newEntryId = (): string => randomToken(8);

/**
 * Writes an entry after the existing entries, completely or not at all.
 * @throws Failure `cannot-write`, `cannot-make`
 */
export async function writeEntry(root: string, projectDir: string, entry: SpoolEntry): Promise<void> {
  const folder = spoolFolder(projectDir);
  // Creates the two folders separately: `.session` may be readable for others, but the spool is private.
  await makeFolders(projectDir);
  await makeFolder(root, path.relative(root, folder));
  await removeStaleTemps(folder);
  await writeAtomic(path.join(folder, ".gitignore"), "*\n", { durable: false });
  const last = Number(spoolNames(projectDir)?.at(-1)?.slice(0, 15) ?? 0);
  // Counts up from the last entry: a clock that was set back must not change the order.
  const stamp = String(Math.max(clock(), last + 1)).padStart(15, "0");
  await writeAtomic(path.join(folder, `${stamp}-${entry.id}.json`), `${JSON.stringify(entry)}\n`);
}

/**
 * Removes entries after the record contains them. Keeps the folder: another process may be about to write
 * into it.
 */
export async function removeEntries(projectDir: string, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => rm(path.join(spoolFolder(projectDir), name), { force: true })));
}

/** Renames an entry that cannot be applied. Does not delete it, because a user recorded it. */
export async function setEntryAside(projectDir: string, name: string): Promise<string> {
  const folder = spoolFolder(projectDir);
  const to = path.join(folder, `unfit-${name}`);
  // Ignores an error: another process may already have renamed the entry.
  await rename(path.join(folder, name), to).catch(() => {});
  return to;
}
