/** Computes the result of a merge, without touching index or work tree. */

import { gitFailure } from "../failure.ts";
import { treeOf } from "../objects.ts";
import { ask } from "../read.ts";
import { mergeTrees } from "./merge-trees.ts";
import type { IndexWorkspace } from "./separate-index.ts";

/**
 * The result of a merge. `nothing`: ours already contains theirs. `forward`: ours is behind theirs.
 * `unrelated`: git would refuse. `strategy`: option with which `git merge` gives the same result.
 */
export type MergeResult =
  | { readonly how: "nothing" | "forward"; readonly tree: string; readonly strategy?: undefined }
  | { readonly how: "merge"; readonly tree: string; readonly strategy: "ort" | "recursive" }
  | { readonly how: "conflicts"; readonly paths: readonly string[] }
  | { readonly how: "unrelated" };

/** Merges two commits as git would. Writes objects only. */
export async function mergeResult(bench: IndexWorkspace, ours: string, theirs: string): Promise<MergeResult> {
  const { root } = bench.repository;
  const base = (await ask(root, ["merge-base", ours, theirs])).stdout.trim();
  if (base === "") return { how: "unrelated" };
  if (base === theirs) return { how: "nothing", tree: await treeOf(root, ours) };
  if (base === ours) return { how: "forward", tree: await treeOf(root, theirs) };
  const args = ["merge-tree", "--write-tree", "--no-messages", "--name-only", "-z", ours, theirs];
  const answer = await ask(root, args);
  const [tree = "", ...paths] = answer.stdout.split("\0").filter((each) => each !== "");
  if (answer.code === 0) return { how: "merge", tree, strategy: "ort" };
  if (answer.code === 1 && paths.length > 0) return { how: "conflicts", paths };
  // Exit code 129: git before 2.38 lacks --write-tree.
  if (answer.code !== 129) throw gitFailure(args, answer.stderr);
  const merged = await mergeTrees(bench, base, ours, theirs);
  return merged.conflicts.length > 0
    ? { how: "conflicts", paths: merged.conflicts }
    : { how: "merge", tree: merged.tree, strategy: "recursive" };
}
