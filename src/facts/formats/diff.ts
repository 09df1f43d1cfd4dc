/** Parses unified diffs as `git diff` prints them, for everything that counts lines. */
import { linesOf } from "./lines.ts";

/** An added or removed line of a diff. */
export interface DiffLine {
  /** Line number, from 1: in the new file for an added line, in the old file for a removed line. */
  readonly line: number;
  readonly text: string;
}

/** The changed lines of a file. */
export interface FileDiff {
  /** Path in the new tree, or in the old tree for a removed file. */
  readonly path: string;
  readonly added: readonly DiffLine[];
  readonly removed: readonly DiffLine[];
}

interface OpenFile {
  path: string;
  readonly added: DiffLine[];
  readonly removed: DiffLine[];
}

/** Position in a hunk of a diff: the next line numbers, and the number of lines left on each side. */
type Hunk = NonNullable<ReturnType<typeof hunkOf>>;

/**
 * Yields the files of a diff in order, including files without changed lines (renamed, empty, binary). The
 * counts in each hunk header decide which lines are content, even if a line looks like a header. Never
 * throws.
 */
export function* filesOfDiff(diff: string): Generator<FileDiff> {
  let file: OpenFile | undefined;
  let hunk: Hunk | undefined;
  for (const line of linesOf(diff)) {
    if (file && hunk && takeLine(file, hunk, line)) continue;
    hunk = undefined;
    if (line.startsWith("diff --")) {
      if (file?.path) yield file;
      // Skips a combined diff (`diff --cc`): it has one column for each parent, so its lines cannot be
      // counted.
      file = line.startsWith("diff --git ")
        ? { path: pathOfHeader(line), added: [], removed: [] }
        : undefined;
    } else if (!file) continue;
    else if (line.startsWith("@@ ")) hunk = hunkOf(line);
    else if (file.added.length + file.removed.length === 0) file.path = pathOfLine(line) ?? file.path;
  }
  if (file?.path) yield file;
}

/** Returns the numbers of added lines by path. Leaves out files without added lines. */
export function addedLines(diff: string): Map<string, number[]> {
  const lines = new Map<string, number[]>();
  for (const { path, added } of filesOfDiff(diff)) {
    if (added.length === 0) continue;
    // A symbolic link that became a file is in a diff twice: once removed, once added.
    const known = lines.get(path) ?? [];
    for (const each of added) known.push(each.line);
    lines.set(path, known);
  }
  return lines;
}

/** Records a line of a diff's hunk. Returns false if the hunk has ended. */
function takeLine(file: OpenFile, hunk: Hunk, line: string): boolean {
  const sign = line[0] ?? " ";
  if (sign === "\\") return true;
  if (hunk.oldLeft <= 0 && hunk.newLeft <= 0) return false;
  // A line without a sign, before the counts are used up, means that the diff was cut off.
  if (sign !== "+" && sign !== "-" && sign !== " ") return false;
  if (sign === "+") file.added.push({ line: hunk.new, text: line.slice(1) });
  if (sign === "-") file.removed.push({ line: hunk.old, text: line.slice(1) });
  if (sign !== "-") {
    hunk.new++;
    hunk.newLeft--;
  }
  if (sign !== "+") {
    hunk.old++;
    hunk.oldLeft--;
  }
  return true;
}

function hunkOf(line: string) {
  const match = /^@@ -(\d{1,10})(?:,(\d{1,10}))? \+(\d{1,10})(?:,(\d{1,10}))? @@/.exec(line);
  if (!match) return undefined;
  const [, from, fromCount, to, toCount] = match;
  return {
    old: Number(from),
    oldLeft: Number(fromCount ?? 1),
    new: Number(to),
    newLeft: Number(toCount ?? 1),
  };
}

/**
 * Returns the path of a line such as `diff --git a/x b/x`: for an empty or binary file, the diff has no other
 * name. Returns an empty string for a rename: later header lines name it.
 */
function pathOfHeader(line: string): string {
  const names = line.slice("diff --git ".length);
  const half = names.slice((names.length + 1) / 2);
  const same = names === `${half.replace(/^("?)b\//, "$1a/")} ${half}`;
  return same ? (nameOf(half) ?? "") : "";
}

/** Returns the path in a header line of a diff. Returns undefined for other lines and for /dev/null. */
function pathOfLine(line: string): string | undefined {
  const match = /^(?:--- |\+\+\+ |(?:rename|copy) to )/.exec(line);
  if (!match) return undefined;
  const rest = line.slice(match[0].length);
  return match[0].endsWith("to ") ? unquoted(rest) : nameOf(rest);
}

/**
 * Returns a file name of a diff without `a/` or `b/`. Drops the tab that git writes after a name with a
 * space.
 */
function nameOf(text: string): string | undefined {
  const name = unquoted(text.replace(/\t$/, ""));
  return name === "/dev/null" ? undefined : name.replace(/^[ab]\//, "");
}

const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  "\\": 92,
};

/** Decodes git's C-style quoting, with UTF-8 bytes in octal (`core.quotePath` in git-config(1)). */
function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  const bytes: number[] = [];
  for (const match of text.slice(1, text.lastIndexOf('"')).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gsu)) {
    if (match[1] !== undefined) bytes.push(Number.parseInt(match[1], 8));
    else if (match[2] !== undefined) bytes.push(ESCAPES[match[2]] ?? match[2].charCodeAt(0));
    else for (const byte of Buffer.from(match[3] ?? "")) bytes.push(byte);
  }
  return Buffer.from(bytes).toString("utf8");
}
