import { aheadBehind, type Commit, isAncestor, log, mergeBase, missingCommits } from "../git/commits.ts";
import { remoteCopies } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import type { SessionContext } from "../session/state.ts";
import { branchOf } from "../session/state.ts";
import { defined } from "../text/defined.ts";

/** The commits of a session, as git has them. */
export interface SessionRange {
  /** Arguments for `git log` that list the branch without earlier commits. */
  readonly revisions: readonly string[];
  /** Commit to compare with for the session's changes; undefined if the branch began with the session. */
  readonly from?: string;
  readonly drift?: {
    readonly ahead: number;
    readonly behind: number;
    /** Name of the base, and its full ref. */
    readonly base: string;
    readonly ref: string;
  };
  /** Maximum commits that count. */
  readonly limit?: number;
  /** True if the start commit of the session is no longer in the branch. */
  readonly rewritten: boolean;
}

export interface SessionWork {
  readonly range: SessionRange;
  /** Commits of the session without merges, newest first. */
  readonly commits: readonly Commit[];
  /** Commits of the session with merges, newest first. */
  readonly history: readonly Commit[];
  /** Commits missing in a shallow clone that carried decisions of the session. */
  readonly beyond: ReadonlySet<string>;
}

/**
 * Compares the branch with its base and reads the session's commits, newest first. `tip`: the branch's
 * commit, undefined on an unborn branch. `limit`: maximum commits to read.
 */
export async function sessionWork(
  place: Place,
  context: SessionContext,
  tip: string | undefined,
  limit?: number,
): Promise<SessionWork> {
  if (tip === undefined)
    return { range: { revisions: [], rewritten: false }, commits: [], history: [], beyond: new Set() };
  const { root } = place.repository;
  const start = context.base.commit;
  const base = context.base.branch === branchOf(context) ? undefined : context.base.branch;
  const own = start === undefined ? [tip] : [tip, `^${start}`];
  // Lists no commits for a session that has none.
  const read = (revisions: readonly string[]) =>
    start === tip ? [] : log(root, revisions, { ignoreMissing: true, ...defined({ limit }) });
  const against = (ref: string) => Promise.all([aheadBehind(root, tip, ref), read([...own, `^${ref}`])]);
  let baseRef = base === undefined ? undefined : `refs/heads/${base}`;
  let [counts, unmerged] = baseRef === undefined ? [undefined, await read(own)] : await against(baseRef);
  // A fresh clone may have the base only as a remote branch.
  if (base !== undefined && counts === undefined) {
    [baseRef] = await remoteCopies(root, base);
    if (baseRef !== undefined) [counts, unmerged] = await against(baseRef);
  }
  // Keeps the base's commits if the base contains the whole branch: leaving them out would leave no commit.
  const merged = counts?.ahead === 0;
  const history = merged && start !== tip ? await read(own) : unmerged;
  const knownBase = counts === undefined ? undefined : baseRef;
  const shown = baseRef?.replace(/^refs\/(heads|remotes)\//, "");
  const whence = await origin(root, { start, tip, baseRef: knownBase, counts, own: history.length });
  // A shallow clone without a common commit would count the history of both sides that it has.
  const isApart = counts !== undefined && counts.ahead > 0 && counts.behind > 0;
  const isCut =
    place.repository.shallow && isApart && (await mergeBase(root, tip, baseRef ?? "")) === undefined;
  const range = {
    revisions: merged || knownBase === undefined ? own : [...own, `^${knownBase}`],
    ...(counts && !isCut && shown !== undefined && baseRef !== undefined
      ? { drift: { ...counts, base: shown, ref: baseRef } }
      : {}),
    ...whence,
    ...defined({ limit }),
    // A commit that is missing in a shallow clone does not count as rewritten.
    rewritten: whence.rewritten && !place.repository.shallow,
  };
  const beyond = place.repository.shallow
    ? await missingCommits(root, Object.values(context.committed))
    : new Set<string>();
  return { range, commits: history.filter((each) => each.parents.length < 2), history, beyond };
}

/** Returns the commit to compare with, and whether the start commit is no longer in the branch. */
async function origin(
  root: string,
  {
    start,
    tip,
    baseRef,
    counts,
    own,
  }: {
    readonly start: string | undefined;
    readonly tip: string;
    readonly baseRef: string | undefined;
    readonly counts: { ahead: number; behind: number } | undefined;
    /** Number of commits that neither the start nor the base has. */
    readonly own: number;
  },
): Promise<{ from?: string; rewritten: boolean }> {
  // If the branch contains its whole base, the base's tip is the last common commit.
  if (baseRef !== undefined && counts?.behind === 0 && counts.ahead > 0 && own === counts.ahead)
    return { from: baseRef, rewritten: false };
  if (start === tip) return { from: start, rewritten: false };
  const fork = baseRef === undefined ? undefined : await mergeBase(root, tip, baseRef);
  if (start === undefined || start === fork) {
    return { ...defined({ from: start }), rewritten: false };
  }
  if (!(await isAncestor(root, start, tip))) return { ...defined({ from: fork }), rewritten: true };
  const merged = counts?.ahead === 0;
  // The base was merged in after the start: its commits are not the session's work.
  const later = fork !== undefined && !merged && (await isAncestor(root, start, fork));
  return { from: later ? fork : start, rewritten: false };
}

/** Returns `merged` if the base has the whole branch, `live` if the branch has own commits. */
export function mergeState(range: SessionRange): "live" | "merged" {
  return range.drift?.ahead === 0 ? "merged" : "live";
}
