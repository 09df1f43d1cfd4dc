/**
 * All or nothing over the files of one folder. What is to be written goes whole into the journal first; from then on
 * the change has happened, and whoever comes next finishes it. A journal with a condition waits for a commit of git.
 */

import { rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Failure } from "../session/failure.ts";
import { CLONE } from "../session/rebuild.ts";
import { cannot, makeFolder, openToAdd, readSmall, syncFolder, writeAtomic } from "./files.ts";
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
 * Writes all files and appends to one, or nothing. With the journal the change is made, and a disk that is full from then
 * on does not fail it. A move that breaks off goes back, and fails.
 */
export async function commitFiles(folder: string, lock: Lock, change: Change): Promise<void> {
  await recover(folder, lock);
  await lock.check();
  const journal = await journalOf(folder, change);
  await writeAtomic(journalFile(folder), JSON.stringify(journal));
  const done = apply(folder, journal);
  await (change.move ? done : done.catch(leaveToNext));
}

/** What is left of a change that is made already waits for the next writer where the disk takes nothing more. */
export function leaveToNext(error: Failure): void {
  if (error.code !== "cannot-write" && error.code !== "cannot-make") throw error;
}

/** Like `commitFiles`, but nothing happens until `settle`. */
export async function prepare(folder: string, lock: Lock, change: Change, condition: Condition) {
  await recover(folder, lock);
  await lock.check();
  await writeAtomic(journalFile(folder), JSON.stringify({ ...(await journalOf(folder, change)), condition }));
}

/** The condition that a prepared change waits for, if there is one. */
export async function pending(folder: string): Promise<Condition | undefined> {
  return (await readJournal(folder))?.condition;
}

/** Carries a prepared change out, or drops it. */
export async function settle(folder: string, lock: Lock, happened: boolean): Promise<void> {
  await lock.check();
  const journal = await readJournal(folder);
  if (journal && happened) await apply(folder, journal);
  else await rm(journalFile(folder), { force: true });
}

/** Finishes what an interrupted process had decided; a change that waits for a commit stays. */
export async function recover(folder: string, lock: Lock): Promise<void> {
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

/** Doing it twice is the same as once. */
async function apply(folder: string, journal: Journal): Promise<void> {
  if (journal.move) await moveFiles(folder, journal.move);
  const below = new Set(
    Object.keys(journal.write).flatMap((name) => (name.includes("/") ? [path.dirname(name)] : [])),
  );
  for (const name of below) await makeFolder(folder, name);
  // Each file is synced before the journal goes, or a power cut could lose what the journal promised. Side by side,
  // because the disk takes as long for one sync as for several.
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

/** `context.json` goes last: until then nobody takes what is in the other folder for a session. */
const FILES = [
  ...["objectives.md", "blockers.md", "handoff.md", "workspace", "transcripts", UNDO],
  ...["checkpoints.jsonl", CLONE, "events.jsonl"],
  "context.json",
];

async function moveFiles(folder: string, { kept, back }: Move): Promise<void> {
  const away = path.join(folder, kept);
  const [from, to] = back ? [away, folder] : [folder, away];
  if (!back) await removeHookFiles(from);
  for (const name of FILES) {
    // What a session of another time left there is in the way of the whole folder.
    const isThere = name === UNDO && (await stat(path.join(from, name)).catch(() => undefined));
    if (isThere) await rm(path.join(to, name), { recursive: true, force: true });
    await rename(path.join(from, name), path.join(to, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw cannot("write", path.join(to, name), error);
    });
  }
  await Promise.all([syncFolder(from), syncFolder(to)]);
}

async function append(folder: string, { name, text, at }: NonNullable<Journal["append"]>): Promise<void> {
  const file = path.join(folder, name);
  const handle = await openToAdd(file);
  try {
    await handle.truncate(at);
    await handle.appendFile(text);
    await handle.sync();
  } catch (error) {
    throw cannot("write", file, error as NodeJS.ErrnoException);
  } finally {
    await handle.close();
  }
}
