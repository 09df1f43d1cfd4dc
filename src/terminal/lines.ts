/** Formats objectives, blockers, files and headings as lines, the same on all screens. */

import { markOfBlocker } from "../session/files/state-files.ts";
import { boxOf } from "../session/files/tasklist.ts";
import type { Blocker, Objective, ObjectiveMark } from "../session/session.ts";
import { headline } from "../session/session.ts";
import type { ChangedLines } from "../views/shapes/changes.ts";
import { signs } from "./signs.ts";
import { bold, cyan, dim, green, red, yellow } from "./style.ts";
import { widthOf } from "./table.ts";
import { terminalWidth } from "./width.ts";
import { HANG } from "./wrap.ts";

/** Returns the symbol of an objective's mark; without `emoji`, the box of a task list. */
function symbolOf(mark: ObjectiveMark, emoji: boolean): string {
  if (!emoji) return boxOf(mark);
  const { open, active, done, none } = signs();
  return { open, active, done, dropped: none }[mark];
}

/** Returns the first line of a text, with an ellipsis if more lines follow. */
export function firstLine(text: string): string {
  const first = headline(text);
  const isWhole = text
    .trim()
    .split("\n")
    .every((each, at) => at === 0 || each.startsWith("(or) "));
  return isWhole ? first : `${first.trimEnd()} ${signs().more}`;
}

/** Returns an objective as a line: sign, id, text. */
export function objectiveLine(objective: Pick<Objective, "id" | "mark" | "text">, emoji: boolean): string {
  const { id, mark, text } = objective;
  const symbol = symbolOf(mark, emoji);
  const paint = { open: (each: string) => each, active: cyan, done: green, dropped: dim }[mark];
  const line = firstLine(text);
  return `${paint(symbol)} ${dim(id)} ${HANG}${mark === "dropped" ? dim(line) : line}`;
}

/** Returns a blocker as a line: sign, id, text, link and the note of its resolution. */
export function blockerLine(
  blocker: Pick<Blocker, "id" | "resolved" | "dropped" | "text" | "link" | "note">,
  emoji: boolean,
): string {
  const mark = markOfBlocker(blocker);
  const paint = { open: red, active: red, done: green, dropped: dim }[mark];
  const symbol = paint(mark === "open" ? (emoji ? signs().blocked : "[!]") : symbolOf(mark, emoji));
  const link = blocker.link === undefined ? "" : ` (${blocker.link})`;
  const note = blocker.note === undefined ? "" : dim(`  ${firstLine(blocker.note)}`);
  return `${symbol} ${dim(blocker.id)} ${HANG}${firstLine(blocker.text)}${link}${note}`;
}

/** Returns a changed file as a line: git's letter, path, added and removed lines. */
export function changeLine(change: ChangedLines): string {
  const sign =
    { added: green("A"), removed: red("D"), renamed: cyan("R"), changed: yellow("M") }[change.change] ?? "?";
  const numbers = change.added === undefined ? "" : dim(`  +${change.added} -${change.removed ?? 0}`);
  const from = change.from === undefined ? "" : `${change.from} ${signs().arrow} `;
  return `  ${sign} ${HANG}${from}${change.path}${numbers}`;
}

/**
 * Returns a line with name and value for each row that has a value: aligned on a terminal, separated by a tab
 * in a pipe.
 */
export function namedLines(rows: readonly (readonly [string, string] | undefined)[]): string[] {
  const some = rows.filter((each) => each !== undefined);
  if (terminalWidth() === undefined) return some.map(([name, value]) => `${name}\t${value}`);
  const width = Math.max(...some.map(([name]) => widthOf(name)));
  return some.map(([name, value]) => `${dim(name.padEnd(width))}  ${HANG}${value}`);
}

/** Returns the line that counts the entries which a list leaves out. `what`: text such as `3 more`. */
export function moreLine(what: string): string {
  return dim(`  ${signs().more} ${what}`);
}

/** Returns the heading of a section, followed by `more` in dim style. */
export function heading(text: string, more = ""): string {
  return more === "" ? bold(text) : `${bold(text)}  ${dim(more)}`;
}
