/**
 * Reads the journal of a folder (a decided change that is not finished), and files as they will be after the
 * change.
 */
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { mergeLines } from "../../sharing/merge/lines.ts";
import { readSmall } from "../files.ts";

/** A change of the files in a session's folder, written as one unit. */
export interface Change {
  readonly write: ReadonlyMap<string, string>;
  /** The text on which the new text of each user-editable file is based. */
  readonly seen?: ReadonlyMap<string, string>;
  readonly append?: { readonly name: string; readonly text: string };
  readonly move?: Move;
}

/**
 * Moves all files of a session to its kept folder, or back. An interrupted move ends in the branch's folder,
 * in both directions: a session leaves that folder only as a whole.
 */
export interface Move {
  /** Path of the kept folder, relative to the session's folder: `../.kept/<id>`. */
  readonly kept: string;
  readonly back: boolean;
}

/** Changes to the work tree and the index for a commit, which are undone if the commit is not made. */
export interface Layout {
  /** A file that the change writes; `before` is its earlier text, null for a new file. */
  readonly file?: { readonly path: string; readonly before: string | null; readonly after: string };
  /** Files added with `git add --intent-to-add`. */
  readonly added: readonly string[];
  /** Index entries that the added files replaced. */
  readonly replaced?: readonly string[];
}

/** The commit for which a prepared change waits. */
export interface Condition {
  readonly ref: string;
  /** Value of the ref before the commit; null on an unborn branch. */
  readonly before: string | null;
  readonly amend: boolean;
  /** Id of the session in the commit. */
  readonly id: string;
  readonly layout: Layout;
}

/** A decided change on disk; after a crash, the next command finishes it. */
export interface Journal {
  readonly write: Readonly<Record<string, string>>;
  readonly seen?: Readonly<Record<string, string>>;
  /** Text to append to a file. `at`: size of the file before, in bytes. */
  readonly append?: { readonly name: string; readonly text: string; readonly at: number };
  readonly move?: Move;
  readonly condition?: Condition;
}

export const JOURNAL = ".journal";

/**
 * Name of the folder for ended sessions, and for sessions whose branch is gone, by session id. Branch names
 * cannot begin with a dot.
 */
export const KEPT = ".kept";

/**
 * Reads files as they will be after the decided change, without a lock and without writing. Every change
 * writes the first file; if that file or the journal changes meanwhile, it reads again.
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
    // Looks in both folders: during a move, the files of a session are in two folders.
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
    // Uses the journal for an append: the file may contain only a part of it.
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
 * Returns the decided text of a file; undefined if the journal does not change it. Keeps lines that a user
 * has edited since the decision, while git ran hooks or after a crash.
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

/** Reads the journal of a session folder; undefined without a journal. */
export async function readJournal(folder: string): Promise<Journal | undefined> {
  return parseJournal(await readSmall(path.join(folder, JOURNAL)));
}

/** Name of the folder with the states before the last changes. */
export const UNDO = ".undo";

/** Matches names of files that a journal may write: a file next to it, or the record of a change. */
const OWN_FILE = /^([\w-][\w.-]*|\.clone\.json|\.undo\/\d{6,9}\.json)$/;

/** Matches paths to which a journal may move files: a kept session. */
const KEPT_FOLDER = /^(\.\.[\\/])+\.kept[\\/][\w-]+$/;

/**
 * Parses a journal, which is written completely or not at all; undefined for text that this program would not
 * write.
 */
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
