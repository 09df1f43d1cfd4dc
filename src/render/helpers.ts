/** What templates can do, and nothing else. */
import type { ObjectiveMark } from "../session/session.ts";
import { block, codeSpan, inline, oneLine } from "./inert.ts";

/** As in `objectives.md`; written here again so that the worker loads nothing else of the program. */
const BOXES: Readonly<Record<ObjectiveMark, string>> = {
  open: "[ ]",
  active: "[>]",
  done: "[x]",
  dropped: "[-]",
};

/** A helper hides a field of its name: a template reads the `line` of an annotation as `this.line`. */
export const HELPERS = {
  inline: (text: unknown) => inline(asText(text)),
  // For a commit message, where nothing is Markdown.
  line: (text: unknown) => oneLine(asText(text)),
  code: (text: unknown) => codeSpan(asText(text)),
  block: (text: unknown, language: unknown) => block(asText(text), asText(language) || undefined),
  box: (mark: unknown) => BOXES[asText(mark) as ObjectiveMark] ?? BOXES.open,
  plural: (count: unknown, word: unknown) => `${asText(count)} ${asText(word)}${count === 1 ? "" : "s"}`,
  codes: (texts: unknown) => joined(texts, codeSpan),
  list: (texts: unknown) => joined(texts, inline),
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

/** Blank lines and line ends as Markdown wants them. */
export function finished(text: string): string {
  return `${text
    .replace(/(?<![ \t])[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}

function joined(texts: unknown, contain: (text: string) => string): string {
  return Array.isArray(texts) ? texts.map((each) => contain(asText(each))).join(", ") : "";
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** A copy without prototypes: a template reaches the fields of the view and nothing behind them. */
export function isolated(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(isolated));
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, each] of Object.entries(value)) copy[key] = isolated(each);
  return Object.freeze(copy);
}
