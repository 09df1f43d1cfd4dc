/** What another tree would overwrite: files that only the user has. */
import { compareWithTrees, kindsOnDisk, type TreeChange } from "../git/move/changes.ts";
import { unknownFiles } from "../git/move/unknown.ts";
import { unfinishedPaths } from "../git/work.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { withScratch } from "./scratch.ts";
import { list } from "./work.ts";

/** What of the paths that a move changes is the user's. */
export interface Kept {
  /** Changed before, or not tracked: git refuses or leaves them alone. */
  readonly paths: readonly string[];
  /** Some of them are ignored files with the very bytes that come. */
  readonly same: boolean;
  /** What was unfinished before, to be compared with what is afterwards. */
  readonly unfinished: string;
}

/**
 * Looks at what is on the disk where a move changes something. Failure `ignored-in-the-way` for files that git
 * ignores and that the move would overwrite with others: they are somebody's only copy.
 */
export async function checkBlockers(
  place: Place,
  branch: string,
  changes: readonly TreeChange[],
  trees: { readonly from: string; readonly to: string },
): Promise<Kept> {
  if (changes.length === 0) return { paths: [], same: false, unfinished: "" };
  const { root } = place.repository;
  const found = await unfinishedPaths(root);
  const { tracked, untracked, unmerged, submodules } = found;
  const dirty = new Set([...tracked, ...untracked, ...unmerged, ...submodules]);
  // What init wrote is not among the unfinished paths, and git itself refuses to overwrite it.
  const shared = changes.filter((each) => each.from === undefined && each.path.startsWith(".session/"));
  const there = await kindsOnDisk(
    root,
    shared.map((each) => each.path),
  );
  for (const name of there.keys()) dirty.add(name);
  const { files, blockers } = await unknownFiles(root, changes, dirty);
  if (files.length > 0) {
    const states = await withScratch(place, (bench) => compareWithTrees(bench, files, trees));
    blockers.push(...files.map((each) => each.path).filter((name) => states.get(name) !== "to"));
  }
  if (blockers.length > 0)
    throw new Failure(
      "ignored-in-the-way",
      `${list(blockers)} is ignored and not committed, and ${branch} would overwrite it`,
      { advice: "move it away first" },
    );
  const names = changes.map((each) => each.path).filter((name) => dirty.has(name));
  const paths = [...names, ...files.map((each) => each.path)];
  return { paths, same: files.length > 0, unfinished: JSON.stringify(found) };
}
