/** Reads and writes `.session/.spool` of a worktree: one file per change, of this user, untracked. */

import { lstatSync, readdirSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { SpoolEntry } from "../session/spool.ts";
import { clock } from "../surroundings.ts";
import {
  isOwnFolder,
  makeFolder,
  randomToken,
  readSmall,
  removeStaleTemps,
  systemFailure,
  writeAtomic,
} from "./files.ts";

/** Longest entry in bytes, and most entries, that commands of this program make. */
const MAX_ENTRY = 256 * 1024;
const MAX_ENTRIES = 2_000;

export interface SpoolFile {
  /** Name in the folder. */
  readonly name: string;
  readonly entry: SpoolEntry;
}

const spoolFolder = (projectDir: string): string => path.join(projectDir, ".spool");

/** Returns the names in the spool, in order; undefined without a spool. Costs one system call then. */
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
 * Returns what is wrong with the folder or a file of it, in words; undefined if this program may have written
 * it.
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

/** Reads entries by name, without foreign files. */
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

/** Returns a new random id: 16 hexadecimal digits. */
export const newEntryId = (): string => randomToken(8);

/**
 * Writes an entry after the existing ones, whole or not at all.
 * @throws Failure `cannot-write`, `cannot-make`
 */
export async function writeEntry(root: string, projectDir: string, entry: SpoolEntry): Promise<void> {
  const folder = spoolFolder(projectDir);
  // `.session` may be readable for others; only the spool is private.
  await mkdir(projectDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw systemFailure("make", projectDir, error);
  });
  await makeFolder(root, path.relative(root, folder));
  await removeStaleTemps(folder);
  await writeAtomic(path.join(folder, ".gitignore"), "*\n", { durable: false });
  const last = Number(spoolNames(projectDir)?.at(-1)?.slice(0, 15) ?? 0);
  // A clock set back must not change the order.
  const stamp = String(Math.max(clock(), last + 1)).padStart(15, "0");
  await writeAtomic(path.join(folder, `${stamp}-${entry.id}.json`), `${JSON.stringify(entry)}\n`);
}

/**
 * Removes entries that are in the record. Keeps the folder: another process may be about to write into it.
 */
export async function removeEntries(projectDir: string, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => rm(path.join(spoolFolder(projectDir), name), { force: true })));
}

/** Renames an entry that cannot be applied, because a user wrote it. */
export async function setEntryAside(projectDir: string, name: string): Promise<string> {
  const folder = spoolFolder(projectDir);
  const to = path.join(folder, `unfit-${name}`);
  // Another process may have renamed it.
  await rename(path.join(folder, name), to).catch(() => {});
  return to;
}
