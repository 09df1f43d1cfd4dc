/**
 * Text for a forge, which acts on some of it: `@name` calls somebody, `fixes #1` closes an issue, `[skip ci]` switches a
 * build off. A word joiner, which nobody sees, keeps others' words from doing so; whoever reads a record takes it out
 * again. Pure.
 */
import { CLOSING_VERBS, COMMANDS, DIRECTIVES, REFERENCES } from "./acting.ts";

export const JOINER = "\u2060";

/** What stands before each joiner that is put in. Those that a text has there are doubled, to come back as they were. */
const BEFORE = "(?<=[ @<!\\]#/[*:_^-])";
const PUT_IN = new RegExp(`${BEFORE}${JOINER}`, "g");
const OWN = new RegExp(`${BEFORE}${JOINER}+`, "g");

const CLOSING = new RegExp(
  `\\b(?:${CLOSING_VERBS.flatMap(([, verbs]) => verbs.split(" ")).join("|")})\\b`,
  "i",
);
const ACTING = new RegExp(DIRECTIVES.flatMap(([, ...phrases]) => phrases.map(patternOf)).join("|"), "gi");

/** A code span: nobody is called in one. */
const CODE = /(?<![\\`])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g;

/** Returns words that close nothing and switch nothing off, in whatever message they stand. */
export function quietWords(text: string): string {
  const alone = [...COMMANDS, ["phrases", ACTING] as const].reduce(withJoiners, text);
  const at = alone.search(CLOSING);
  // GitLab closes every issue of a list behind the word.
  return at < 0 ? alone : alone.slice(0, at) + REFERENCES.reduce(withJoiners, alone.slice(at));
}

/** Returns Markdown in which nobody is called and nothing acts: a forge may make a commit message of it. */
export function quietMarkdown(text: string): string {
  let fence = "";
  return text
    .split("\n")
    .map((line) => {
      const [, mark = ""] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
      const inside = fence !== "";
      if (!inside) fence = mark;
      else if (mark.startsWith(fence)) fence = "";
      const words = quietWords(line);
      return inside || mark !== "" ? words : outsideCode(words);
    })
    .join("\n");
}

/** Returns the lines of a record, which `unquiet` gives back, as words that do not act. */
export function quietBlock(block: string): string {
  return block
    .split(/\n(?=\S| - )/)
    .map((item) => quietWords(item.replace(OWN, `$&${JOINER}`)))
    .join("\n");
}

/** Returns the lines of a record as text of a description: nothing of it is markup, a link, an image or a call either. */
export function quietTrailers(block: string): string {
  return quietBlock(block)
    .split("\n")
    .map((line) =>
      quietCalls(line)
        .replace(/<(?=[a-z/!?])/gi, `<${JOINER}`)
        .replace(/!(?=\[)/g, `!${JOINER}`)
        .replace(/\](?=[([:])/g, `]${JOINER}`)
        .replace(/^( {5})(?=[^\s\p{L}\p{N}\u2060])/u, `$1${JOINER}`),
    )
    .join("\n");
}

/** What was made quiet, as it was. */
export function unquiet(text: string): string {
  return text.includes(JOINER) ? text.replace(PUT_IN, "") : text;
}

function outsideCode(line: string): string {
  let done = "";
  let at = 0;
  for (const match of line.matchAll(CODE)) {
    done += quietCalls(line.slice(at, match.index)) + match[0];
    at = match.index + match[0].length;
  }
  return done + quietCalls(line.slice(at));
}

function quietCalls(line: string): string {
  return line.replace(/(?<!\w)@(?=\w)/g, `@${JOINER}`);
}

function withJoiners(text: string, [, pattern]: readonly [who: string, pattern: RegExp]): string {
  return text.replace(pattern, `$&${JOINER}`);
}

/** A phrase up to its bar, where the rest of it follows. */
function patternOf(phrase: string): string {
  const [before = "", behind = ""] = phrase.split("|").map((part) =>
    part
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll(" ", "[ _-]")
      .replaceAll("…", "[\\w. -]{1,40}"),
  );
  return `${before}(?=${behind})`;
}
