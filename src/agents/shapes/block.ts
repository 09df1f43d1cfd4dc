/** A marked block in a Markdown file that people write: only what stands between the marks is ours. */
import { Unfit } from "./json.ts";

const BEGIN = "<!-- git-session:begin -->";
const END = "<!-- git-session:end -->";
const BLOCK = /(\r?\n)?<!-- git-session:begin -->\r?\n[\s\S]*?<!-- git-session:end -->(\r?\n|$)/;

/** The text with the block at its end, or in its place; undefined stands for no file. Throws Unfit for torn marks. */
export function addBlock(text: string | undefined, body: string): string {
  const eol = text?.includes("\r\n") ? "\r\n" : "\n";
  const block = [BEGIN, ...body.trimEnd().split("\n"), END].join(eol);
  if (text === undefined || text === "") return `${block}${eol}`;
  check(text);
  const found = BLOCK.exec(text);
  if (found) {
    const [whole, lead = "", tail = ""] = found;
    return text.slice(0, found.index) + lead + block + tail + text.slice(found.index + whole.length);
  }
  const gap = text === "\ufeff" ? "" : text.endsWith("\n") ? eol : eol + eol;
  return text + gap + block + eol;
}

/** The text without the block; undefined where nothing is left. */
export function removeBlock(text: string): string | undefined {
  check(text);
  const found = BLOCK.exec(text);
  if (!found) return text;
  const below = text.slice(found.index + found[0].length);
  const rest = text.slice(0, found.index) + below;
  return rest.replace(/^\ufeff/, "") === "" ? undefined : rest;
}

export const hasBlock = (text: string, body: string): boolean =>
  BLOCK.exec(text)?.[0].replace(/\r\n/g, "\n").trim() === [BEGIN, body.trimEnd(), END].join("\n");

export const hasAnyBlock = (text: string): boolean => text.includes(BEGIN);

function check(text: string): void {
  const marks = [...text.matchAll(/<!-- git-session:(begin|end) -->/g)];
  const words = marks.map((each) => each[1]).join(" ");
  if (words !== "" && words !== "begin end")
    throw new Unfit(text, marks[0]?.index ?? 0, "the marks of git-session in it do not match");
}
