/** Edits a marked block in a Markdown file: only the lines between the marks are ours. Pure. */
import { Unfit } from "./json.ts";

const BEGIN = "<!-- git-session:begin -->";
const END = "<!-- git-session:end -->";
// A mark is a whole line, the first one after a byte order mark too: a sentence may mention marks.
const BLOCK =
  /(\r?\n)?(?<=^\ufeff?)<!-- git-session:begin -->\r?\n(?:[\s\S]*?\n)?<!-- git-session:end -->(\r?\n|$)/m;
const MARK = /(?<=^\ufeff?)<!-- git-session:(begin|end) -->\r?$/gm;

/**
 * Adds our marked block at the end of a text, or replaces it. `text`: undefined if the file does not exist.
 * Throws Unfit if the marks do not match.
 */
export function addBlock(text: string | undefined, body: string): string {
  const eol = text?.includes("\r\n") ? "\r\n" : "\n";
  const block = [BEGIN, ...body.trimEnd().split("\n"), END].join(eol);
  if (text === undefined || text === "") return `${block}${eol}`;
  checkMarks(text, MARK);
  const found = BLOCK.exec(text);
  if (found) {
    const [whole, lead = "", tail = ""] = found;
    return text.slice(0, found.index) + lead + block + tail + text.slice(found.index + whole.length);
  }
  const gap = text === "\ufeff" ? "" : text.endsWith("\n") ? eol : eol + eol;
  return text + gap + block + eol;
}

/**
 * Removes our marked block from a text. Returns undefined if the file has no other text. Throws Unfit if the
 * marks do not match.
 */
export function removeBlock(text: string): string | undefined {
  return withoutBlock(text, MARK, BLOCK);
}

/** Reports whether a text has exactly this marked block. */
export const hasBlock = (text: string, body: string): boolean =>
  BLOCK.exec(text)?.[0].replace(/\r\n/g, "\n").trim() === [BEGIN, body.trimEnd(), END].join("\n");

/** Reports whether a text has a marked block of ours, in any version. */
export const hasAnyBlock = (text: string): boolean => text.match(MARK) !== null;

/**
 * Removes the lines of a block; with an empty line above it, that line too. `block`: its first group is the
 * line end above the block. Returns undefined if the file has no other text. Throws Unfit if the marks do not
 * match.
 */
export function withoutBlock(text: string, mark: RegExp, block: RegExp): string | undefined {
  checkMarks(text, mark);
  const found = block.exec(text);
  if (!found) return text;
  const [whole, lead = ""] = found;
  const above = text.slice(0, found.index);
  const ends = above === "" || above.endsWith("\n") ? "" : lead;
  const rest = above + ends + text.slice(found.index + whole.length);
  return rest.replace(/^\ufeff/, "") === "" ? undefined : rest;
}

/**
 * Checks that a text has no mark, or one begin and one end.
 * @throws Unfit otherwise: a removal would cut out lines of the user
 */
function checkMarks(text: string, pattern: RegExp): void {
  const marks = [...text.matchAll(pattern)];
  const words = marks.map((each) => each[1]).join(" ");
  if (words !== "" && words !== "begin end")
    throw new Unfit(text, marks[0]?.index ?? 0, "its git-session markers do not match");
}
