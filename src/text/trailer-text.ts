/** Escapes text for a trailer, so that reading it returns exactly the written text. Pure. */

/** Maximum length of an item's text, in code points. */
const MAX_ITEM = 1000;
/** Maximum items of a list. */
export const MAX_ITEMS = 100;

const CUT = " … (cut; in full: session show)";

/**
 * Returns text in the form that a trailer preserves. Idempotent.
 * - CRLF, CR, U+2028 and U+2029 become LF; a tab stays a tab;
 * - other control characters (C0, DEL, C1) are removed, lone surrogates become U+FFFD;
 * - blank lines, blanks at line ends and leading blanks are removed;
 * - more than `MAX_ITEM` code points are cut, with a pointer to the full record.
 */
export function normalizeText(text: string): string {
  return cut(cleanText(text));
}

/** Normalizes text and joins its lines with spaces. */
export function oneLine(text: string): string {
  return cut(
    cleanText(text)
      .split("\n")
      .map((line) => line.replace(/^[ \t]+/, ""))
      .join(" "),
  );
}

/** Matches text with only characters that stay unchanged. */
const PLAIN = /^[\x20-\x7e]*$/;

/** Normalizes text like `normalizeText`, but without a limit of length, for reading. */
export function cleanText(text: string): string {
  if (PLAIN.test(text)) return text.trim();
  return text
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "")
    .split("\n")
    .map((line) => trimEnd(line, " \t"))
    .filter((line) => line !== "")
    .join("\n")
    .replace(/^[ \t]+/, "");
}

/**
 * Returns text without trailing characters of `set`. Uses a loop, because `/[ \t]+$/` is quadratic on hostile
 * lines.
 */
export function trimEnd(text: string, set: string): string {
  let end = text.length;
  while (end > 0 && set.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/**
 * Returns the last line of a shortened list, in ASCII for every encoding. No item looks like it: items have
 * an id or a colon.
 */
export function moreItems(count: number): string {
  return `... ${count} more (session show)`;
}

/**
 * Returns the number of left-out items in the last line of a shortened list; undefined for any other line.
 */
export function countOfMore(text: string): number | undefined {
  const [, count] = /^(?:…|\.\.\.) (\d{1,9}) more \(session show\)$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count);
}

function cut(text: string): string {
  if (text.length <= MAX_ITEM) return text;
  // A code point has at most two units, so this prefix is enough to find out whether the text is too long.
  const points = Array.from(text.slice(0, 2 * MAX_ITEM + 2));
  if (points.length <= MAX_ITEM) return text;
  return trimEnd(points.slice(0, MAX_ITEM - CUT.length).join(""), " \t\n") + CUT;
}
