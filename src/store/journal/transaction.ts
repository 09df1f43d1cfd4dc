/**
 * Changes the files of one folder, all or nothing. The journal gets all new content first; from then on the
 * change is decided, and the next writer finishes it. A journal with a condition waits for a git commit.
 */

import { rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { CLONE_FILE } from "../../session/events/rebuild.ts";
import type { Failure } from "../../session/failure.ts";
import { openToAppend, readSmall, type Staged, stage, writeAtomic } from "../files.ts";
import { makeFolder, syncFolder } from "../folders.ts";
import { removeHookFiles } from "../hooks/hook-files.ts";
import { systemFailure } from "../system-failure.ts";
import {
  type Change,
  type Condition,
  decidedText,
  JOURNAL,
  type Journal,
  type Move,
  readJournal,
  UNDO,
} from "./journal.ts";
import type { Lock } from "./lock.ts";
import { SNAPSHOT_NOTE } from "./snapshot-note.ts";

const journalFile = (folder: string) => path.join(folder, JOURNAL);

/**
 * Writes files and appends to one file, all or nothing. After the journal is written, a full disk does not
 * make the change fail. An interrupted move is reversed and fails.
 */
export async function commitFiles(folder: string, lock: Lock, change: Change): Promise<void> {
  await recoverJournal(folder, lock);
  await lock.check();
  const journal = await journalOf(folder, change);
  const [decision, files] = await stageAll(folder, journal);
  // Checks again: a slow disk may have taken longer than the lock lasts.
  await lock.check().catch((error) => dropAll([decision, ...stagedOf(files)], error));
  await decision.place();
  await syncFolder(folder);
  const done = apply(folder, journal, files);
  await (change.move ? done : done.catch(leaveUnfinished));
}

/** Leaves the rest of a decided change to the next writer after a full disk. */
export function leaveUnfinished(error: Failure): void {
  if (error.code !== "cannot-write" && error.code !== "cannot-make") throw error;
}

/** Prepares a change like `commitFiles`; `settleJournal` carries it out. */
export async function prepareChange(folder: string, lock: Lock, change: Change, condition: Condition) {
  await recoverJournal(folder, lock);
  await lock.check();
  await writeAtomic(journalFile(folder), JSON.stringify({ ...(await journalOf(folder, change)), condition }));
}

/** Returns the condition of a prepared change; undefined without one. */
export async function pendingCondition(folder: string): Promise<Condition | undefined> {
  return (await readJournal(folder))?.condition;
}

/** Carries out a prepared change, or drops it. */
export async function settleJournal(folder: string, lock: Lock, happened: boolean): Promise<void> {
  await lock.check();
  const journal = await readJournal(folder);
  if (journal && happened) await apply(folder, journal);
  else await rm(journalFile(folder), { force: true });
}

/** Finishes an interrupted change, unless it waits for a commit. */
export async function recoverJournal(folder: string, lock: Lock): Promise<void> {
  const journal = await readJournal(folder);
  if (!journal || journal.condition) return;
  await lock.check();
  const { move } = journal;
  await apply(folder, move ? { ...journal, move: { ...move, back: true } } : journal);
}

async function journalOf(folder: string, change: Change): Promise<Journal> {
  const write = Object.fromEntries(change.write);
  if (change.move) return { write, move: change.move };
  const seen = change.seen && change.seen.size > 0 ? { seen: Object.fromEntries(change.seen) } : {};
  if (!change.append) return { write, ...seen };
  const { name, text } = change.append;
  const at = (await stat(path.join(folder, name)).catch(() => undefined))?.size ?? 0;
  return { write, ...seen, append: { name, text, at } };
}

/** New content of a file, and the text of the file for which it was decided. */
interface StagedFile {
  readonly name: string;
  readonly edited: string | undefined;
  readonly staged: Staged;
}

/**
 * Writes the journal and the new content of all files next to their places, in parallel: the disk takes as
 * long for several syncs as for one.
 */
async function stageAll(folder: string, journal: Journal): Promise<[Staged, StagedFile[]]> {
  const [decision, files] = await Promise.allSettled([
    stage(journalFile(folder), JSON.stringify(journal)),
    stageFiles(folder, journal),
  ]);
  if (decision.status === "rejected")
    return dropAll(files.status === "fulfilled" ? stagedOf(files.value) : [], decision.reason);
  return files.status === "fulfilled"
    ? [decision.value, files.value]
    : dropAll([decision.value], files.reason);
}

async function stageFiles(folder: string, journal: Journal): Promise<StagedFile[]> {
  for (const name of foldersBelow(journal)) await makeFolder(folder, name);
  const done = await Promise.allSettled(
    Object.keys(journal.write).map((name) => stageFile(folder, journal, name)),
  );
  const files = done.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const failed = done.find((each) => each.status === "rejected");
  return failed ? dropAll(stagedOf(files), failed.reason) : files;
}

const stagedOf = (files: readonly StagedFile[]) => files.map(({ staged }) => staged);

async function dropAll(staged: readonly Staged[], error: unknown): Promise<never> {
  await Promise.all(staged.map((each) => each.drop()));
  throw error;
}

async function stageFile(folder: string, journal: Journal, name: string): Promise<StagedFile> {
  const edited = await editedText(folder, journal, name);
  const text = decidedText(journal, name, edited) ?? "";
  return { name, edited, staged: await stage(path.join(folder, name), text) };
}

/** Returns the text of a file that users edit, and undefined for all other files. */
async function editedText(folder: string, { seen }: Journal, name: string): Promise<string | undefined> {
  return seen?.[name] === undefined ? undefined : readSmall(path.join(folder, name));
}

const foldersBelow = ({ write }: Journal) =>
  new Set(Object.keys(write).flatMap((name) => (name.includes("/") ? [path.dirname(name)] : [])));

/** Carries out a journal. Idempotent. `files`: what was staged before the decision. */
async function apply(folder: string, journal: Journal, files?: readonly StagedFile[]): Promise<void> {
  if (journal.move) await moveFiles(folder, journal.move);
  for (const file of files ?? (await stageFiles(folder, journal))) await placeFile(folder, journal, file);
  // Syncs everything before it removes the journal, because a power cut must not lose content.
  const log = journal.append && (await append(folder, journal.append));
  const folders = [folder, ...[...foldersBelow(journal)].map((name) => path.join(folder, name))];
  await Promise.all([log?.sync(), ...folders.map(syncFolder)]);
  await rm(journalFile(folder), { force: true });
}

/** Puts a staged file in its place; stages it again if a user edited the file meanwhile. */
async function placeFile(folder: string, journal: Journal, file: StagedFile): Promise<void> {
  if ((await editedText(folder, journal, file.name)) === file.edited) return file.staged.place();
  await file.staged.drop();
  await (await stageFile(folder, journal, file.name)).staged.place();
}

/** Moves context.json last: a folder counts as a session only when it has this file. */
const FILES = [
  ...["objectives.md", "blockers.md", "handoff.md", "workspace", "transcripts", UNDO],
  ...["checkpoints.jsonl", CLONE_FILE, SNAPSHOT_NOTE, "events.jsonl"],
  "context.json",
];

async function moveFiles(folder: string, { kept, back }: Move): Promise<void> {
  const away = path.join(folder, kept);
  const [from, to] = back ? [away, folder] : [folder, away];
  if (!back) await removeHookFiles(from);
  for (const name of FILES) {
    // Files of an earlier session in the target folder prevent moving the whole folder.
    const isThere = name === UNDO && (await stat(path.join(from, name)).catch(() => undefined));
    if (isThere) await rm(path.join(to, name), { recursive: true, force: true });
    await rename(path.join(from, name), path.join(to, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw systemFailure("write", path.join(to, name), error);
    });
  }
  await Promise.all([syncFolder(from), syncFolder(to)]);
}

/** Appends to the log from where it ended before the change. Returns how to write it to the disk. */
async function append(folder: string, { name, text, at }: NonNullable<Journal["append"]>) {
  const file = path.join(folder, name);
  const handle = await openToAppend(file);
  const fail = async (error: NodeJS.ErrnoException) => {
    await handle.close();
    throw systemFailure("write", file, error);
  };
  await handle.truncate(at).catch(fail);
  await handle.appendFile(text).catch(fail);
  return { sync: () => handle.sync().then(() => handle.close(), fail) };
}
