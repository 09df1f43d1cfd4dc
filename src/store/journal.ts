/** The journal of a folder: what has been decided and is not all done, and how a reader sees it done. */
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readSmall } from "./files.ts";

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
  /** Entries of the index that gave way to them. */
  readonly replaced?: readonly string[];
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

export interface Journal {
  readonly write: Readonly<Record<string, string>>;
  /** `at`: size of the file before. */
  readonly append?: { readonly name: string; readonly text: string; readonly at: number };
  readonly condition?: Condition;
}

export const JOURNAL = ".journal";

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

export async function readJournal(folder: string): Promise<Journal | undefined> {
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
