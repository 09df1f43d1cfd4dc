/**
 * Reads and writes Markdown task lists that people may edit. Writing changes only the lines of changed items
 * and keeps every other byte. Pure.
 */
import type { ObjectiveMark } from "../session.ts";

export interface Task {
  /** Id of the task; absent for a task written by hand. */
  readonly id?: string;
  readonly mark: ObjectiveMark;
  /** Text of the task; more lines follow a newline, without indentation. */
  readonly text: string;
}

const BOX: Readonly<Record<ObjectiveMark, string>> = { open: " ", active: ">", done: "x", dropped: "-" };

const ITEM = /^\s*[-*+][ \t]+\[(.)\][ \t]+(?:([a-z]{3}-\d{1,9}):[ \t]+)?(.*)$/u;

/** Matches a continuation line that looks like an item: it is written with another backslash in front. */
const LIKE_ITEM = /^(\s*)(\\*[-*+][ \t]+\[.\][ \t])/u;
const ESCAPED = /^(\s*)\\(\\*[-*+][ \t]+\[.\][ \t])/u;

/** Returns the mark for the character in a task's box; `open` for an unknown character. */
export function markOf(box: string): ObjectiveMark {
  if (box === "x" || box === "X" || box === "✓") return "done";
  if (box === ">" || box === "▶" || box === "/") return "active";
  if (box === "-" || box === "~") return "dropped";
  return "open";
}

/** Returns the box of a mark, such as `[x]`. */
export function boxOf(mark: ObjectiveMark): string {
  return `[${BOX[mark]}]`;
}

/** A task and its lines. */
export interface TaskBlock {
  readonly task: Task;
  /** First line of the task in the file, and the line after its last. */
  readonly start: number;
  readonly end: number;
}

/**
 * Parses the tasks of a Markdown file, in order. `prefix`: the first part of the ids (`obj`); other ids count
 * as text.
 */
export function parseTasks(text: string, prefix: string): Task[] {
  return taskBlocks(text.split(/\r?\n/), prefix).map((block) => block.task);
}

/**
 * Returns the text of a list file with the given tasks: rewrites changed items in place, adds ids to items
 * without an id (matched in order), and appends missing tasks after the last item.
 */
export function writeTasks(
  text: string,
  prefix: string,
  tasks: readonly (Task & { readonly id: string })[],
): string {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text.split(/\r?\n/);
  const found = taskBlocks(lines, prefix);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const known = new Set(found.map((block) => block.task.id));
  const unnamed = tasks.filter((task) => !known.has(task.id));
  const placed = new Set<string>();
  const edits: { block: TaskBlock; task: Task & { id: string } }[] = [];
  for (const block of found) {
    const task =
      block.task.id === undefined
        ? unnamed.find((each) => !placed.has(each.id) && each.text === block.task.text)
        : byId.get(block.task.id);
    if (!task || placed.has(task.id)) continue;
    placed.add(task.id);
    if (!isSameTask(task, block.task)) edits.push({ block, task });
  }
  for (const { block, task } of edits.reverse()) {
    lines.splice(block.start, block.end - block.start, ...taskLines(task));
  }
  const added = tasks.filter((task) => !placed.has(task.id)).flatMap(taskLines);
  if (added.length > 0) {
    const last = taskBlocks(lines, prefix).at(-1);
    lines.splice(last ? last.end : endOfText(lines), 0, ...added);
  }
  const result = lines.join(newline);
  return result.endsWith(newline) ? result : result + newline;
}

/** Finds the tasks among the lines of a file, in order. */
export function taskBlocks(lines: readonly string[], prefix: string): TaskBlock[] {
  const found: TaskBlock[] = [];
  let fence: string | undefined;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const mark = /^ {0,3}(```+|~~~+)/.exec(line)?.[1];
    if (mark && (fence === undefined || mark.startsWith(fence)))
      fence = fence === undefined ? mark : undefined;
    const match = fence === undefined ? ITEM.exec(line) : null;
    if (!match) continue;
    let end = at + 1;
    const texts = [match[3] ?? ""];
    while (end < lines.length && /^\s{2,}\S/.test(lines[end] ?? "") && !ITEM.test(lines[end] ?? "")) {
      texts.push((lines[end] ?? "").replace(/^ {1,6}/, "").replace(ESCAPED, "$1$2"));
      end++;
    }
    const ours = match[2]?.startsWith(`${prefix}-`) ? match[2] : undefined;
    if (match[2] && !ours) texts[0] = `${match[2]}: ${texts[0]}`;
    const task = { mark: markOf(match[1] ?? " "), text: texts.join("\n").trim() };
    if (task.text !== "" || ours) found.push({ task: ours ? { id: ours, ...task } : task, start: at, end });
    at = end - 1;
  }
  return found;
}

/** Returns the lines of a task. */
export function taskLines(task: Task & { readonly id: string }): string[] {
  const [first, ...more] = task.text.split("\n");
  return [
    `- ${boxOf(task.mark)} ${task.id}: ${first}`,
    ...more.map((line) => `      ${line.replace(LIKE_ITEM, "$1\\$2")}`),
  ];
}

/** Reports whether two tasks have the same id, mark and text. */
export function isSameTask(one: Task, other: Task): boolean {
  return one.id === other.id && one.mark === other.mark && one.text === other.text;
}

/**
 * Returns the index at which to insert the first item: after the text and an empty line, which it inserts.
 */
export function endOfText(lines: string[]): number {
  let end = lines.length;
  while (end > 0 && (lines[end - 1] ?? "").trim() === "") end--;
  if (end > 0) lines.splice(end++, 0, "");
  return end;
}
