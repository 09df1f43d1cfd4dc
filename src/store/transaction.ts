/**
 * All or nothing over the files of one folder. What is to be written goes whole into `.journal` first; from then on the
 * change has happened, and whoever comes next finishes it. A journal with a condition waits for a commit of git.
 */
import { open, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { cannot, readSmall, syncFolder, writeAtomic } from "./files.ts";
import type { Lock } from "./lock.ts";

export interface Change {
  readonly write: ReadonlyMap<string, string>;
  readonly append?: { readonly name: string; readonly text: string };
}

/** What was put into the work tree and the index for a commit, to be taken back if there is none. */
export interface Layout {
  /** A file of ours that was written; `before` is null where there was none. */
  readonly file?: { readonly path: string; readonly before: string | null; readonly after: string };
  /** Files that git was told of (`git add --intent-to-add`). */
  readonly added: readonly string[];
}

/** The commit that a change waits for. */
export interface Condition {
  readonly ref: string;
  /** Where the ref was before; null on an unborn branch. */
  readonly before: string | null;
  readonly amend: boolean;
  /** Session id that the commit carries. */
  readonly id: string;
  readonly layout: Layout;
}

interface Journal {
  readonly write: Readonly<Record<string, string>>;
  /** `at`: size of the file before. */
  readonly append?: { readonly name: string; readonly text: string; readonly at: number };
  readonly condition?: Condition;
}

const JOURNAL = ".journal";
const journalFile = (folder: string) => path.join(folder, JOURNAL);

/** Writes all files and appends to one, or nothing. */
export async function commitFiles(folder: string, lock: Lock, change: Change): Promise<void> {
  await lock.check();
  const journal = await journalOf(folder, change);
  await writeAtomic(journalFile(folder), JSON.stringify(journal));
  await apply(folder, journal);
}

/** Like `commitFiles`, but nothing happens until `settle`. */
export async function prepare(
  folder: string,
  lock: Lock,
  change: Change,
  condition: Condition,
): Promise<void> {
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
  await apply(folder, journal);
}

/**
 * Files as they are when everything decided is done, without a lock and without writing. Every change writes the first
 * of the names; if it or the journal differ before and after, somebody wrote meanwhile and it is read again.
 */
export async function readThrough(
  folder: string,
  names: readonly [string, ...string[]],
): Promise<Map<string, string>> {
  const text = (name: string) => readSmall(path.join(folder, name));
  for (let tries = 0; ; tries++) {
    const first = await text(names[0]);
    const journal = await text(JOURNAL);
    const read = await Promise.all(names.map(text));
    const same = (await text(JOURNAL)) === journal && (await text(names[0])) === first;
    if (same || tries === 50) return overlay(names, read, parseJournal(journal));
    await wait(tries);
  }
}

function overlay(
  names: readonly string[],
  read: readonly (string | undefined)[],
  journal: Journal | undefined,
): Map<string, string> {
  const decided = journal?.condition ? undefined : journal;
  const files = new Map<string, string>();
  names.forEach((name, at) => {
    let text = decided?.write[name] ?? read[at];
    // What is there of an append may be torn; the journal has it whole.
    if (decided?.append?.name === name)
      text =
        Buffer.from(read[at] ?? "")
          .subarray(0, decided.append.at)
          .toString("utf8") + decided.append.text;
    if (text !== undefined) files.set(name, text);
  });
  return files;
}

async function journalOf(folder: string, change: Change): Promise<Journal> {
  const write = Object.fromEntries(change.write);
  if (!change.append) return { write };
  const { name, text } = change.append;
  const at = (await stat(path.join(folder, name)).catch(() => undefined))?.size ?? 0;
  return { write, append: { name, text, at } };
}

/** Doing it twice is the same as once. */
async function apply(folder: string, journal: Journal): Promise<void> {
  // Each file is synced before the journal goes, or a power cut could lose what the journal promised.
  for (const [name, text] of Object.entries(journal.write)) await writeAtomic(path.join(folder, name), text);
  if (journal.append) await append(folder, journal.append);
  await rm(journalFile(folder), { force: true });
  await syncFolder(folder);
}

async function append(folder: string, { name, text, at }: NonNullable<Journal["append"]>): Promise<void> {
  const file = path.join(folder, name);
  try {
    const handle = await open(file, "a", 0o600);
    try {
      await handle.truncate(at);
      await handle.appendFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw cannot("write", file, error as NodeJS.ErrnoException);
  }
}

async function readJournal(folder: string): Promise<Journal | undefined> {
  return parseJournal(await readSmall(path.join(folder, JOURNAL)));
}

/** A journal is written whole or not at all; one that does not parse is somebody else's and decides nothing. */
function parseJournal(text: string | undefined): Journal | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Journal>;
    return typeof value.write === "object" && value.write !== null ? (value as Journal) : undefined;
  } catch {
    return undefined;
  }
}
