/** Folds lines that are too long for commit linters, and unfolds them on reading. Pure. */
import { trimEnd } from "../text/trailer-text.ts";
import { trailerBlock } from "./parse/git-trailers.ts";

/** Maximum bytes of a line: linters count bytes or characters, which are never more. */
const WIDTH = 100;
/**
 * Indentation of a folded line: between the indentations of bullets (1), parts (3) and continuation lines
 * (5).
 */
const AFTER_SPACE = "    ";
const WITHIN_WORD = "  ";
const FOLDED = /^ {2}(?: {2})?(?=[^ \t])/;

/** Returns the block with long lines folded. A run of blanks that is too long stays on one line. */
export function foldLines(block: string): string {
  return block.length * 3 <= WIDTH ? block : block.split("\n").flatMap(foldLine).join("\n");
}

/** Joins folded lines of a trailer block again. Reverses `foldLines`. */
export function unfoldLines(lines: readonly string[]): string[] {
  const whole: string[] = [];
  for (const line of lines) {
    const [indent] = FOLDED.exec(line) ?? [];
    const before = whole.at(-1);
    if (indent === undefined || before === undefined) whole.push(line);
    else
      whole[whole.length - 1] =
        trimEnd(before, " \t\r") + (indent === AFTER_SPACE ? " " : "") + line.slice(indent.length);
  }
  return whole;
}

/** Returns a message with its trailer block unfolded, for searching. */
export function unfoldMessage(message: string): string {
  const start = trailerBlock(message)?.start ?? message.length;
  return message.slice(0, start) + unfoldLines(message.slice(start).split("\n")).join("\n");
}

function foldLine(line: string): string[] {
  const lines: string[] = [];
  let rest = line;
  for (let at = placeToFold(rest); at !== undefined; at = placeToFold(rest)) {
    lines.push(rest.slice(0, at));
    rest = rest[at] === " " ? AFTER_SPACE + rest.slice(at + 1) : WITHIN_WORD + rest.slice(at);
  }
  return [...lines, rest];
}

/**
 * Returns the index of the last single space that fits, else of the last position between two non-blank
 * characters.
 */
function placeToFold(line: string): number | undefined {
  if (Buffer.byteLength(line) <= WIDTH) return undefined;
  let bytes = 0;
  let at = 0;
  let space: number | undefined;
  let within: number | undefined;
  const indent = /^[ \t]*(?:- )?/.exec(line)?.[0].length ?? 0;
  for (const character of line) {
    if (bytes > WIDTH && (space ?? within) !== undefined) break;
    const isFree = at > indent && !isBlank(line[at - 1]);
    if (isFree && character === " " && !isBlank(line[at + 1])) space = at;
    if (isFree && !isBlank(character)) within = at;
    bytes += Buffer.byteLength(character);
    at += character.length;
  }
  return space ?? within;
}

function isBlank(character: string | undefined): boolean {
  return character === undefined || character === " " || character === "\t";
}
