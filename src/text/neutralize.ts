/**
 * Keeps text from acting on a forge: `@name` notifies, `fixes #1` closes, `[skip ci]` skips a build. Inserts
 * an invisible word joiner, which reading removes. Pure.
 */
import { CLOSING_VERBS, COMMANDS, DIRECTIVES, REFERENCES } from "./forge-commands.ts";

export const JOINER = "\u2060";

/**
 * Position of each inserted joiner. Joiners that the text already has are doubled, so that they come back.
 */
const BEFORE = "(?<=[ @<!\\]#/[*:_^-])";
const PUT_IN = new RegExp(`${BEFORE}${JOINER}`, "g");
const OWN = new RegExp(`${BEFORE}${JOINER}+`, "g");

const CLOSING = new RegExp(
  `\\b(?:${CLOSING_VERBS.flatMap(([, verbs]) => verbs.split(" ")).join("|")})\\b`,
  "i",
);
const ACTING = new RegExp(DIRECTIVES.flatMap(([, ...phrases]) => phrases.map(patternOf)).join("|"), "gi");

/** A code span, in which names notify nobody. */
const CODE = /(?<![\\`])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g;

/** Returns words that act on nothing in any message. */
export function neutralizeWords(text: string): string {
  const alone = [...COMMANDS, ["phrases", ACTING] as const].reduce(withJoiners, text);
  const at = alone.search(CLOSING);
  // GitLab closes every issue in a list after the word.
  return at < 0 ? alone : alone.slice(0, at) + REFERENCES.reduce(withJoiners, alone.slice(at));
}

/** Returns Markdown that notifies nobody and acts on nothing: a forge may use it as a commit message. */
export function neutralizeMarkdown(text: string): string {
  let fence = "";
  return text
    .split("\n")
    .map((line) => {
      const [, mark = ""] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
      const inside = fence !== "";
      if (!inside) fence = mark;
      else if (mark.startsWith(fence)) fence = "";
      const words = neutralizeWords(line);
      return inside || mark !== "" ? words : outsideCode(words);
    })
    .join("\n");
}

/** Returns the lines of a record as words that do not act; `undoNeutralize` reverses it. */
export function neutralizeBlock(block: string): string {
  return block
    .split(/\n(?=\S| - )/)
    .map((item) => neutralizeWords(item.replace(OWN, `$&${JOINER}`)))
    .join("\n");
}

/** Returns the lines of a record for a description, without markup, links, images and notifications. */
export function neutralizeTrailers(block: string): string {
  return neutralizeBlock(block)
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

/** Reverses `neutralizeBlock`. */
export function undoNeutralize(text: string): string {
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

/** Returns a pattern for a phrase up to its bar, followed by the rest. */
function patternOf(phrase: string): string {
  const [before = "", behind = ""] = phrase.split("|").map((part) =>
    part
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll(" ", "[ _-]")
      .replaceAll("…", "[\\w. -]{1,40}"),
  );
  return `${before}(?=${behind})`;
}
