/**
 * Marks foreign text inside this program's sentences. Views mark it, `render/` escapes it, and terminal and
 * JSON drop the marks. Also removes hidden characters. Pure.
 */

/**
 * Matches invisible characters (bidirectional, zero-width, tag, filler), except emoji's two selectors.
 * Matches selectors too if they do not follow an emoji, because they could carry a hidden message.
 */
export const HIDDEN =
  /(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]|(?<!\p{Extended_Pictographic})[\ufe0e\ufe0f]/gu;
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

const OPEN = "\x0e";
const CLOSE = "\x0f";

/** Marks foreign text inside a sentence. Removes marks in the text itself. */
export function markForeign(text: string): string {
  return `${OPEN}${withoutMarks(text)}${CLOSE}`;
}

/** Removes the marks around foreign text. */
export function withoutMarks(text: string): string {
  return text.replace(/[\x0e\x0f]/g, "");
}

/** Splits a text at its marks; foreign parts have odd indexes. */
export function splitMarked(text: string): string[] {
  return text.split(/\x0e([^\x0f]*)(?:\x0f|$)/);
}

/** Returns plain text of any number of lines, without marks and hidden characters. */
export function visibleText(text: string): string {
  // Removes lone surrogates first: two of them must not join when the text between them is removed.
  return (
    text
      .replace(/\p{Surrogate}/gu, "\ufffd")
      .replace(/\r\n?|[\u2028\u2029\u0085]/g, "\n")
      .replace(CONTROL, "")
      // Replaces twice: a removed character may have separated an emoji from its selector.
      .replace(HIDDEN, "")
      .replace(HIDDEN, "")
  );
}

/** Returns a view without marks and hidden characters, for JSON, XML and MCP. */
export function visibleView<T>(view: T): T {
  if (typeof view === "string") return visibleText(view) as T;
  if (Array.isArray(view)) return view.map(visibleView) as T;
  if (typeof view !== "object" || view === null) return view;
  return Object.fromEntries(Object.entries(view).map(([key, each]) => [key, visibleView(each)])) as T;
}

/** Returns equal JSON text, with the matching characters as escapes. */
export function withEscapes(json: string, characters: RegExp): string {
  return json.replace(characters, (each) =>
    each.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}

/** Returns text on one line, without hidden characters. */
export function oneLine(text: string): string {
  return visibleText(text).replace(/\s+/g, " ").trim();
}
