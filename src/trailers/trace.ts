/** Where a session's decisions are now, when no commit carries them by name any more: found by what commits hold. Pure. */

/** By the tree that the work ended with, or by what it changed. */
export type Found = "tree" | "patch";

export interface Carrier {
  readonly commit: string;
  /** Absent where the commit's own message carries the decision. */
  readonly found?: Found;
}

/** A checkpoint that no ref leads to any more. */
interface LostCheckpoint {
  readonly commit: string;
  readonly subject: string;
  /** Ids of the decisions that it carried. */
  readonly decisions: readonly string[];
  readonly patch?: string;
  /** One of the paths that it changed. */
  readonly path?: string;
}

/** A line of work that is gone, as git or a snapshot still knows it. */
export interface LostWork {
  /** Tree that it ended with; absent where that is the tree that it began with. */
  readonly tree?: string;
  /** Patch ids of all of it, against each commit that it may be said to begin at. */
  readonly patches: readonly string[];
  readonly path?: string;
  /** The last one first. */
  readonly checkpoints: readonly LostCheckpoint[];
}

/** A commit that may hold the work. */
export interface Candidate {
  readonly oid: string;
  readonly tree: string;
}

interface Linked {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly boundary: boolean;
}

/** The commits of one line of work, newest first, and the boundaries where it began, out of the lines of many. */
export function lineOf<C extends Linked>(
  tip: string,
  commits: ReadonlyMap<string, C>,
): { line: C[]; begins: C[] } {
  const seen = new Set<string>();
  const line: C[] = [];
  const begins: C[] = [];
  const next = [tip];
  for (let oid = next.pop(); oid !== undefined; oid = next.pop()) {
    const commit = commits.get(oid);
    if (!commit || seen.has(oid)) continue;
    seen.add(oid);
    (commit.boundary ? begins : line).push(commit);
    if (!commit.boundary) next.push(...commit.parents);
  }
  const order = new Map([...commits.keys()].map((oid, at) => [oid, at]));
  const newestFirst = (one: C, other: C) => (order.get(one.oid) ?? 0) - (order.get(other.oid) ?? 0);
  return { line: line.sort(newestFirst), begins: begins.sort(newestFirst) };
}

/** Commits that brought the project to the very tree that the work ended with. Candidates are newest first. */
export function treeMatches(work: LostWork, candidates: readonly Candidate[]): string[] {
  const own = new Set(work.checkpoints.map((each) => each.commit));
  return candidates.flatMap(({ oid, tree }) => (tree === work.tree && !own.has(oid) ? [oid] : []));
}

/** Commits that changed what the whole work changed, and what each checkpoint did; newest first, as the candidates. */
export function patchMatchesOf(
  work: LostWork,
  candidates: readonly Candidate[],
  patchOf: ReadonlyMap<string, string>,
): { whole: string[]; checkpoints: Map<string, string[]> } {
  const own = new Set(work.checkpoints.map((each) => each.commit));
  const byPatch = new Map<string, string[]>();
  for (const { oid } of candidates) {
    const patch = patchOf.get(oid);
    if (patch !== undefined && !own.has(oid)) byPatch.set(patch, [...(byPatch.get(patch) ?? []), oid]);
  }
  const patches = new Set(work.patches);
  return {
    whole: candidates.flatMap(({ oid }) =>
      patches.has(patchOf.get(oid) ?? "") && !own.has(oid) ? [oid] : [],
    ),
    checkpoints: new Map(work.checkpoints.map((each) => [each.commit, byPatch.get(each.patch ?? "") ?? []])),
  };
}

/**
 * The commit among several that hold the same: the oldest on the default branch; elsewhere only one that is alone.
 * `matches` are newest first. Undefined when in doubt.
 */
export function choose(matches: readonly string[], outside: ReadonlySet<string>): string | undefined {
  const landed = matches.filter((oid) => !outside.has(oid));
  return landed.length > 0 ? landed.at(-1) : matches.length === 1 ? matches[0] : undefined;
}

/** Which commit carries each decision, the newest checkpoint first. */
export function carriersOf(
  work: LostWork,
  match: { readonly whole?: Carrier; readonly checkpoints?: ReadonlyMap<string, Carrier> },
): Map<string, Carrier> {
  const carriers = new Map<string, Carrier>();
  for (const { commit, decisions } of work.checkpoints) {
    const carrier = match.whole ?? match.checkpoints?.get(commit);
    if (carrier) for (const id of decisions) if (!carriers.has(id)) carriers.set(id, carrier);
  }
  return carriers;
}
