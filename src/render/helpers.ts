/** What templates can do, and nothing else. */
import type { ObjectiveMark } from "../model/session.ts";
import { boxOf } from "../model/tasklist.ts";
import { block, codeSpan, inline, visible } from "./inert.ts";

/** Largest text that a template may make, in characters. */
const MAX_TEXT = 1_000_000;

export const HELPERS = {
  inline: (text: unknown) => inline(asText(text)),
  // For a commit message, where nothing is Markdown.
  line: (text: unknown) => visible(asText(text)).replace(/\s+/g, " ").trim(),
  code: (text: unknown) => codeSpan(asText(text)),
  block: (text: unknown) => block(asText(text)),
  box: (mark: unknown) => boxOf(asText(mark) as ObjectiveMark),
  plural: (count: unknown, word: unknown) => `${count} ${asText(word)}${count === 1 ? "" : "s"}`,
  codes: (texts: unknown) =>
    Array.isArray(texts) ? texts.map((each) => codeSpan(asText(each))).join(", ") : "",
  list: (texts: unknown) =>
    Array.isArray(texts) ? texts.map((each) => inline(asText(each))).join(", ") : "",
  // The one that ships with Handlebars writes to standard output.
  log: () => "",
};

/** Values are data: no prototype of theirs is reached. */
export const RUN_OPTIONS = {
  allowProtoMethodsByDefault: false,
  allowProtoPropertiesByDefault: false,
} as const;

/** The same for a template compiled when the program is built and one compiled when it runs. */
export const COMPILE_OPTIONS = { noEscape: true, preventIndent: true } as const;

/** Blank lines and line ends as Markdown wants them. Throws for a text beyond all bounds. */
export function finished(text: string): string {
  if (text.length > MAX_TEXT) throw new Error(`it makes more than ${MAX_TEXT} characters`);
  return `${text
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** A copy without prototypes: a template reaches the fields of the view and nothing behind them. */
export function isolated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(isolated);
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, each] of Object.entries(value)) copy[key] = isolated(each);
  return Object.freeze(copy);
}
