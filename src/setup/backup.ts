/**
 * Copies the setup before its removal, in `.git/session-uninit/<n>/`. `session uninit --undo` restores the
 * copy.
 */
import { cp, lstat, readdir, rename, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { changeRefs, listRefs } from "../git/refs.ts";
import { createBundle, fetchBundle } from "../git/remote/bundle.ts";
import type { Place } from "../place/place.ts";
import { readSmall, writeAtomic } from "../store/files.ts";
import { makeFolder } from "../store/folders.ts";
import { systemFailure } from "../store/system-failure.ts";
import { type Ref, SESSION_REFS, TRASH_REFS } from "./removal.ts";

/**
 * The content list of a copy, written before the removal begins, so that an interrupted removal can be
 * finished or undone.
 */
export interface BackupNote {
  readonly at: string;
  readonly hooks: boolean;
  readonly agents: readonly string[];
  readonly refs: readonly Ref[];
  readonly work: readonly Ref[];
  readonly files: boolean;
  readonly state: boolean;
}

export interface Backup extends BackupNote {
  readonly folder: string;
}

const FOLDER = "session-uninit";
const NOTE = "note.json";

/** Returns the path of the folder with the copies that `session uninit` made. */
export const backupsOf = ({ repository }: Place): string => path.join(repository.commonDir, FOLDER);

/** Returns the newest copy, undefined if this clone has none. */
export async function newestBackup(place: Place): Promise<Backup | undefined> {
  for (const n of await numbersOf(place)) {
    const folder = path.join(backupsOf(place), `${n}`);
    const text = await readSmall(path.join(folder, NOTE));
    if (text !== undefined) return { ...(JSON.parse(text) as BackupNote), folder };
  }
  return undefined;
}

/** Returns the numbers of the copies, newest first. */
async function numbersOf(place: Place): Promise<number[]> {
  const names = await readdir(backupsOf(place)).catch(() => []);
  return names
    .map(Number)
    .filter((each) => each > 0)
    .sort((one, other) => other - one);
}

/**
 * Writes a new copy: refs as bundles, `.session/` as files. `takeState` later moves local state into the
 * copy.
 */
export async function writeBackup(place: Place, note: BackupNote): Promise<Backup> {
  const { repository, projectDir } = place;
  const [last = 0] = await numbersOf(place);
  await makeFolder(repository.commonDir, path.join(FOLDER, `${last + 1}`));
  const folder = path.join(backupsOf(place), `${last + 1}`);
  const has = (prefix: string) => note.refs.some((each) => each.ref.startsWith(prefix));
  const snapshots = SESSION_REFS.filter(has).map(globbed);
  if (snapshots.length > 0)
    await createBundle(repository.root, path.join(folder, "snapshots.bundle"), snapshots, []);
  // Deleted sessions may have stashed work, whose parents are commits of the project: leave those out.
  if (has(TRASH_REFS)) {
    const own = await ownCommits(repository.root);
    await createBundle(repository.root, path.join(folder, "deleted.bundle"), [globbed(TRASH_REFS)], own);
  }
  if (note.files) await cp(projectDir, path.join(folder, "files"), { recursive: true, ...EXACT });
  await writeAtomic(path.join(folder, NOTE), `${JSON.stringify(note, null, 2)}\n`);
  return { ...note, folder };
}

/** Restores missing refs, state and files. Keeps a ref that was created since the removal. */
export async function putBackup(place: Place, { folder, ...note }: Backup): Promise<void> {
  const { root, commonDir } = place.repository;
  for (const [file, prefixes] of [
    ["snapshots.bundle", SESSION_REFS],
    ["deleted.bundle", [TRASH_REFS]],
  ] as const) {
    const wanted = prefixes.filter((prefix) => note.refs.some((each) => each.ref.startsWith(prefix)));
    const bundle = path.join(folder, file);
    if (wanted.length === 0 || !(await isThere(bundle))) continue;
    await fetchBundle(root, bundle, new Map(wanted.map((each) => [`${each}*`, `${each}*`])));
  }
  const there = await listRefs(root, ...note.work.map((each) => each.ref), "refs/session-stash/");
  const missing = note.work.filter((each) => !there.has(each.ref));
  await changeRefs(
    root,
    missing.map(({ ref, oid }) => ({ ref, to: oid })),
    [],
  );
  for (const name of STATE)
    if (await isThere(path.join(folder, name)))
      await moved(path.join(folder, name), path.join(commonDir, name));
  if (note.files) await cp(path.join(folder, "files"), place.projectDir, { recursive: true, ...EXACT });
}

/** Our folders in git's folder: local state, and copies of files that `doctor` repaired. */
const STATE = ["sessions", "session-repairs"];

/** Moves local state into the copy, with one rename per folder. */
export async function takeState(place: Place, { folder }: Backup): Promise<void> {
  for (const name of STATE) {
    const there = path.join(place.repository.commonDir, name);
    if (await isThere(there)) await moved(there, path.join(folder, name));
  }
}

/** Deletes a copy of a removed setup, and with the last copy the folder of copies. */
export async function dropBackup(place: Place, { folder }: Backup): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rmdir(backupsOf(place)).catch(() => {});
}

/** Removes the folders that git leaves empty below `refs/` and `logs/` when it deletes refs. */
export async function removeEmptyRefFolders({ repository }: Place): Promise<void> {
  const tops = ["refs", "logs/refs"].flatMap((parent) =>
    ["sessions", "session-remotes", "session-trash", "session-stash"].map((name) =>
      path.join(repository.commonDir, parent, name),
    ),
  );
  for (const top of tops) {
    const below = await readdir(top, { recursive: true, withFileTypes: true }).catch(() => undefined);
    if (below === undefined) continue;
    const folders = below
      .filter((each) => each.isDirectory())
      .map((each) => path.join(each.parentPath, each.name));
    for (const folder of [...folders.sort().reverse(), top]) await rmdir(folder).catch(() => {});
  }
}

const EXACT = {
  preserveTimestamps: true,
  verbatimSymlinks: true,
  force: false,
  errorOnExist: false,
} as const;

const globbed = (prefix: string) => `--glob=${prefix}*`;

/**
 * Returns commits that stay in the clone after the removal: tips of branches and remote branches, at most
 * 500.
 */
async function ownCommits(root: string): Promise<string[]> {
  return [...new Set((await listRefs(root, "refs/heads/", "refs/remotes/")).values())].slice(0, 500);
}

async function moved(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    throw systemFailure("write", to, error);
  });
}

async function isThere(file: string): Promise<boolean> {
  return (await lstat(file).catch(() => undefined)) !== undefined;
}
