/**
 * Text that the tool did not write, marked inside sentences that it did: views mark, `render/` puts what is marked into
 * a container of its own, and the terminal and JSON drop the marks. And text with nothing hidden in it.
 */

/**
 * Bidi, zero-width, tag and filler characters: all that has no shape of its own, but emoji's two selectors. Behind anything
 * but an emoji they choose nothing, and could carry a hidden message.
 */
export const HIDDEN =
  /(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]|(?<!\p{Extended_Pictographic})[\ufe0e\ufe0f]/gu;
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

const OPEN = "\x0e";
const CLOSE = "\x0f";

/** Marks foreign text inside a sentence. Marks that the text itself brings are taken out. */
export function quoted(text: string): string {
  return `${OPEN}${unquoted(text)}${CLOSE}`;
}

export function unquoted(text: string): string {
  return text.replace(/[\x0e\x0f]/g, "");
}

/** The parts of a text, those that are quoted at every odd place. */
export function quotedParts(text: string): string[] {
  return text.split(/\x0e([^\x0f]*)(?:\x0f|$)/);
}

/** Plain text of any number of lines, with nothing hidden in it. */
export function visible(text: string): string {
  // Lone surrogates first: two of them must not become one character when what stood between them goes.
  return (
    text
      .replace(/\p{Surrogate}/gu, "\ufffd")
      .replace(/\r\n?|[\u2028\u2029\u0085]/g, "\n")
      .replace(CONTROL, "")
      // Twice: what went may have stood between an emoji and its selector.
      .replace(HIDDEN, "")
      .replace(HIDDEN, "")
  );
}

/** A view without marks and hidden characters, as JSON, XML and MCP show it. */
export function visibleView<T>(view: T): T {
  if (typeof view === "string") return visible(view) as T;
  if (Array.isArray(view)) return view.map(visibleView) as T;
  if (typeof view !== "object" || view === null) return view;
  return Object.fromEntries(Object.entries(view).map(([key, each]) => [key, visibleView(each)])) as T;
}

/** JSON in which characters of a kind are escapes: the value is the same. */
export function withEscapes(json: string, characters: RegExp): string {
  return json.replace(characters, (each) =>
    each.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}

/** Text of one line, with nothing hidden in it. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, " ").trim();
}
