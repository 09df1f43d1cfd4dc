/** Finds marks such as `TODO:` in the lines that a diff adds. */
import { filesOfDiff } from "./diff.ts";

/** A mark such as `TODO:` in a line that a diff adds, with the text after it. */
export interface Annotation {
  /** The annotation's mark without its colon, such as `TODO`. */
  readonly tag: string;
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

const MAX_TEXT = 200;
/** Maximum characters of a line to search for a mark: nobody writes a mark further right. */
const MAX_LINE = 600;

/**
 * Returns the marks in added lines, in order, at most one for each line. `tags`: as in
 * `tracking.annotations`.
 */
export function annotationsInDiff(diff: string, tags: readonly string[]): Annotation[] {
  const marks = tags.map((tag) => tag.trim()).filter((tag) => /[^\s:]/.test(tag));
  const found: Annotation[] = [];
  for (const { path, added } of filesOfDiff(diff)) {
    for (const { line, text } of added) {
      const annotation = annotationIn(text.slice(0, MAX_LINE), marks);
      if (annotation) found.push({ tag: annotation.tag, path, line, text: annotation.text });
    }
  }
  return found;
}

/**
 * Finds the first mark of a line that begins a comment or list item. Skips a mark inside a sentence or
 * string.
 */
function annotationIn(line: string, marks: readonly string[]): { tag: string; text: string } | undefined {
  let first: { at: number; mark: string; opener: string } | undefined;
  for (const mark of marks) {
    for (let at = line.indexOf(mark); at >= 0; at = line.indexOf(mark, at + 1)) {
      if (first && at >= first.at) break;
      if (goesOn(line, at + mark.length, mark)) continue;
      const opener = openerBefore(line, at);
      if (opener === undefined) continue;
      first = { at, mark, opener };
      break;
    }
  }
  if (!first) return undefined;
  const rest = line.slice(first.at + first.mark.length).replace(/^:/, "");
  return { tag: first.mark.replace(/:+$/, ""), text: clip(withoutCloser(rest, first.opener)) };
}

/**
 * Returns whether a mark such as `TODO` is only the beginning of a longer word, such as `TODOS` or
 * `TODO::parse`.
 */
function goesOn(line: string, at: number, mark: string): boolean {
  return (mark.endsWith(":") ? /^:/ : /^([\p{L}\p{N}_]|::)/u).test(line.slice(at, at + 2));
}

/** Text that may precede a mark at the start of a line: list, quote or checkbox syntax, or nothing. */
const LINE_START = /^(?:>\s*)*(?:[*+-]|\d{1,4}[.)])?\s*(?:\[.\]\s*)?(?:\*\*|__)?$/;
/** Comment openers at the end of a text. */
const OPENER = /(\/\/|\/\*|<!--|"""|'''|\(\*|\{-|\{#|\{\{!(?:--)?|#|--|;|%|(?:\/\*|\/\/)[*!/]+)$/;

/**
 * Returns the comment opener before a mark, or an empty string for a mark at the start of the line. Returns
 * undefined for a mark in code or in a string.
 */
function openerBefore(line: string, at: number): string | undefined {
  const before = line.slice(0, at).trimEnd();
  const start = before.trimStart();
  if (start.length < 40 && LINE_START.test(start)) return "";
  const opener = OPENER.exec(before.slice(-6))?.[1];
  if (opener === undefined || opener === '"""' || opener === "'''") return opener;
  return inString(line, before.length - opener.length) ? undefined : opener;
}

/** Returns whether a position in a line of code is inside quotes. Ignores an apostrophe inside a word. */
function inString(line: string, place: number): boolean {
  let quote = "";
  for (let at = 0; at < place; at++) {
    const sign = line.charAt(at);
    if (sign === "\\") at++;
    else if (quote !== "") quote = sign === quote ? "" : quote;
    else if (sign === '"' || sign === "`" || (sign === "'" && !/\w/.test(line.charAt(at - 1)))) quote = sign;
  }
  return quote !== "" && line.includes(quote, place);
}

const CLOSERS: readonly (readonly [opener: string, closer: string])[] = [
  ["/*", "*/"],
  ["<!--", "-->"],
  ["(*", "*)"],
  ["{-", "-}"],
  ["{#", "#}"],
  ['"""', '"""'],
  ["'''", "'''"],
  ["{{!", "}}"],
];

/**
 * Returns the text up to the end of the comment. Without an opener on this line, only a closer at the end of
 * the line counts.
 */
function withoutCloser(rest: string, opener: string): string {
  const closer = CLOSERS.find(([open]) => opener !== "" && opener.startsWith(open))?.[1];
  const end = closer === undefined ? -1 : rest.indexOf(closer);
  const text = (end < 0 ? rest : rest.slice(0, end)).trim();
  const last = ["*/", "-->", "--", "**"].find((each) => text.endsWith(each));
  return (last === undefined ? text : text.slice(0, -last.length)).replace(/^(\*\*|__)\s*/, "").trim();
}

function clip(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return `${text.slice(0, MAX_TEXT - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
