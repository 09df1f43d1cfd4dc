/**
 * Foreign text made inert. What commits, branches, files and people wrote is shown as data: it cannot open a heading,
 * a list, a fence, a tag, a link or an image, and brings no character that hides or reorders text.
 */

/** Control, bidi, zero-width, tag and filler characters: all that has no shape of its own, but emoji's two selectors. */
const HIDDEN =
  /(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}|[\x00-\x08\x0b-\x1f\x7f-\x9f\ufff9-\ufffb]/gu;
/** A selector behind anything but an emoji chooses nothing, and could carry a hidden message. */
const STRAY_SELECTOR = /(?<!\p{Extended_Pictographic})[\ufe0e\ufe0f]/gu;

/** What renderers make a link of by itself. Lengths are bounded: a long text without any must not cost more than its length. */
const ADDRESS =
  /((?:[a-z][a-z0-9+.-]{0,31}:\/\/|www\.|mailto:|xmpp:)\S+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\S*)/i;

/** Plain text of any number of lines, with nothing hidden in it. */
export function visible(text: string): string {
  // Lone surrogates first: two of them must not become one character when what stood between them goes.
  return text
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, "\n")
    .replace(HIDDEN, "")
    .replace(STRAY_SELECTOR, "");
}

/** Text of one line, with nothing hidden in it. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, " ").trim();
}

/** Text for a place inside one line of Markdown. Ordinary prose comes out as it went in. */
export function inline(text: string): string {
  // An address in a code span can be copied, and nothing fetches it or makes it a link.
  const parts = oneLine(text).split(ADDRESS);
  const defused = parts.map((part, at) => (at % 2 === 1 ? codeSpan(part) : defuse(part))).join("");
  return defused
    .replace(/^(?:#(?!#*\d)|>|[-+*](?=\s|$)|[-=][-=\s]*$|\[(?=[ x]\](?:\s|$)))/i, "\\$&")
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
}

/** A code span that its text cannot close. */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  if (line === "") return "";
  const fence = "`".repeat(longestRun(line, "`") + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Lines of text in a fence that they cannot close. */
export function block(text: string, language = "text"): string {
  const lines = visible(text)
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  if (lines === "") return "";
  const fence = "`".repeat(Math.max(3, longestRun(lines, "`") + 1));
  return `${fence}${language}\n${lines}\n${fence}`;
}

/** Escapes what would act; an underscore inside a word, a lone `*` or `<` in a sentence do not. */
function defuse(text: string): string {
  return (
    text
      .replace(/\\(?=[!-/:-@[-`{-~]|$)/g, "\\\\")
      .replace(/`/g, "\\`")
      .replace(/&(?=#?\w{1,31};)/g, "\\&")
      .replace(/\*(?=\S|$)|(?<=\S|^)\*/g, "\\*")
      .replace(/(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, escapeEach)
      .replace(/~{2,}|(?<=\S)~/g, escapeEach)
      .replace(/<(?!=?(?:\s|$))/g, "\\<")
      // At its end too: a template may go on with ":" or "(".
      .replace(/\](?=[([:]|$)/g, "\\]")
      .replace(/!(?=\[)/g, "\\!")
  );
}

function escapeEach(run: string): string {
  return run.replace(/./g, "\\$&");
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
