/**
 * Keeps text from acting on a forge: `@name` notifies, `fixes #1` closes, `[skip ci]` skips a build. Inserts
 * an invisible word joiner, which the parser removes again. Pure.
 */
import { CLOSING_VERBS, COMMANDS, DIRECTIVES, REFERENCES } from "./forge-commands.ts";

export const JOINER = "\u2060";

/**
 * Positions at which the text is changed: each joiner that the text already has is doubled, so that it can be
 * restored.
 */
const BEFORE = "(?<=[ @<!\\]#/[*:_^-])";
const PUT_IN = new RegExp(`${BEFORE}${JOINER}`, "g");
const OWN = new RegExp(`${BEFORE}${JOINER}+`, "g");

const CLOSING = new RegExp(
  `\\b(?:${CLOSING_VERBS.flatMap(([, verbs]) => verbs.split(" ")).join("|")})\\b`,
  "i",
);
const ACTING = new RegExp(DIRECTIVES.flatMap(([, ...phrases]) => phrases.map(patternOf)).join("|"), "gi");

/** Matches a code span, in which names notify nobody. */
const CODE = /(?<![\\`])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g;

/** Returns a text that triggers no action of a forge in any message. */
export function neutralizeWords(text: string): string {
  const alone = [...COMMANDS, ["phrases", ACTING] as const].reduce(withJoiners, text);
  const at = alone.search(CLOSING);
  // GitLab closes every issue in a list after the word.
  return at < 0 ? alone : alone.slice(0, at) + REFERENCES.reduce(withJoiners, alone.slice(at));
}

/** Returns Markdown that notifies nobody and triggers no action: a forge may use it as a commit message. */
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

/** Returns the lines of a trailer block as text that triggers no action; `undoNeutralize` reverses it. */
export function neutralizeBlock(block: string): string {
  return block
    .split(/\n(?=\S| - )/)
    .map((item) => neutralizeWords(item.replace(OWN, `$&${JOINER}`)))
    .join("\n");
}

/**
 * Returns the lines of a trailer block for a pull request's description, without markup, links, images and
 * notifications.
 */
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

/** Removes the word joiners that `neutralizeBlock` inserted into a text. */
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

/** Returns a pattern for a phrase up to its bar, followed by a lookahead for the rest. */
function patternOf(phrase: string): string {
  const [before = "", behind = ""] = phrase.split("|").map((part) =>
    part
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll(" ", "[ _-]")
      .replaceAll("…", "[\\w. -]{1,40}"),
  );
  return `${before}(?=${behind})`;
}
