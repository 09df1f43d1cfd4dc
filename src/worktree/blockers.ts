/** Finds files of the user that are in no commit and that another tree would overwrite. */
import { rm } from "node:fs/promises";
import { compareWithTrees, diskPath, kindsOnDisk, type TreeChange } from "../git/move/changes.ts";
import { untrackedFiles } from "../git/move/untracked-files.ts";
import { unfinishedPaths } from "../git/stash-commit.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { withScratch } from "./scratch-index.ts";
import { pathsWith } from "./stash-work.ts";

/** The user's own paths among the paths that a move changes. */
export interface OwnPaths {
  /** Changed or untracked paths: git refuses to overwrite them, or leaves them unchanged. */
  readonly paths: readonly string[];
  /** True if some are ignored files that equal the incoming files. */
  readonly same: boolean;
  /** Text of the unfinished work before the move, to compare with afterwards. */
  readonly unfinished: string;
}

/**
 * Checks the files on disk at the paths that a move changes.
 * @throws Failure `ignored-in-the-way` for ignored files that the move would overwrite: they may be the only
 * copy
 */
export async function checkBlockers(
  place: Place,
  branch: string,
  changes: readonly TreeChange[],
  trees: { readonly from: string; readonly to: string },
): Promise<OwnPaths> {
  if (changes.length === 0) return { paths: [], same: false, unfinished: "" };
  const { root } = place.repository;
  const found = await unfinishedPaths(root);
  const { tracked, untracked, unmerged, submodules } = found;
  const dirty = new Set([...tracked, ...untracked, ...unmerged, ...submodules]);
  // Files written by `init` do not count as unfinished, but git refuses to overwrite them.
  const shared = changes.filter((each) => each.from === undefined && each.path.startsWith(".session/"));
  const there = await kindsOnDisk(
    root,
    shared.map((each) => each.path),
  );
  for (const name of there.keys()) dirty.add(name);
  const { files, blockers } = await untrackedFiles(root, changes, dirty);
  if (files.length > 0) {
    const states = await withScratch(place, (bench) => compareWithTrees(bench, files, trees));
    blockers.push(...files.map((each) => each.path).filter((name) => states.get(name) !== "to"));
  }
  if (blockers.length > 0)
    throw new Failure(
      "ignored-in-the-way",
      pathsWith(
        blockers,
        `is ignored and not committed, and ${branch} would overwrite it`,
        `are ignored and not committed, and ${branch} would overwrite them`,
      ),
      { advice: "move it away first" },
    );
  const names = changes.map((each) => each.path).filter((name) => dirty.has(name));
  const paths = [...names, ...files.map((each) => each.path)];
  return { paths, same: files.length > 0, unfinished: JSON.stringify(found) };
}

/**
 * Removes untracked files that equal the incoming files: git could not remove them when it left the branch.
 * Returns the other paths.
 */
export async function removeLeft(
  place: Place,
  changes: readonly TreeChange[],
  paths: readonly string[],
  trees: { readonly from: string; readonly to: string },
): Promise<string[]> {
  const added = changes.filter((each) => each.from === undefined && paths.includes(each.path));
  if (added.length === 0) return [...paths];
  const states = await withScratch(place, (bench) => compareWithTrees(bench, added, trees));
  const left = paths.filter((each) => states.get(each) === "to");
  await Promise.all(left.map((each) => rm(diskPath(place.repository.root, each), { force: true })));
  return paths.filter((each) => !left.includes(each));
}
