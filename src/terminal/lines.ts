/** One line a thing, the same everywhere. Symbols carry state and have an ASCII form. */

import type { Blocker, Objective, ObjectiveMark } from "../session/session.ts";
import { headline } from "../session/session.ts";
import { markOfBlocker } from "../session/state-files.ts";
import { boxOf } from "../session/tasklist.ts";
import type { ChangedLines } from "../views/shapes/changes.ts";
import { bold, cyan, dim, green, red, yellow } from "./style.ts";
import { widthOf } from "./table.ts";

const SYMBOLS: Record<ObjectiveMark, string> = { open: "○", active: "▶", done: "✓", dropped: "–" };

export function objectiveLine(objective: Pick<Objective, "id" | "mark" | "text">, emoji: boolean): string {
  const { id, mark, text } = objective;
  const symbol = emoji ? SYMBOLS[mark] : boxOf(mark);
  const paint = { open: (each: string) => each, active: cyan, done: green, dropped: dim }[mark];
  return `${paint(symbol)} ${dim(id)} ${mark === "dropped" ? dim(headline(text)) : headline(text)}`;
}

export function blockerLine(
  blocker: Pick<Blocker, "id" | "resolved" | "dropped" | "text" | "link" | "note">,
  emoji: boolean,
): string {
  const mark = markOfBlocker(blocker);
  const paint = { open: red, active: red, done: green, dropped: dim }[mark];
  const symbol = paint(mark === "open" ? (emoji ? "■" : "[!]") : emoji ? SYMBOLS[mark] : boxOf(mark));
  const link = blocker.link === undefined ? "" : ` (${blocker.link})`;
  const note = blocker.note === undefined ? "" : dim(`  ${headline(blocker.note)}`);
  return `${symbol} ${dim(blocker.id)} ${headline(blocker.text)}${link}${note}`;
}

export function changeLine(change: ChangedLines): string {
  const sign =
    { added: green("A"), removed: red("D"), renamed: cyan("R"), changed: yellow("M") }[change.change] ?? "?";
  const numbers = change.added === undefined ? "" : dim(`  +${change.added} -${change.removed ?? 0}`);
  return `  ${sign} ${change.from === undefined ? "" : `${change.from} → `}${change.path}${numbers}`;
}

/** Lines of a name and a value each, the values below each other; without those that are undefined. */
export function namedLines(rows: readonly (readonly [string, string] | undefined)[]): string[] {
  const some = rows.filter((each) => each !== undefined);
  const width = Math.max(...some.map(([name]) => widthOf(name)));
  return some.map(([name, value]) => `${dim(name.padEnd(width))}  ${value}`);
}

export function heading(text: string, more = ""): string {
  return more === "" ? bold(text) : `${bold(text)}  ${dim(more)}`;
}
