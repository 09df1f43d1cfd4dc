/**
 * Finds the commits that contain the work of a session's decisions, by content, if no commit message names
 * the decisions any more. Pure.
 */

/** Method of a content match: by the final tree of the work, or by its changes. */
export type ContentMatch = "tree" | "patch";

/** The commit that carries a decision. */
export interface Carrier {
  readonly commit: string;
  /** Method by which the commit was found; absent if its own message names the decision. */
  readonly found?: ContentMatch;
}

/** A checkpoint that no ref reaches any more. */
interface LostCheckpoint {
  readonly commit: string;
  readonly subject: string;
  /** Ids of the decisions in the checkpoint. */
  readonly decisions: readonly string[];
  readonly patch?: string;
  /** One path that the checkpoint changed. */
  readonly path?: string;
}

/** Unreachable work of a session, from git or from a snapshot. */
export interface LostWork {
  /** Id of the final tree; absent if it equals the tree at the start. */
  readonly tree?: string;
  /** Patch ids of the whole work, one per possible start. */
  readonly patches: readonly string[];
  readonly path?: string;
  /** Checkpoints of the work, newest first. */
  readonly checkpoints: readonly LostCheckpoint[];
}

/** A commit that may contain the work. */
export interface Candidate {
  readonly oid: string;
  readonly tree: string;
}

interface Linked {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly boundary: boolean;
}

/**
 * Returns the commits of one line of work, newest first, and the boundary commits at which the line began.
 */
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

/** Returns the commits whose tree equals the final tree of the work. `candidates`: newest first. */
export function treeMatches(work: LostWork, candidates: readonly Candidate[]): string[] {
  const own = new Set(work.checkpoints.map((each) => each.commit));
  return candidates.flatMap(({ oid, tree }) => (tree === work.tree && !own.has(oid) ? [oid] : []));
}

/**
 * Returns the commits with the changes of the whole work, and those of each checkpoint. `candidates`: newest
 * first.
 */
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
 * Returns one of several matching commits: the oldest on the default branch, else the only one; undefined in
 * doubt. `matches`: newest first. `outside`: commits that the default branch lacks.
 */
export function chooseMatch(matches: readonly string[], outside: ReadonlySet<string>): string | undefined {
  const landed = matches.filter((oid) => !outside.has(oid));
  return landed.length > 0 ? landed.at(-1) : matches.length === 1 ? matches[0] : undefined;
}

/** Returns the commit that carries each decision. Assigns the newest checkpoint first. */
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
