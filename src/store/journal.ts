/** The journal of a folder: what has been decided and is not all done, and how a reader sees it done. */
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { mergeLines } from "../sharing/merge/lines.ts";
import { readSmall } from "./files.ts";

export interface Change {
  readonly write: ReadonlyMap<string, string>;
  /** Of files that people edit: the text that the one to be written was made from. */
  readonly seen?: ReadonlyMap<string, string>;
  readonly append?: { readonly name: string; readonly text: string };
  readonly move?: Move;
}

/**
 * All files of a session go to the folder where it is kept, or come back from there. Interrupted, they are back in the
 * session's folder in both cases: it has left that only when all of it has.
 */
export interface Move {
  /** That folder, seen from the session's: `../.kept/<id>`. */
  readonly kept: string;
  readonly back: boolean;
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
  readonly seen?: Readonly<Record<string, string>>;
  /** `at`: size of the file before. */
  readonly append?: { readonly name: string; readonly text: string; readonly at: number };
  readonly move?: Move;
  readonly condition?: Condition;
}

export const JOURNAL = ".journal";

/** Folders of sessions that ended, or whose branch went away, by session id. Branches cannot begin with a dot. */
export const KEPT = ".kept";

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
    const decided = parseJournal(journal);
    const { move } = decided ?? {};
    // Halfway between two folders, a session is still one.
    const wherever = async (name: string) =>
      (await text(name)) ?? (move && (await text(path.join(move.kept, name))));
    const read = await Promise.all(names.map(wherever));
    const same = (await text(JOURNAL)) === journal && (await text(names[0])) === first;
    if (same || tries === 50) return overlay(names, read, decided);
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
    let text = decided === undefined ? read[at] : (decidedText(decided, name, read[at]) ?? read[at]);
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

/**
 * What a file is to be; undefined where the journal says nothing of it. Somebody may have edited it by hand since the
 * change was decided: while git ran the project's hooks, or after a crash. Such lines stay.
 */
export function decidedText(
  { write, seen }: Pick<Journal, "write" | "seen">,
  name: string,
  there: string | undefined,
): string | undefined {
  const [text, before] = [write[name], seen?.[name]];
  if (text === undefined || before === undefined || there === undefined) return text;
  if (there === before || there === text) return text;
  const [base, ours, theirs] = [before, text, there].map((each) => each.split("\n"));
  const merged = mergeLines(base ?? [], ours ?? [], theirs ?? []);
  return merged ? merged.lines.join("\n") : `${there}\n${text}`;
}

export async function readJournal(folder: string): Promise<Journal | undefined> {
  return parseJournal(await readSmall(path.join(folder, JOURNAL)));
}

/** In a session's folder: the states before its last changes. */
export const UNDO = ".undo";

/** What a journal may write: a file of ours beside it, or the record of a change. */
const OWN_FILE = /^([\w-][\w.-]*|\.clone\.json|\.undo\/\d{6,9}\.json)$/;

/** What a journal may name: a kept session, from the folder of a branch. */
const KEPT_FOLDER = /^(\.\.[\\/])+\.kept[\\/][\w-]+$/;

/** A journal is written whole or not at all; one that we would not write is somebody else's and decides nothing. */
function parseJournal(text: string | undefined): Journal | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Journal>;
    if (typeof value.write !== "object" || value.write === null) return undefined;
    const names = [...Object.keys(value.write), ...(value.append ? [value.append.name] : [])];
    const inside = names.every((name) => OWN_FILE.test(name));
    const kept = value.move === undefined || KEPT_FOLDER.test(value.move.kept);
    return inside && kept ? (value as Journal) : undefined;
  } catch {
    return undefined;
  }
}
