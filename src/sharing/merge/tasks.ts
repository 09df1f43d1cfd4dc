/** Merges `objectives.md` and `blockers.md` of two clones, and keeps the lines between the items. Pure. */

import { endOfText, isSameTask, type Task, taskBlocks, taskLines } from "../../session/files/tasklist.ts";
import type { ItemPrefix } from "../../session/state.ts";
import { mergeLines, unionLines } from "./lines.ts";

/** A task that has an id. */
export type NamedTask = Task & { readonly id: string };

export interface TaskText {
  readonly text: string;
  /** The tasks of the text, in order, with their ids on all sides. */
  readonly tasks: readonly NamedTask[];
}

/** Returns the text of a merged list file with the given tasks. */
export function mergeTaskTexts(
  prefix: ItemPrefix,
  base: TaskText | undefined,
  ours: TaskText,
  theirs: TaskText,
  merged: readonly NamedTask[],
): string {
  const sides = [ours, theirs].map((each) => outlineOf(each, prefix));
  const [mine, its] = [sides[0]?.lines ?? [], sides[1]?.lines ?? []];
  const before = base && outlineOf(base, prefix).lines;
  const outline = before ? mergeLines(before, mine, its, join)?.lines : undefined;
  const lines = outline ?? unionLines(mine, its, join) ?? [...mine, ...its];
  const placed = new Set<string>();
  const wanted = new Map(merged.map((each) => [each.id, each]));
  const written = (task: NamedTask): readonly string[] => {
    const raw = sides
      .flatMap((each) => each.raw.get(task.id) ?? [])
      .filter((each) => isSameTask(each.task, task));
    return raw.map((each) => each.lines).sort(compare)[0] ?? taskLines(task);
  };
  const out: string[] = [];
  let end: number | undefined;
  for (const line of lines) {
    const id = idOf(line);
    if (id === undefined) {
      out.push(line);
      continue;
    }
    const task = placed.has(id) ? undefined : wanted.get(id);
    if (!task) continue;
    placed.add(id);
    out.push(...written(task));
    end = out.length;
  }
  const rest = merged.filter((each) => !placed.has(each.id)).flatMap(written);
  if (rest.length > 0) out.splice(end ?? endOfText(out), 0, ...rest);
  const newline = isCrlf(base, ours, theirs) ? "\r\n" : "\n";
  const text = out.join(newline);
  return text === "" || text.endsWith(newline) ? text : text + newline;
}

interface Outline {
  /** The lines of the text, with each task replaced by one line that names it. */
  readonly lines: readonly string[];
  /** Original lines of tasks that have an id in the file. */
  readonly raw: ReadonlyMap<string, { readonly task: Task; readonly lines: readonly string[] }>;
}

/** Begins the line that names a task: a NUL, which no line of a file contains. */
const MARK = "\0";

function outlineOf({ text, tasks }: TaskText, prefix: ItemPrefix): Outline {
  if (text === "") return { lines: [], raw: new Map() };
  const all = text.replaceAll(MARK, "").split(/\r?\n/);
  const raw = new Map<string, { task: Task; lines: string[] }>();
  const lines: string[] = [];
  let at = 0;
  for (const [n, { task, start, end }] of taskBlocks(all, prefix).entries()) {
    const named = tasks[n];
    if (!named) break;
    lines.push(...all.slice(at, start), MARK + named.id);
    if (task.id === named.id) raw.set(named.id, { task, lines: all.slice(start, end) });
    at = end;
  }
  lines.push(...all.slice(at));
  // Drops empty lines at the end: they have no meaning, and would differ from lines before a first task.
  while (lines.length > 0 && lines.at(-1)?.trim() === "") lines.pop();
  return { lines, raw };
}

function idOf(line: string): string | undefined {
  return line.startsWith(MARK) ? line.slice(1) : undefined;
}

function compare(one: readonly string[], other: readonly string[]): number {
  const [first, second] = [one.join("\n"), other.join("\n")];
  return first === second ? 0 : first < second ? -1 : 1;
}

/** Joins tasks that both sides added at the same place, ordered by number. */
function join(one: readonly string[], other: readonly string[]): readonly string[] {
  const all = [...one, ...other];
  if (one.length === 0 || other.length === 0 || all.some((line) => idOf(line) === undefined)) return all;
  return all.sort((first, second) => numberOf(first) - numberOf(second));
}

function numberOf(line: string): number {
  return Number(line.slice(5)) || 0;
}

function isCrlf(base: TaskText | undefined, ours: TaskText, theirs: TaskText): boolean {
  const [before, mine, its] = [base, ours, theirs].map((each) => each?.text.includes("\r\n") ?? false);
  return mine === its ? mine === true : before === false;
}
