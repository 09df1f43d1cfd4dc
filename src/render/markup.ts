/** HTML out of text that anybody may have written: what is put into it is escaped, unless it was made here. */
import { visible } from "./inert.ts";

/** HTML that was put together here, apart from text that was not. */
export interface Markup {
  readonly html: string;
}

export type Part = Markup | string | undefined | readonly Markup[];

/** Whatever is put into it is text, unless it was made by this. */
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

/** Of what was decided here alone: a style, a script, a digest. */
export function raw(text: string): Markup {
  return { html: text };
}

/** A whole file. `policy` and `style` are ours, the title is text; `meta`: further lines of the head. */
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
