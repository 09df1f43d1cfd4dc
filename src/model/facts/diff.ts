/** A unified diff, as `git diff` prints it, read once for everything that counts lines. */

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

/** Files of a diff, in order. The counts of each hunk decide what is content, whatever it looks like. */
export function* filesOfDiff(diff: string): Generator<FileDiff> {
  let file: { path: string; added: DiffLine[]; removed: DiffLine[] } | undefined;
  const hunk = { old: 0, new: 0, oldLeft: 0, newLeft: 0 };
  for (const line of linesOf(diff)) {
    if (file && (hunk.oldLeft > 0 || hunk.newLeft > 0)) {
      const text = line.slice(1);
      const sign = line[0];
      if (sign === "+") file.added.push({ line: hunk.new, text });
      else if (sign === "-") file.removed.push({ line: hunk.old, text });
      else if (sign === "\\") continue;
      if (sign !== "-") {
        hunk.new++;
        hunk.newLeft--;
      }
      if (sign !== "+") {
        hunk.old++;
        hunk.oldLeft--;
      }
      continue;
    }
    if (line.startsWith("diff --git ")) {
      if (file?.path) yield file;
      file = { path: "", added: [], removed: [] };
    } else if (file && line.startsWith("--- ")) file.path = pathOf(line.slice(4)) ?? file.path;
    else if (file && line.startsWith("+++ ")) file.path = pathOf(line.slice(4)) ?? file.path;
    else if (file && line.startsWith("@@ ")) {
      const match = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
      if (!match) continue;
      Object.assign(hunk, {
        old: Number(match[1]),
        oldLeft: Number(match[2] ?? 1),
        new: Number(match[3]),
        newLeft: Number(match[4] ?? 1),
      });
    }
  }
  if (file?.path) yield file;
}

/** Numbers of the lines that a diff adds, by file. */
export function addedLines(diff: string): Map<string, number[]> {
  return new Map([...filesOfDiff(diff)].map((file) => [file.path, file.added.map((each) => each.line)]));
}

function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at);
    yield text.slice(at, end < 0 ? text.length : end);
    at = end < 0 ? text.length : end + 1;
  }
}

/** Path of a `---` or `+++` line; undefined for /dev/null. Git quotes odd names as C does, and ends others with a tab. */
function pathOf(text: string): string | undefined {
  const name = text.startsWith('"') ? unquote(text) : text.replace(/\t$/, "");
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

function unquote(text: string): string {
  const bytes: number[] = [];
  for (const match of text.slice(1, text.lastIndexOf('"')).matchAll(/\\([0-7]{3})|\\(.)|([^\\])/gsu)) {
    if (match[1] !== undefined) bytes.push(Number.parseInt(match[1], 8));
    else if (match[2] !== undefined) bytes.push(ESCAPES[match[2]] ?? match[2].charCodeAt(0));
    else bytes.push(...Buffer.from(match[3] ?? ""));
  }
  return Buffer.from(bytes).toString("utf8");
}
