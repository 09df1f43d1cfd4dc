/**
 * Text for a forge, which acts on some of it: `@name` calls somebody, `fixes #1` closes an issue. A word joiner, which
 * nobody sees, keeps others' words from doing so; whoever reads a record takes it out again. Pure.
 */

const JOINER = "\u2060";

/** Words that close issues on GitHub, GitLab, Gitea and Forgejo. */
const CLOSING =
  /\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?|re-?open(?:s|ed|ing)?)\b/i;

/** A code span: forges act on nothing in one. */
const CODE = /(?<![\\`])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g;

/** Markdown in which nobody is called and nothing is closed. */
export function quietMarkdown(text: string): string {
  let fence = "";
  return text
    .split("\n")
    .map((line) => {
      const [, mark = ""] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
      const inside = fence !== "";
      if (!inside) fence = mark;
      else if (mark.startsWith(fence)) fence = "";
      return inside || mark !== "" ? line : outsideCode(line);
    })
    .join("\n");
}

/** The trailers of a record as text of a description: nothing of it is markup, a link, an image or a call. */
export function quietTrailers(block: string): string {
  return block
    .split("\n")
    .map((line) =>
      quiet(line)
        .replace(/<(?=[a-z/!?])/gi, `<${JOINER}`)
        .replace(/!(?=\[)/g, `!${JOINER}`)
        .replace(/\](?=[([:])/g, `]${JOINER}`)
        .replace(/^( {5})(?=[^\s\p{L}\p{N}])/u, `$1${JOINER}`),
    )
    .join("\n");
}

/** What was made quiet, as it was. */
export function unquiet(text: string): string {
  return text.includes(JOINER) ? text.replace(/(?<=[@<!\]#/-]|^ {5})\u2060/gm, "") : text;
}

function outsideCode(line: string): string {
  let done = "";
  let at = 0;
  for (const match of line.matchAll(CODE)) {
    done += quiet(line.slice(at, match.index)) + match[0];
    at = match.index + match[0].length;
  }
  return done + quiet(line.slice(at));
}

function quiet(line: string): string {
  const calls = line.replace(/(?<!\w)@(?=\w)/g, `@${JOINER}`);
  const at = calls.search(CLOSING);
  if (at < 0) return calls;
  // GitLab closes every issue of a list behind the word.
  const behind = calls
    .slice(at)
    .replace(/#(?=\d)/g, `#${JOINER}`)
    .replace(/\b(GH-|[A-Z][A-Z0-9]{1,9}-)(?=\d)/g, `$1${JOINER}`)
    .replace(/\/(issues|work_items|pulls?|merge_requests)\/(?=\d)/g, `/$1/${JOINER}`);
  return calls.slice(0, at) + behind;
}
