/** Describes conflicts: which lines conflict, who changed them, and since when. */
import { lstat } from "node:fs/promises";
import path from "node:path";
import { readObjects } from "../git/cat-file.ts";
import { type Touch, touchesOf } from "../git/lines/changed-by.ts";
import type { Conflicted } from "../git/move/merge-many.ts";
import { mapLimited } from "../text/concurrency.ts";
import type { ConflictFile, ConflictHunk, ConflictTouch } from "../views/shapes/conflicts.ts";
import type { ObjectFolders } from "../worktree/compare-files.ts";
import { hunksOf } from "./conflict-hunks.ts";
import type { Side } from "./sides.ts";

/** Maximum bytes of a file to search for conflict hunks. */
const MAX_BYTES = 256 * 1024;
/** Maximum files of a pair of branches to search for conflict hunks. */
const MAX_FILES = 50;
/** Maximum conflict hunks to list for a file. */
const MAX_HUNKS = 50;

/** Maximum git processes at the same time. */
const AT_ONCE = 4;

/** Two sides that conflict. `tree` holds their files with conflict markers; without it, hunks are unknown. */
export interface Conflict {
  readonly sides: readonly [one: Side, other: Side];
  readonly tree?: string;
  readonly files: readonly Conflicted[];
}

type Hunks = ReadonlyMap<string, readonly ConflictHunk[]>;

/**
 * Returns the files of each conflict, sorted by path, with hunks, authors and times. One git process
 * reads all files, and one for each conflict finds the commits that changed them.
 */
export async function describeConflicts(
  root: string,
  conflicts: readonly Conflict[],
  objects: ObjectFolders,
): Promise<ConflictFile[][]> {
  if (conflicts.length === 0) return [];
  const hunks = readHunks(root, conflicts, objects);
  return mapLimited([...conflicts.entries()], AT_ONCE, async ([at, each]) => {
    const commits = each.sides.map(({ commit }) => commit) as [string, string];
    const paths = each.files.map(({ path: name }) => name);
    const touches = await touchesOf(root, commits, paths, objects);
    return describe(each, touches, (await hunks)[at] ?? new Map());
  });
}

function describe(
  { sides: [one, other], tree, files }: Conflict,
  touches: readonly Touch[],
  hunks: Hunks,
): Promise<ConflictFile[]> {
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

/**
 * Returns the time of a file's last write in a worktree, in ISO 8601; for a deleted file, the last write of
 * its folder.
 */
async function changedAt({ worktree = "", session }: Side, file: string): Promise<string> {
  for (let at = path.join(worktree, file); at.length >= worktree.length; at = path.dirname(at)) {
    const found = await lstat(at).catch(() => undefined);
    if (found) return new Date(Math.floor(found.mtimeMs / 1000) * 1000).toISOString();
  }
  return session?.touched ?? new Date(0).toISOString();
}

async function readHunks(
  root: string,
  conflicts: readonly Conflict[],
  objects: ObjectFolders,
): Promise<readonly Hunks[]> {
  const wanted = conflicts.map(({ tree, files }) =>
    files
      .flatMap(({ path: name, ours, theirs }) =>
        tree !== undefined && ours !== undefined && theirs !== undefined && !name.includes("\n")
          ? [{ name, objects: [`${tree}:${name}`, ours, theirs] }]
          : [],
      )
      .slice(0, MAX_FILES),
  );
  const names = wanted.flatMap((each) => each.flatMap((one) => one.objects));
  const texts = names.length === 0 ? [] : await readObjects(root, names, MAX_BYTES, "utf8", objects);
  return wanted.map((each, at) => {
    const [one, other] = conflicts[at]?.sides ?? [];
    return new Map(
      each.map(({ name }) => {
        const [merged, ours, theirs] = texts.splice(0, 3).map((text) => text?.text);
        if (!one || !other || merged === undefined || ours === undefined || theirs === undefined)
          return [name, []];
        const files = { one: ours, other: theirs };
        const found = hunksOf(merged, files, { one: one.commit, other: other.commit });
        return [name, found.slice(0, MAX_HUNKS)];
      }),
    );
  });
}
