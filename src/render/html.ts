/** Builds HTML from untrusted text: escapes every value except `Markup`. */
import { visible } from "./escape-markdown.ts";

/** HTML that is trusted, made by `html` or `raw`. */
export interface Markup {
  readonly html: string;
}

/** A value in an `html` template literal: only strings are escaped. */
export type Part = Markup | string | undefined | readonly Markup[];

/** Builds HTML from a template literal. Escapes strings; inserts `Markup` unchanged. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: strings.reduce((text, each, at) => text + markupOf(parts[at - 1]) + each) };
}

function markupOf(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "string") return escaped(part);
  return "html" in part ? part.html : part.map((each) => each.html).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (each) => ENTITIES[each] ?? "");
}

/** Marks text as trusted HTML. Only for the program's own text, such as a style, a script or a digest. */
export function raw(text: string): Markup {
  return { html: text };
}

/**
 * Returns a whole HTML file. Escapes `title`; `policy` (a content security policy) and `style` must be
 * trusted. `meta`: more lines of the head.
 */
export function htmlFile(file: {
  readonly title: string;
  readonly policy: string;
  readonly style: string;
  readonly meta?: Markup;
  readonly body: Markup;
}): string {
  return `${
    html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(file.policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
${file.meta}<title>${file.title}</title>
<style>${raw(file.style)}</style>
</head>
<body>
${file.body}
</body>
</html>`.html
  }\n`;
}
