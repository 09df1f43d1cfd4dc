/** `.session/.spool` in a worktree: one file a change, of this user, never tracked. Whatever else is there is not ours. */

import { lstatSync, readdirSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { SpoolEntry } from "../session/spool.ts";
import { clock } from "../surroundings.ts";
import {
  cannot,
  isOwnFolder,
  makeFolder,
  randomToken,
  readSmall,
  removeStaleTemps,
  writeAtomic,
} from "./files.ts";

/** Longest entry, in bytes, and most of them; who makes more is not a command of ours. */
const MAX_ENTRY = 256 * 1024;
const MAX_ENTRIES = 2_000;

export interface SpoolFile {
  /** Name in the folder. */
  readonly name: string;
  readonly entry: SpoolEntry;
}

const spoolFolder = (projectDir: string): string => path.join(projectDir, ".spool");

/** Names of what is in the spool, in order; undefined where there is nothing. Costs one look where there is none. */
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

/** What is wrong with the folder or with one of its files, in words; undefined for what we may have written. */
export function strange(projectDir: string, name?: string): string | undefined {
  const folder = spoolFolder(projectDir);
  const isThere = (each: string) => lstatSync(each, { throwIfNoEntry: false }) !== undefined;
  if ([projectDir, folder].some((each) => isThere(each) && !isOwnFolder(each))) return "it is behind a link";
  const status = lstatSync(name === undefined ? folder : path.join(folder, name), { throwIfNoEntry: false });
  if (name !== undefined && !status?.isFile()) return "it is no file";
  const us = process.getuid?.();
  return us !== undefined && status !== undefined && status.uid !== us
    ? "it belongs to another user"
    : undefined;
}

/** Entries by these names; what was not written by us is left out. */
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

export const newEntryId = (): string => randomToken(8);

/** Writes an entry after those that are there, whole or not at all. Failure `cannot-write`, `cannot-make`. */
export async function writeEntry(root: string, projectDir: string, entry: SpoolEntry): Promise<void> {
  const folder = spoolFolder(projectDir);
  // `.session` itself may be readable for all; only what is in the spool is private.
  await mkdir(projectDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw cannot("make", projectDir, error);
  });
  await makeFolder(root, path.relative(root, folder));
  await removeStaleTemps(folder);
  await writeAtomic(path.join(folder, ".gitignore"), "*\n", { durable: false });
  const last = Number(spoolNames(projectDir)?.at(-1)?.slice(0, 15) ?? 0);
  // A clock that was set back does not change the order.
  const stamp = String(Math.max(clock(), last + 1)).padStart(15, "0");
  await writeAtomic(path.join(folder, `${stamp}-${entry.id}.json`), `${JSON.stringify(entry)}\n`);
}

/** Takes entries out that are in the record now. The folder stays: somebody may be about to write into it. */
export async function removeEntries(projectDir: string, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => rm(path.join(spoolFolder(projectDir), name), { force: true })));
}

/** Puts an entry aside that cannot be done: somebody wrote it, so it is not thrown away. */
export async function setEntryAside(projectDir: string, name: string): Promise<string> {
  const folder = spoolFolder(projectDir);
  const to = path.join(folder, `unfit-${name}`);
  // Somebody may have been quicker.
  await rename(path.join(folder, name), to).catch(() => {});
  return to;
}
