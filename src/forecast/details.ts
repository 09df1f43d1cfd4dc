/** Of a merge that conflicts: which lines, who changed them, and since when. */
import { lstat } from "node:fs/promises";
import path from "node:path";
import { readObjects } from "../git/cat-file.ts";
import { type Touch, touchesOf } from "../git/lines/touches.ts";
import type { Conflicted } from "../git/move/merges.ts";
import type { ConflictFile, ConflictHunk, ConflictTouch } from "../views/shapes/conflicts.ts";
import type { Objects } from "../worktree/same.ts";
import { hunksOf } from "./hunks.ts";
import type { Side } from "./sides.ts";

/** Largest file whose hunks are looked for, in bytes; most such files of two branches, and most hunks of one. */
const MAX_BYTES = 256 * 1024;
const MAX_FILES = 50;
const MAX_HUNKS = 50;

/** Describes the conflicts between two sides. `tree` holds the files with conflict markers; without it no hunk is known. */
export async function conflictFiles(
  root: string,
  sides: readonly [one: Side, other: Side],
  { tree, files }: { readonly tree?: string; readonly files: readonly Conflicted[] },
  objects: Objects,
): Promise<ConflictFile[]> {
  const [one, other] = sides;
  const [hunks, touches] = await Promise.all([
    tree === undefined ? new Map<string, ConflictHunk[]>() : readHunks(root, sides, tree, files, objects),
    touchesOf(
      root,
      [one.commit, other.commit],
      files.map((each) => each.path),
      objects,
    ),
  ]);
  return Promise.all(
    files
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .map(async (each): Promise<ConflictFile> => {
        const of = (side: Touch["side"]) =>
          touches.filter((touch) => touch.side === side && touch.path === each.path);
        const [ones, others] = await Promise.all([
          touchView(one, each.path, of("one")),
          touchView(other, each.path, of("other")),
        ]);
        return {
          path: each.path,
          kind: tree === undefined ? "conflict" : kindOf(each),
          hunks: hunks.get(each.path) ?? [],
          one: ones,
          other: others,
          since: ones && others ? later(ones.first, others.first) : null,
        };
      }),
  );
}

function kindOf({ base, ours, theirs }: Conflicted): ConflictFile["kind"] {
  if (ours !== undefined && theirs !== undefined) return base === undefined ? "added" : "changed";
  if (base === undefined) return "moved";
  if (ours === undefined && theirs === undefined) return "moved";
  return ours === undefined ? "removed by one" : "removed by other";
}

const later = (one: string, other: string) => (Date.parse(one) > Date.parse(other) ? one : other);

async function touchView(side: Side, file: string, touches: readonly Touch[]): Promise<ConflictTouch | null> {
  const [newest, oldest] = [touches[0], touches.at(-1)];
  if (!newest || !oldest) return null;
  const isWork = (touch: Touch) => touch.commit === side.commit && side.commit !== side.tip;
  const changed = isWork(newest) || isWork(oldest) ? await changedAt(side, file) : "";
  return {
    commit: isWork(newest) ? null : newest.commit,
    who: isWork(newest) ? null : newest.who,
    at: isWork(newest) ? changed : newest.at,
    first: isWork(oldest) ? changed : oldest.at,
  };
}

/** When a file of a worktree, or the folder that it is gone from, was written. */
async function changedAt({ worktree = "", session }: Side, file: string): Promise<string> {
  for (let at = path.join(worktree, file); at.length >= worktree.length; at = path.dirname(at)) {
    const found = await lstat(at).catch(() => undefined);
    if (found) return new Date(Math.floor(found.mtimeMs / 1000) * 1000).toISOString();
  }
  return session?.touched ?? new Date(0).toISOString();
}

async function readHunks(
  root: string,
  [one, other]: readonly [Side, Side],
  tree: string,
  files: readonly Conflicted[],
  objects: Objects,
): Promise<Map<string, ConflictHunk[]>> {
  const both = files
    .flatMap(({ path: name, ours, theirs }) =>
      ours !== undefined && theirs !== undefined && !name.includes("\n") ? [{ name, ours, theirs }] : [],
    )
    .slice(0, MAX_FILES);
  if (both.length === 0) return new Map();
  const names = both.flatMap(({ name, ours, theirs }) => [`${tree}:${name}`, ours, theirs]);
  const texts = await readObjects(root, names, MAX_BYTES, "utf8", objects);
  return new Map(
    both.map(({ name }, at) => {
      const [merged, ours, theirs] = texts.slice(at * 3, at * 3 + 3).map((each) => each?.text);
      if (merged === undefined || ours === undefined || theirs === undefined) return [name, []];
      const found = hunksOf(merged, { one: ours, other: theirs }, { one: one.commit, other: other.commit });
      return [name, found.slice(0, MAX_HUNKS)];
    }),
  );
}
