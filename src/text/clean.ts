/** What may stand in a trailer: text made safe, so that it is read back exactly as it was written. Pure. */

/** Longest text of an item, in code points. */
const MAX_ITEM = 1000;
/** Most items of a list. */
export const MAX_ITEMS = 100;

const CUT = " … (cut; in full: session show)";

/**
 * Text as a trailer carries it; what the reader gives back. Normalising twice is the same as once.
 *
 * - CRLF, CR, U+2028 and U+2029 become LF; a tab stays a tab;
 * - other control characters (C0, DEL, C1) are removed, lone surrogates become U+FFFD;
 * - spaces and tabs at the end of a line go, blank lines go, and spaces and tabs before the first character;
 * - more than `MAX_ITEM` code points are cut, with a pointer to the full record.
 */
export function normalise(text: string): string {
  return cut(clean(text));
}

/** `normalise`, and further lines joined by one space: for what has to be one line. */
export function oneLine(text: string): string {
  return cut(
    clean(text)
      .split("\n")
      .map((line) => line.replace(/^[ \t]+/, ""))
      .join(" "),
  );
}

/** Only characters that nothing is done to. */
const PLAIN = /^[\x20-\x7e]*$/;

/** `normalise` without the cut: for text that is read. */
export function clean(text: string): string {
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

/** Without the characters of `set` at the end. A loop: `/[ \t]+$/` takes quadratic time on hostile lines. */
export function trimEnd(text: string, set: string): string {
  let end = text.length;
  while (end > 0 && set.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** The last line of a list that leaves some out; in ASCII, which every encoding has. No item looks like it: items have an id or a colon. */
export function moreItems(count: number): string {
  return `... ${count} more (session show)`;
}

/** Returns how many items that line stands for; undefined for any other line. */
export function countOfMore(text: string): number | undefined {
  const [, count] = /^(?:…|\.\.\.) (\d{1,9}) more \(session show\)$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count);
}

function cut(text: string): string {
  if (text.length <= MAX_ITEM) return text;
  // No code point takes more than two units, so that this is enough to tell whether there are too many.
  const points = Array.from(text.slice(0, 2 * MAX_ITEM + 2));
  if (points.length <= MAX_ITEM) return text;
  return trimEnd(points.slice(0, MAX_ITEM - CUT.length).join(""), " \t\n") + CUT;
}
