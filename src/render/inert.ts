/**
 * Foreign text made inert. What commits, branches, files and people wrote is shown as data: it cannot open a heading,
 * a list, a fence, a tag, a link or an image, and brings no character that hides or reorders text.
 */

import { oneLine, splitMarked, visibleText } from "../text/foreign-text.ts";
import { lazyValue } from "../text/lazy.ts";

export { oneLine, visibleText as visible };

/** What renderers make a link of by itself. Lengths are bounded: a long text without any must not cost more than its length. */
const address = () => [
  /(?:[a-z][a-z0-9+.-]{0,31}:\/\/|www\.|mailto:|xmpp:)\S+/,
  /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\S*/,
];

/** Words of code that would need backslashes: `_private`, `src/*.ts`, `Map<string>`. */
const code = () => [
  /(?<![\p{L}\p{N}_])(?:_{1,8}[\p{L}\p{N}]\w{0,64}|[\p{L}\p{N}]\w{0,64}(?<=_))(?![\p{L}\p{N}_])/u,
  /(?<!\S)(?=\S{0,99}\*)(?=\S{0,99}[./])[\w./@*{},-]{1,99}[\w/*}](?=[.,;:)]?(?:\s|$))/u,
  /(?<![\p{L}\p{N}_])[a-z]\w{0,64}<[\w, ]{1,64}>(?!\S)/u,
];

/** What comes out in a code span. */
const spans = lazyValue(
  () => new RegExp(`(${[...address(), ...code()].map((each) => each.source).join("|")})`, "iu"),
);

/** Something of each of them. Making the pattern takes longer than all other words of a brief. */
const SIGN = /:\/\/|www\.|mailto:|xmpp:|[@_*<]/i;

/** A character that may act in Markdown. */
const MARK = /[\\`&*_~<\]!]/;

/** Text for a place inside one line of Markdown. Ordinary prose comes out as it went in. */
export function inline(text: string): string {
  const parts = splitMarked(text.trim());
  return (
    parts
      .map((part, at) => {
        if (at % 2 === 1) return codeSpan(part);
        const words = visibleText(part).replace(/\s+/g, " ");
        return defused(at === 0 ? words.trimStart() : words, at === parts.length - 1);
      })
      .filter((part) => part !== "")
      // Two spans side by side would be read as one.
      .reduce((all, part) => (all.endsWith("`") && part.startsWith("`") ? `${all} ${part}` : all + part), "")
      .trim()
  );
}

/** Makes words of ours, and of this clone, inert. An address in a code span can be copied, and nothing makes it a link. */
function defused(words: string, isLast: boolean): string {
  const text = isLast ? words.trimEnd() : words;
  const parts = SIGN.test(text) ? text.split(spans()) : [text];
  return parts
    .map((part, at) => (at % 2 === 1 ? codeSpan(part) : defuse(part)))
    .join("")
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
  const lines = visibleText(text)
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  if (lines === "") return "";
  const fence = "`".repeat(Math.max(3, longestRun(lines, "`") + 1));
  return `${fence}${language}\n${lines}\n${fence}`;
}

/** Escapes what would act; an underscore inside a word, a lone `*` or `<` in a sentence do not. */
function defuse(text: string): string {
  if (!MARK.test(text)) return text;
  return (
    text
      .replace(/\\(?=[!-/:-@[-`{-~]|$)/g, "\\\\")
      .replace(/`/g, "\\`")
      .replace(/&(?=#?\w{1,31};)/g, "\\&")
      .replace(/\*(?=\S|$)|(?<=\S|^)\*/g, "\\*")
      .replace(/(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, escapeEach)
      .replace(/~{2,}|(?<=\S)~/g, escapeEach)
      // At its end too: what follows may be a span, and what is in that may be an address.
      .replace(/<(?!=?\s)/g, "\\<")
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
