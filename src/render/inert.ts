/**
 * Foreign text made inert. What commits, branches, files and people wrote is shown as data: it cannot open a heading,
 * a list, a fence, a tag, a link or an image, and brings no character that hides or reorders text.
 */

/** Control, bidi, zero-width, tag characters and runs of variation selectors. */
const HIDDEN =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{2,}/gu;

/** Plain text of any number of lines, with nothing hidden in it. */
export function visible(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, "\n")
    .replace(HIDDEN, "")
    .replace(/\p{Surrogate}/gu, "\ufffd");
}

/** Text for a place inside one line of Markdown. Ordinary prose comes out as it went in. */
export function inline(text: string): string {
  const line = visible(text).replace(/\s+/g, " ").trim();
  // An address in a code span can be copied, and nothing fetches it or makes it a link.
  const parts = line.split(/((?:[a-z][a-z0-9+.-]*:\/\/|www\.|mailto:)\S+)/i);
  const defused = parts.map((part, at) => (at % 2 === 1 ? codeSpan(part) : defuse(part))).join("");
  return defused
    .replace(/^(#{1,6}(?=\s|$)|[-+>](?=\s|$)|={3,}|-{3,}|~{3,})/, "\\$1")
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
}

/** A code span that its text cannot close. */
export function codeSpan(text: string): string {
  const line = visible(text).replace(/\s+/g, " ").trim();
  if (line === "") return "";
  const fence = "`".repeat(longestRun(line, "`") + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Lines of text in a fence that they cannot close. */
export function block(text: string): string {
  const lines = visible(text)
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  if (lines === "") return "";
  const fence = "`".repeat(Math.max(3, longestRun(lines, "`") + 1));
  return `${fence}text\n${lines}\n${fence}`;
}

/** Escapes what would act (at the end too, where a code span may follow); an underscore inside a word, a lone `*` or `<` in a sentence do not. */
function defuse(text: string): string {
  return text
    .replace(/\\(?=[!-/:-@[-`{-~]|$)/g, "\\\\")
    .replace(/`/g, "\\`")
    .replace(/\*(?=\S)|(?<=\S)\*/g, "\\*")
    .replace(/(?<![\p{L}\p{N}_])_|_(?![\p{L}\p{N}_])/gu, "\\_")
    .replace(/~~/g, "\\~~")
    .replace(/<(?=[a-z/!?])/gi, "\\<")
    .replace(/\](?=[([:])/g, "\\]")
    .replace(/!(?=\[)/g, "\\!");
}

function longestRun(text: string, character: string): number {
  let longest = 0;
  let run = 0;
  for (const each of text) {
    run = each === character ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
