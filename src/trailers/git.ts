/** What git itself reads as trailers, rule for rule as its trailer.c with default settings. Pure. */

export interface Trailer {
  /** As it was written; compare without case. */
  readonly key: string;
  /** Not unfolded: line breaks and the indentation of further lines are kept; both ends trimmed. */
  readonly value: string;
}

/** A trailer with its continuation lines, or one line of the block that is no trailer (then without a key). */
export interface BlockEntry {
  readonly key?: string;
  /** Whole lines, without their line breaks. */
  readonly lines: readonly string[];
}

export interface TrailerBlock {
  /** Offset of the first character of the block in the message. */
  readonly start: number;
  /** Offset just behind the block; what follows is ignored by git. */
  readonly end: number;
  readonly entries: readonly BlockEntry[];
}

/** The trailers that `git log --format='%(trailers:only)'` shows for this message, in order. */
export function gitTrailers(message: string): Trailer[] {
  return trailersOf(trailerBlock(message));
}

/** The trailers of a block that `trailerBlock` found. */
function trailersOf(block: TrailerBlock | null): Trailer[] {
  const trailers: Trailer[] = [];
  for (const entry of block?.entries ?? []) {
    if (entry.key === undefined) continue;
    trailers.push({ key: entry.key, value: trim(valueLines(entry).join("\n")) });
  }
  return trailers;
}

/** The value of a trailer by lines: the first is what follows the colon, the others are whole lines. */
export function valueLines(entry: BlockEntry): string[] {
  const [first = "", ...further] = entry.lines;
  return [first.slice(first.indexOf(":") + 1), ...further];
}

/** The paragraph in which git reads trailers, or null where it reads none. */
export function trailerBlock(message: string): TrailerBlock | null {
  const skipped = firstTextLine(message);
  const text = message.slice(skipped);
  const end = messageEnd(text, true);
  const start = blockStart(text, end);
  if (start >= end) return null;
  return { start: start + skipped, end: end + skipped, entries: entriesOf(text.slice(start, end)) };
}

/**
 * Offset from which git ignores a message: at the cut line ("scissors"), or where blank lines, an old
 * `Conflicts:` list and, with `comments`, lines that start with `#` reach down to the end.
 */
export function messageEnd(text: string, comments: boolean): number {
  const cut = cutLine(text);
  // As in git, 0 stands for "none", so that nothing is ignored from the very first line on.
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

/** Offset of the cut line that git puts above a diff in the editor, or the length of the text. */
function cutLine(text: string): number {
  if (text.startsWith(CUT_LINE)) return 0;
  const at = text.indexOf(`\n${CUT_LINE}`);
  return at < 0 ? text.length : at + 1;
}

/** Offset of the line after the one that holds `at`. */
export function nextLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

/** Whether the line that starts at `at` holds nothing but what git takes for white space. */
export function isBlankLine(text: string, at = 0): boolean {
  BLANK_LINE.lastIndex = at;
  return BLANK_LINE.test(text);
}

const CUT_LINE = "# ------------------------ >8 ------------------------\n";
const BLANK_LINE = /[ \t\r]*(?:\n|$)/y;
const KEY = /[A-Za-z0-9-]+[ \t]*:/y;
const SPACE = " \t\r\n";
/** With one of these in it, a paragraph may hold prose as well. */
const GIT_GENERATED = ["Signed-off-by: ", "(cherry picked from commit "];

function firstTextLine(message: string): number {
  let at = 0;
  while (at < message.length && isBlankLine(message, at)) at = nextLine(message, at);
  return at;
}

/** Walks up from the end to the blank line above the last paragraph; `end` where that is no trailer block. */
function blockStart(text: string, end: number): number {
  const title = titleEnd(text, end);
  let onlyBlank = true;
  let generated = false;
  let trailers = 0;
  let others = 0;
  // Lines that are continuations if a trailer stands above them, and prose otherwise.
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

/** Offset of the blank line below the first paragraph, which is never a trailer block. */
function titleEnd(text: string, end: number): number {
  let line = 0;
  while (line < end && (text[line] === "#" || !isBlankLine(text, line))) line = nextLine(text, line);
  return Math.min(line, end);
}

/** Offset of the last line that starts before `end`, or -1. */
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

/** Trims what git takes for white space: not NBSP, not vertical tab, as `String.trim` would. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.includes(text.charAt(start))) start += 1;
  while (end > start && SPACE.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
