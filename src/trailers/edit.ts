/** Parts of a message that is still being edited. Pure. */
import { blocksOf } from "./recover.ts";

/**
 * Splits a message into its words and the comments below them; with an editor's cut line, all from there on goes.
 * `comment` is what comments begin with; empty where the message has none.
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

/** A message without the blocks of ours that stand in it at the margin: for one that git put together out of several. */
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
