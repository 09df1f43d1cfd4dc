/** Finds the lines of conflicts in the files of both sides. Pure. */
import type { ConflictHunk } from "../views/shapes/conflicts.ts";

/** One conflict of a file with conflict markers: the lines before it, and the lines of each side. */
interface Piece {
  readonly before: readonly string[];
  readonly one: readonly string[];
  readonly other: readonly string[];
}

/**
 * Returns the hunks of a file with conflict markers that name the two commits: for each side the first and
 * last line, from 1. The merged file also holds lines of only one side, so its line numbers match neither
 * side: the function finds each hunk by its own lines and the lines before it.
 * @see git-merge(1), "HOW CONFLICTS ARE PRESENTED"
 */
export function hunksOf(
  merged: string,
  files: { readonly one: string; readonly other: string },
  commits: { readonly one: string; readonly other: string },
): ConflictHunk[] {
  const one = finder(files.one);
  const other = finder(files.other);
  return piecesOf(merged, commits, files).map((piece) => ({
    one: one(piece.before, piece.one),
    other: other(piece.before, piece.other),
  }));
}

function piecesOf(
  merged: string,
  { one, other }: { readonly one: string; readonly other: string },
  files: { readonly one: string; readonly other: string },
): Piece[] {
  const pieces: Piece[] = [];
  const lines = linesOf(merged);
  let before: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const marker = /^<{3,}(?= )/.exec(lines[at] ?? "")?.[0];
    const names = (line: string | undefined, mark: string, commit: string) =>
      line?.startsWith(`${mark} ${commit}`) ?? false;
    if (marker === undefined || !names(lines[at], marker, one)) {
      before.push(lines[at] ?? "");
      continue;
    }
    const size = marker.length;
    const end = lines.findIndex((line, place) => place > at && names(line, ">".repeat(size), other));
    if (end < 0) break;
    const inside = lines.slice(at + 1, end);
    const split = splitOf(inside, "=".repeat(size), files);
    pieces.push({ before, one: inside.slice(0, split), other: inside.slice(split + 1) });
    before = [];
    at = end;
  }
  return pieces;
}

/**
 * Returns the index of the middle conflict marker. If a line of the file looks like the marker, chooses the
 * marker with lines above it that are in the first side's file, and lines below it that are in the other
 * side's file.
 */
function splitOf(
  inside: readonly string[],
  middle: string,
  files: { readonly one: string; readonly other: string },
): number {
  const places = inside.flatMap((line, at) => (line === middle ? [at] : []));
  const [first = inside.length] = places;
  if (places.length <= 1) return first;
  const has = (file: string, lines: readonly string[]) =>
    lines.length === 0 || `\n${linesOf(file).join("\n")}\n`.includes(`\n${lines.join("\n")}\n`);
  return (
    places.find((at) => has(files.one, inside.slice(0, at)) && has(files.other, inside.slice(at + 1))) ??
    first
  );
}

/**
 * Returns a function that finds the next hunk in a file, after the previous hunk. Among equal lines, it
 * chooses the lines with the most equal lines before them.
 */
function finder(text: string) {
  const lines = linesOf(text);
  let from = 0;
  return (before: readonly string[], wanted: readonly string[]): readonly [number, number] => {
    let best = { at: Math.min(from, lines.length), score: -1 };
    for (let at = from; at + wanted.length <= lines.length; at++) {
      if (!wanted.every((line, off) => lines[at + off] === line)) continue;
      const score = alike(lines, at, before);
      if (score > best.score) best = { at, score };
      if (score === before.length && at - from === before.length) break;
    }
    from = best.at + wanted.length;
    return [best.at + 1, best.at + wanted.length];
  };
}

/** Maximum lines before a hunk to compare. */
const CONTEXT = 50;

/** Counts the lines above index `at` that equal the last lines of `before`. */
function alike(lines: readonly string[], at: number, before: readonly string[]): number {
  let count = 0;
  while (count < CONTEXT && count < before.length && at - 1 - count >= 0) {
    if (lines[at - 1 - count] !== before[before.length - 1 - count]) break;
    count++;
  }
  return count;
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
