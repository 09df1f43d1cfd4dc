/**
 * Reads trailers exactly as git's trailer.c does with default settings. Pure. See git-interpret-trailers(1).
 */

export interface Trailer {
  /** Key of the trailer as written; compare it case-insensitively. */
  readonly key: string;
  /** Value of the trailer with line breaks and indentation, trimmed at both ends. */
  readonly value: string;
}

/** A trailer with its continuation lines, or another line of the block (without a key). */
export interface BlockEntry {
  readonly key?: string;
  /** Complete lines, without their line breaks. */
  readonly lines: readonly string[];
}

export interface TrailerBlock {
  /** Offset of the block's first character in the message. */
  readonly start: number;
  /** Offset after the block's last character; git ignores the rest of the message. */
  readonly end: number;
  readonly entries: readonly BlockEntry[];
}

/** Returns the trailers that `git log --format='%(trailers:only)'` shows for this message, in order. */
export function gitTrailers(message: string): Trailer[] {
  return trailersOf(trailerBlock(message));
}

/** Returns the trailers of a block found by `trailerBlock`. */
function trailersOf(block: TrailerBlock | null): Trailer[] {
  const trailers: Trailer[] = [];
  for (const entry of block?.entries ?? []) {
    if (entry.key === undefined) continue;
    trailers.push({ key: entry.key, value: trim(valueLines(entry).join("\n")) });
  }
  return trailers;
}

/** Returns the lines of a trailer's value: the text after the colon, then the complete continuation lines. */
export function valueLines(entry: BlockEntry): string[] {
  const [first = "", ...further] = entry.lines;
  return [first.slice(first.indexOf(":") + 1), ...further];
}

/** Returns the paragraph in which git reads trailers; null if the message has no such paragraph. */
export function trailerBlock(message: string): TrailerBlock | null {
  const skipped = firstTextLine(message);
  const text = message.slice(skipped);
  const end = messageEnd(text, true);
  const start = blockStart(text, end);
  if (start >= end) return null;
  return { start: start + skipped, end: end + skipped, entries: entriesOf(text.slice(start, end)) };
}

/**
 * Returns the offset from which git ignores a message: the cut line ("scissors"), or trailing blank lines, an
 * old `Conflicts:` list and, with `comments`, lines that start with `#`.
 */
export function messageEnd(text: string, comments: boolean): number {
  const cut = cutLine(text);
  // As in git, 0 means "none": nothing is ignored from the first line.
  let ignored = 0;
  let conflicts = false;
  for (let line = 0; line < cut; line = nextLine(text, line)) {
    const first = text[line];
    if (first === "\n" || (comments && first === "#")) {
      ignored ||= line;
    } else if (text.startsWith("Conflicts:\n", line)) {
      conflicts = true;
      ignored ||= line;
    } else if (ignored > 0 && !(conflicts && first === "\t")) {
      ignored = 0;
      conflicts = false;
    }
  }
  return ignored || cut;
}

/**
 * Returns the offset of the cut line that git writes above a diff in the editor; else the length of the text.
 */
function cutLine(text: string): number {
  if (text.startsWith(CUT_LINE)) return 0;
  const at = text.indexOf(`\n${CUT_LINE}`);
  return at < 0 ? text.length : at + 1;
}

/** Returns the offset of the line after the line at `at`. */
export function nextLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

/** Reports whether the line at `at` has only characters that git counts as white space. */
export function isBlankLine(text: string, at = 0): boolean {
  BLANK_LINE.lastIndex = at;
  return BLANK_LINE.test(text);
}

const CUT_LINE = "# ------------------------ >8 ------------------------\n";
const BLANK_LINE = /[ \t\r]*(?:\n|$)/y;
const KEY = /[A-Za-z0-9-]+[ \t]*:/y;
const SPACE = " \t\r\n";
/** Lines that git itself generates: a paragraph with such a line may contain prose too. */
const GIT_GENERATED = ["Signed-off-by: ", "(cherry picked from commit "];

function firstTextLine(message: string): number {
  let at = 0;
  while (at < message.length && isBlankLine(message, at)) at = nextLine(message, at);
  return at;
}

/** Returns the offset of the blank line above the last paragraph; `end` if that is not a trailer block. */
function blockStart(text: string, end: number): number {
  const title = titleEnd(text, end);
  let onlyBlank = true;
  let generated = false;
  let trailers = 0;
  let others = 0;
  // Number of continuation lines above which the trailer is not found yet: without a trailer they are prose.
  let undecided = 0;
  for (let line = lineBefore(text, end); line >= title; line = lineBefore(text, line)) {
    if (text[line] === "#") {
      others += undecided;
      undecided = 0;
    } else if (isBlankLine(text, line)) {
      if (onlyBlank) continue;
      others += undecided;
      const isBlock = (generated && trailers * 3 >= others) || (trailers > 0 && others === 0);
      return isBlock ? nextLine(text, line) : end;
    } else {
      onlyBlank = false;
      const isGenerated = GIT_GENERATED.some((prefix) => text.startsWith(prefix, line));
      generated ||= isGenerated;
      if (isGenerated || isTrailerLine(text, line)) {
        trailers += 1;
        undecided = 0;
      } else if (startsWithSpace(text, line)) {
        undecided += 1;
      } else {
        others += undecided + 1;
        undecided = 0;
      }
    }
  }
  return end;
}

/** Returns the offset of the blank line after the first paragraph, which is never a trailer block. */
function titleEnd(text: string, end: number): number {
  let line = 0;
  while (line < end && (text[line] === "#" || !isBlankLine(text, line))) line = nextLine(text, line);
  return Math.min(line, end);
}

/** Returns the offset of the last line that starts before `end`; -1 without one. */
function lineBefore(text: string, end: number): number {
  if (end <= 0) return -1;
  return end === 1 ? 0 : text.lastIndexOf("\n", end - 2) + 1;
}

function entriesOf(block: string): BlockEntry[] {
  const lines = block.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const entries: { key?: string; lines: string[] }[] = [];
  for (const line of lines) {
    const last = entries.at(-1);
    if (last?.key !== undefined && (line === "" || startsWithSpace(line, 0))) {
      last.lines.push(line);
    } else if (isTrailerLine(line, 0)) {
      entries.push({ key: trim(line.slice(0, line.indexOf(":"))), lines: [line] });
    } else {
      entries.push({ lines: [line] });
    }
  }
  return entries;
}

function isTrailerLine(text: string, at: number): boolean {
  KEY.lastIndex = at;
  return KEY.test(text);
}

function startsWithSpace(text: string, at: number): boolean {
  return SPACE.includes(text.charAt(at)) && at < text.length;
}

/** Trims characters that git counts as white space: unlike `String.trim`, not NBSP and not vertical tab. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.includes(text.charAt(start))) start += 1;
  while (end > start && SPACE.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
