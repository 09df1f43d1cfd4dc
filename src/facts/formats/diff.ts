/** A unified diff, as `git diff` prints it, read once for everything that counts lines. */
import { linesOf } from "./lines.ts";

export interface DiffLine {
  /** In the new file for an added line, in the old one for a removed line. */
  readonly line: number;
  readonly text: string;
}

export interface FileDiff {
  /** Path in the new tree; in the old one for a removed file. */
  readonly path: string;
  readonly added: readonly DiffLine[];
  readonly removed: readonly DiffLine[];
}

interface OpenFile {
  path: string;
  readonly added: DiffLine[];
  readonly removed: DiffLine[];
}

/** Where a hunk has got to: next line numbers, and how many lines of each side are still to come. */
type Hunk = NonNullable<ReturnType<typeof hunkOf>>;

/**
 * Files of a diff, in order, those without a changed line too (renamed, empty, binary).
 * The counts of each hunk decide what is content, whatever it looks like. Never throws.
 */
export function* filesOfDiff(diff: string): Generator<FileDiff> {
  let file: OpenFile | undefined;
  let hunk: Hunk | undefined;
  for (const line of linesOf(diff)) {
    if (file && hunk && takeLine(file, hunk, line)) continue;
    hunk = undefined;
    if (line.startsWith("diff --")) {
      if (file?.path) yield file;
      // A combined diff (`diff --cc`) has columns for two parents: nothing in it is counted.
      file = line.startsWith("diff --git ")
        ? { path: pathOfHeader(line), added: [], removed: [] }
        : undefined;
    } else if (!file) continue;
    else if (line.startsWith("@@ ")) hunk = hunkOf(line);
    else if (file.added.length + file.removed.length === 0) file.path = pathOfLine(line) ?? file.path;
  }
  if (file?.path) yield file;
}

/** Numbers of the lines that a diff adds, by file; files that gain no line are left out. */
export function addedLines(diff: string): Map<string, number[]> {
  const lines = new Map<string, number[]>();
  for (const { path, added } of filesOfDiff(diff)) {
    if (added.length === 0) continue;
    // A link that became a file stands twice in a diff: removed, then added.
    const known = lines.get(path) ?? [];
    for (const each of added) known.push(each.line);
    lines.set(path, known);
  }
  return lines;
}

/** Adds a line of a hunk to its file; false where the hunk is over. */
function takeLine(file: OpenFile, hunk: Hunk, line: string): boolean {
  const sign = line[0] ?? " ";
  if (sign === "\\") return true;
  if (hunk.oldLeft <= 0 && hunk.newLeft <= 0) return false;
  // Only a diff that was cut off has anything else before its counts are used up.
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

/** Path of `diff --git a/x b/x`: all there is for an empty or a binary file. Differing names are told by later lines. */
function pathOfHeader(line: string): string {
  const names = line.slice("diff --git ".length);
  const half = names.slice((names.length + 1) / 2);
  const same = names === `${half.replace(/^("?)b\//, "$1a/")} ${half}`;
  return same ? (nameOf(half) ?? "") : "";
}

/** Path that a line of a file's header tells, the last one counts. Undefined for other lines and for /dev/null. */
function pathOfLine(line: string): string | undefined {
  const match = /^(?:--- |\+\+\+ |(?:rename|copy) to )/.exec(line);
  if (!match) return undefined;
  const rest = line.slice(match[0].length);
  return match[0].endsWith("to ") ? unquoted(rest) : nameOf(rest);
}

/** A name with its `a/` or `b/`; git ends a name that holds a space with a tab. */
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

/** Git quotes odd names as C does, with the bytes of UTF-8 in octal. */
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
