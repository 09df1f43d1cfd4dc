/** Which commits were reverted, also where a rewrite gave them other ids than the revert's message names. */
import { log, logLines } from "../git/commits.ts";
import { patchIds } from "../git/patches.ts";
import { takenOf } from "../trailers/checkpoints.ts";
import { type Claim, revertClaims, revertedBy, revertedMerges, type Taken } from "../trailers/reverts.ts";
import type { Trace } from "./trace.ts";

/** Reverts whose patches are compared. */
const MAX_CLAIMS = 50;

/**
 * Returns reverted commits, each with the commit that reverted it. `commits` are newest first. Runs git only where a
 * revert names no commit of this history, when its inverse patch tells which commit it means, and where it reverts a
 * merge whose side this history does not show.
 */
export async function revertsOf(
  root: string,
  commits: readonly Taken[],
): Promise<ReadonlyMap<string, string>> {
  const claims = revertClaims(commits).slice(0, MAX_CLAIMS);
  const merges = revertedMerges(commits).slice(0, MAX_CLAIMS);
  // What the mainline of the oldest one holds was there before each of the merges.
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

/** How many commits are looked through for the reverts of decisions that a session inherited. */
const LOOKED_THROUGH = 500;

/**
 * The same for a session's own commits, `commits`, and for those that carry what it inherited: the commits below `tip`
 * tell about those.
 */
export async function revertsWith(
  root: string,
  commits: readonly Taken[],
  { carriers }: Pick<Trace, "carriers">,
  tip: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const own = new Set(commits.map((each) => each.commit.oid));
  const isBelow = [...carriers.values()].some((each) => !own.has(each.commit));
  if (!isBelow || tip === undefined) return revertsOf(root, commits);
  const below = await log(root, [tip], { limit: LOOKED_THROUGH });
  const more = below.filter((each) => !own.has(each.oid));
  return revertsOf(root, [...commits, ...more.map(takenOf)]);
}

/** The commit that each claim means: the newest with the inverse patch, else the only one with the quoted subject. */
async function meantBy(root: string, claims: readonly Claim[]): Promise<Map<string, string>> {
  const candidates = [...new Set(claims.flatMap((each) => each.candidates))];
  // Compared the other way round: the parent against the revert, one line for each.
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
