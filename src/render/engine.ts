/** Handlebars with our helpers and nothing else: no prototypes, no log, partials by plain names only. */
import Handlebars from "handlebars";
import type { ObjectiveMark } from "../model/session.ts";
import { boxOf } from "../model/tasklist.ts";
import { block, codeSpan, inline } from "./inert.ts";

export interface Sources {
  readonly template: string;
  /** By name. */
  readonly partials: Readonly<Record<string, string>>;
}

/** Largest text that a template may make, in characters. */
const MAX_TEXT = 1_000_000;

/** Renders a view. Throws whatever is wrong with the template. */
export function renderSources({ template, partials }: Sources, view: unknown): string {
  const engine = Handlebars.create();
  engine.registerHelper({
    inline: (text: unknown) => inline(asText(text)),
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
  });
  for (const [name, source] of Object.entries(partials)) engine.registerPartial(name, source);
  const render = engine.compile(template, { noEscape: true, knownHelpersOnly: false, preventIndent: true });
  const text = render(isolated(view), {
    allowProtoMethodsByDefault: false,
    allowProtoPropertiesByDefault: false,
  });
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
function isolated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(isolated);
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, each] of Object.entries(value)) copy[key] = isolated(each);
  return Object.freeze(copy);
}
