/** Splits messages that are still being edited. Pure. */
import { blocksOf } from "./find-blocks.ts";

/**
 * Splits a message into its text and the comments below it, which include an editor's cut line and everything
 * after it. `comment`: the comment prefix, empty for a message without comments.
 */
export function splitComments(message: string, comment: string): { text: string; below: string } {
  if (comment === "") return { text: message, below: "" };
  const cut = `${comment} ------------------------ >8 ------------------------`;
  const lines = message.split("\n");
  const end = lines.indexOf(cut);
  const shown = end < 0 ? lines : lines.slice(0, end);
  let words = shown.length;
  while (words > 0 && isComment(shown[words - 1] ?? "", comment)) words -= 1;
  const below = shown
    .slice(words)
    .join("\n")
    .replace(/^\n+|\n+$/g, "");
  const text = shown.slice(0, words).join("\n");
  return { text: text === "" ? "" : `${text}\n`, below: below === "" ? "" : `${below}\n` };
}

function isComment(line: string, comment: string): boolean {
  return line.trim() === "" || line.startsWith(comment);
}

/**
 * Returns a message without trailer blocks of sessions at the left margin, for a message that git joined from
 * several.
 */
export function withoutBlocks(message: string): string {
  const lines = message.split("\n");
  const ours = new Set(
    blocksOf(message)
      .filter(({ entries }) => entries.some((entry) => entry.key.startsWith("Session-")))
      .flatMap(({ entries }) => entries)
      .flatMap(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at)),
  );
  return lines
    .filter((_, at) => !ours.has(at))
    .join("\n")
    .replace(/\n{3,}/g, "\n\n");
}
