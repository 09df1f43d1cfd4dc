/** Strings that try to leave their container, and a reader of Markdown's inline rules that detects it. */
import fc from "fast-check";

const PIECES = [
  "`",
  "``",
  "```",
  "````sh",
  "~~~",
  "\n",
  "\r",
  "\u2028",
  "# h",
  "## Decisions",
  "- x",
  "+ x",
  "* x",
  "> q",
  ">q",
  "1. x",
  "2) y",
  "===",
  "---",
  "<b>",
  "</b>",
  "<!--",
  "-->",
  "<?x",
  "<1@x.example>",
  "[a](b)",
  "](x)",
  "![",
  "[x] ",
  "[r]: /u",
  "http://x.example/",
  "www.x.example",
  "mailto:a@x.example",
  "a@x.example",
  "&#8238;",
  "&lt;",
  "{{y}}",
  "{{{raw}}}",
  "{{> file}}",
  "\x1b[2J",
  "\u202e",
  "\u200d",
  "\u{e0041}",
  "\ufe0f",
  "\ud83d",
  "*",
  "**",
  "_",
  "__",
  "~",
  "\\",
  "|",
  "<",
  "!",
  "]",
  ":",
  "(",
  " ",
  "a",
  "é",
  "1",
];

export const hostile = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  {
    weight: 4,
    arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 10 }).map((pieces) => pieces.join("")),
  },
);

/** Returns the active rest of a text: escapes and code spans, by CommonMark's rules, become a middle dot. */
export function activeMarkup(text: string): string {
  let left = "";
  for (let at = 0; at < text.length; ) {
    const escaped = /^\\[!-/:-@[-`{-~]/.exec(text.slice(at))?.[0];
    const ticks = /^`+/.exec(text.slice(at))?.[0];
    const end = ticks === undefined ? -1 : closing(text, at + ticks.length, ticks.length);
    if (escaped !== undefined) at += escaped.length;
    else if (end >= 0) at = end;
    else {
      left += text[at];
      at += 1;
      continue;
    }
    left += "·";
  }
  return left;
}

/** Returns the end of the next run of exactly so many backticks, or -1. */
function closing(text: string, from: number, length: number): number {
  for (const run of text.slice(from).matchAll(/`+/g))
    if (run[0].length === length) return from + run.index + length;
  return -1;
}

/** Something that a renderer would act on inside a line. */
export const ACTS =
  /`|<[a-z/!?]|\][([:]|!\[|&#?\w{1,31};|[a-z]:\/\/|www\.|mailto:|[\w.+-]@[\w-]+\.\w|~~|[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\u200b-\u200f\u202a-\u202e\u2060-\u206f]|[\u{e0000}-\u{e0fff}]/iu;
