/**
 * Changes the files of one folder, all or nothing. The journal gets all new content first; from then on the
 * change is decided, and the next writer finishes it. A journal with a condition waits for a git commit.
 */

import { rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Failure } from "../session/failure.ts";
import { CLONE_FILE } from "../session/rebuild.ts";
import { makeFolder, openToAppend, readSmall, syncFolder, systemFailure, writeAtomic } from "./files.ts";
import { removeHookFiles } from "./hook-files.ts";
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

const journalFile = (folder: string) => path.join(folder, JOURNAL);

/**
 * Writes files and appends to one file, all or nothing. After the journal is written, a full disk does not
 * make the change fail. An interrupted move is reversed and fails.
 */
export async function commitFiles(folder: string, lock: Lock, change: Change): Promise<void> {
  await recoverJournal(folder, lock);
  await lock.check();
  const journal = await journalOf(folder, change);
  await writeAtomic(journalFile(folder), JSON.stringify(journal));
  const done = apply(folder, journal);
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

/** Carries out a journal. Idempotent. */
async function apply(folder: string, journal: Journal): Promise<void> {
  if (journal.move) await moveFiles(folder, journal.move);
  const below = new Set(
    Object.keys(journal.write).flatMap((name) => (name.includes("/") ? [path.dirname(name)] : [])),
  );
  for (const name of below) await makeFolder(folder, name);
  // Syncs each file before it removes the journal, because a power cut must not lose content. Syncs in
  // parallel, because several syncs take the disk as long as one.
  const writes = Object.entries(journal.write).map(async ([name, text]) => {
    const file = path.join(folder, name);
    const edited = journal.seen?.[name] === undefined ? undefined : await readSmall(file);
    await writeAtomic(file, decidedText(journal, name, edited) ?? text, { folder: false });
  });
  const done = await Promise.allSettled([
    ...writes,
    journal.append ? append(folder, journal.append) : undefined,
  ]);
  for (const each of done) if (each.status === "rejected") throw each.reason;
  await Promise.all([folder, ...[...below].map((name) => path.join(folder, name))].map(syncFolder));
  await rm(journalFile(folder), { force: true });
}

/** Moves context.json last: a folder counts as a session only when it has this file. */
const FILES = [
  ...["objectives.md", "blockers.md", "handoff.md", "workspace", "transcripts", UNDO],
  ...["checkpoints.jsonl", CLONE_FILE, "events.jsonl"],
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

async function append(folder: string, { name, text, at }: NonNullable<Journal["append"]>): Promise<void> {
  const file = path.join(folder, name);
  const handle = await openToAppend(file);
  try {
    await handle.truncate(at);
    await handle.appendFile(text);
    await handle.sync();
  } catch (error) {
    throw systemFailure("write", file, error as NodeJS.ErrnoException);
  } finally {
    await handle.close();
  }
}
