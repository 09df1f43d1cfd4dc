/**
 * Escapes untrusted text for Markdown. Text of commits, branches, files and people cannot open a heading,
 * list, fence, tag, link or image, and loses characters that hide or reorder text.
 */

import { oneLine, splitMarked, visibleText } from "../text/foreign-text.ts";
import { lazyValue } from "../text/lazy.ts";

export { oneLine, visibleText as visible };

/**
 * Returns patterns of addresses that renderers turn into links. Bounded lengths keep matching time
 * linear.
 */
const address = () => [
  /(?:[a-z][a-z0-9+.-]{0,31}:\/\/|www\.|mailto:|xmpp:)\S+/,
  /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\S*/,
];

/** Returns patterns of code that would need backslashes: `_private`, `src/*.ts`, `Map<string>`. */
const code = () => [
  /(?<![\p{L}\p{N}_])(?:_{1,8}[\p{L}\p{N}]\w{0,64}|[\p{L}\p{N}]\w{0,64}(?<=_))(?![\p{L}\p{N}_])/u,
  /(?<!\S)(?=\S{0,99}\*)(?=\S{0,99}[./])[\w./@*{},-]{1,99}[\w/*}](?=[.,;:)]?(?:\s|$))/u,
  /(?<![\p{L}\p{N}_])[a-z]\w{0,64}<[\w, ]{1,64}>(?!\S)/u,
];

/** Text that must be put into a code span. */
const spans = lazyValue(
  () => new RegExp(`(${[...address(), ...code()].map((each) => each.source).join("|")})`, "iu"),
);

/**
 * Matches a text if `spans` might match it. Avoids compiling `spans`, which takes longer than escaping a
 * whole brief.
 */
const SIGN = /:\/\/|www\.|mailto:|xmpp:|[@_*<]/i;

/** Matches a character with a meaning in Markdown. */
const MARK = /[\\`&*_~<\]!]/;

/** Escapes text for use within one line of Markdown; joins its lines. Ordinary prose stays unchanged. */
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
      // Puts a space between adjacent code spans: Markdown would read them as one.
      .reduce((all, part) => (all.endsWith("`") && part.startsWith("`") ? `${all} ${part}` : all + part), "")
      .trim()
  );
}

/**
 * Escapes words, and puts addresses into code spans: they can be copied, but no renderer turns them into
 * links.
 */
function defused(words: string, isLast: boolean): string {
  const text = isLast ? words.trimEnd() : words;
  const parts = SIGN.test(text) ? text.split(spans()) : [text];
  return parts
    .map((part, at) => (at % 2 === 1 ? codeSpan(part) : defuse(part)))
    .join("")
    .replace(/^(?:#(?!#*\d)|>|[-+*](?=\s|$)|[-=][-=\s]*$|\[(?=[ x]\](?:\s|$)))/i, "\\$&")
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
}

/** Returns a code span that its text cannot close; empty for empty text. */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  if (line === "") return "";
  const fence = "`".repeat(longestRun(line, "`") + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Returns lines in a code block that they cannot close; empty for empty text. */
export function block(text: string, language = "text"): string {
  const lines = visibleText(text)
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  if (lines === "") return "";
  const fence = "`".repeat(Math.max(3, longestRun(lines, "`") + 1));
  return `${fence}${language}\n${lines}\n${fence}`;
}

/** Escapes characters with a meaning in Markdown; not an underscore inside a word, or a lone `*` or `<`. */
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
      // Escapes `<` at the end of the text too: a code span with an address may follow.
      .replace(/<(?!=?\s)/g, "\\<")
      // Escapes `]` at the end of the text too: the template may continue with ":" or "(".
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
