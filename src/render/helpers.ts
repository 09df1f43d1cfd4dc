/** Defines the helpers and options of all templates. */
import type { ObjectiveMark } from "../session/session.ts";
import { block, codeSpan, inline, oneLine } from "./escape-markdown.ts";

/**
 * The boxes of `objectives.md`, repeated so that the template worker loads no other module of the
 * program.
 */
const BOXES: Readonly<Record<ObjectiveMark, string>> = {
  open: "[ ]",
  active: "[>]",
  done: "[x]",
  dropped: "[-]",
};

/**
 * Helpers by name. A helper hides a field of the same name: templates read an annotation's `line` as
 * `this.line`.
 */
export const HELPERS = {
  inline: (text: unknown) => inline(asText(text)),
  // Joins lines of text for commit messages, which are not Markdown.
  line: (text: unknown) => oneLine(asText(text)),
  code: (text: unknown) => codeSpan(asText(text)),
  block: (text: unknown, language: unknown) => block(asText(text), asText(language) || undefined),
  box: (mark: unknown) => BOXES[asText(mark) as ObjectiveMark] ?? BOXES.open,
  plural: (count: unknown, word: unknown) => `${asText(count)} ${asText(word)}${count === 1 ? "" : "s"}`,
  codes: (texts: unknown) => joined(texts, codeSpan),
  list: (texts: unknown) => joined(texts, inline),
  // Replaces the `log` helper of Handlebars, which writes to standard output.
  log: () => "",
};

/** Options for rendering: templates cannot reach the prototypes of values. */
export const RUN_OPTIONS = {
  allowProtoMethodsByDefault: false,
  allowProtoPropertiesByDefault: false,
} as const;

/** Options for compiling, the same at build time and at run time. */
export const COMPILE_OPTIONS = { noEscape: true, preventIndent: true } as const;

/** Trims trailing blanks and repeated blank lines, and ends the text with one line end. */
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

/** Copies a view without prototypes and freezes it, so that a template can read only its fields. */
export function isolated(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(isolated));
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, each] of Object.entries(value)) copy[key] = isolated(each);
  return Object.freeze(copy);
}
