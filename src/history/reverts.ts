/** Finds reverted commits, even if a rewrite changed the ids that the revert's message names. */
import { log, logLines } from "../git/commits.ts";
import { patchIds } from "../git/history/patch-ids.ts";
import { searchedCommit } from "../trailers/checkpoints.ts";
import {
  type Claim,
  revertClaims,
  revertedBy,
  revertedMerges,
  type SearchedCommit,
} from "../trailers/reverts.ts";
import type { Trace } from "./trace.ts";

/** Maximum reverts whose patches are compared. */
const MAX_CLAIMS = 50;

/**
 * Returns reverted commits, each with its revert. `commits`: newest first. Runs git only for a revert that
 * names no commit of this history (its inverse patch decides), or that reverts a merge whose side is missing.
 */
export async function revertsOf(
  root: string,
  commits: readonly SearchedCommit[],
): Promise<ReadonlyMap<string, string>> {
  const claims = revertClaims(commits).slice(0, MAX_CLAIMS);
  const merges = revertedMerges(commits).slice(0, MAX_CLAIMS);
  // The mainline parent of the oldest merge is older than all merged commits.
  const before = merges.at(-1)?.mainline;
  const [meant, sides] = await Promise.all([
    claims.length === 0 ? undefined : meantBy(root, claims),
    before === undefined
      ? []
      : logLines(
          root,
          merges.map((each) => each.merge),
          [before],
        ),
  ]);
  return revertedBy(
    commits,
    meant,
    sides.filter((each) => !each.boundary),
  );
}

/** Maximum commits to search for reverts of inherited decisions. */
const LOOKED_THROUGH = 500;

/**
 * Returns reverts among a session's own commits, and of commits below `tip` that carry inherited decisions.
 */
export async function revertsWith(
  root: string,
  commits: readonly SearchedCommit[],
  { carriers }: Pick<Trace, "carriers">,
  tip: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const own = new Set(commits.map((each) => each.commit.oid));
  const isBelow = [...carriers.values()].some((each) => !own.has(each.commit));
  if (!isBelow || tip === undefined) return revertsOf(root, commits);
  const below = await log(root, [tip], { limit: LOOKED_THROUGH });
  const more = below.filter((each) => !own.has(each.oid));
  return revertsOf(root, [...commits, ...more.map(searchedCommit)]);
}

/**
 * Returns the reverted commit of each claim: the newest commit with the inverse patch, else the only commit
 * with the quoted subject.
 */
async function meantBy(root: string, claims: readonly Claim[]): Promise<Map<string, string>> {
  const candidates = [...new Set(claims.flatMap((each) => each.candidates))];
  // Lists the reversed diff of a revert: from the revert to its parent.
  const inverse = (each: Claim) => (each.parent === undefined ? [] : [`${each.parent} ${each.by}`]);
  const [made, inverses] = await Promise.all([
    patchIds(root, candidates),
    patchIds(root, claims.flatMap(inverse)),
  ]);
  const patchOf = new Map(made.map((each) => [each.commit, each.patch]));
  const inverseOf = new Map(inverses.map((each) => [each.commit, each.patch]));
  const taken = new Set<string>();
  const meant = new Map<string, string>();
  for (const { by, parent, candidates: all, named } of claims) {
    const patch = inverseOf.get(parent ?? "");
    const free = all.filter((each) => !taken.has(each));
    const same = free.find((each) => patch !== undefined && patchOf.get(each) === patch);
    const found = same ?? (named && free.length === 1 ? free[0] : undefined);
    if (found === undefined) continue;
    taken.add(found);
    meant.set(by, found);
  }
  return meant;
}
