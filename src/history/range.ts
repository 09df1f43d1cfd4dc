import { type Commit, isAncestor, log, mergeBase, missingCommits } from "../git/commits.ts";
import type { Place } from "../place/place.ts";
import type { SessionContext } from "../session/state.ts";
import { defined } from "../text/defined.ts";
import { type Base, baseInForce } from "./base-in-force.ts";

/** The commits of a session, as git has them. */
export interface SessionRange {
  /** Arguments for `git log` that list the branch without earlier commits. */
  readonly revisions: readonly string[];
  /** Commit to compare with for the session's changes; undefined if the branch began with the session. */
  readonly from?: string;
  /** Name of the branch that the work goes to; undefined without a base in this clone or at a remote. */
  readonly base?: string;
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
  const own = start === undefined ? [tip] : [tip, `^${start}`];
  const base = await baseInForce(place, context, tip);
  const merged = base?.counts.ahead === 0;
  // Keeps the base's commits if the base contains the whole branch: leaving them out would leave no commit.
  const revisions = merged ? own : [...own, ...(base?.exclude ?? []).map((ref) => `^${ref}`)];
  // Lists no commits for a session that has none.
  const history =
    start === tip ? [] : await log(root, revisions, { ignoreMissing: true, ...defined({ limit }) });
  const whence = await origin(root, { start, tip, base, own: history.length });
  // A shallow clone without a common commit would count the history of both sides that it has.
  const isApart = base !== undefined && base.counts.ahead > 0 && base.counts.behind > 0;
  const isCut = place.repository.shallow && isApart && (await mergeBase(root, tip, base.ref)) === undefined;
  const range = {
    revisions,
    ...(base && { base: base.name }),
    ...(base &&
      !isCut && {
        drift: { ...base.counts, base: base.ref.replace(/^refs\/(heads|remotes)\//, ""), ref: base.ref },
      }),
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
    base,
    own,
  }: {
    readonly start: string | undefined;
    readonly tip: string;
    readonly base: Base | undefined;
    /** Number of commits that neither the start nor the base has. */
    readonly own: number;
  },
): Promise<{ from?: string; rewritten: boolean }> {
  const { ahead, behind } = base?.counts ?? {};
  // If the branch contains its whole base, the base's tip is the last common commit.
  if (base !== undefined && behind === 0 && ahead !== 0 && own === ahead)
    return { from: base.ref, rewritten: false };
  if (start === tip) return { from: start, rewritten: false };
  const fork = base === undefined ? undefined : await mergeBase(root, tip, base.ref);
  if (start === undefined || start === fork) {
    return { ...defined({ from: start }), rewritten: false };
  }
  if (!(await isAncestor(root, start, tip))) return { ...defined({ from: fork }), rewritten: true };
  const merged = ahead === 0;
  // The base was merged in after the start: its commits are not the session's work.
  const later = fork !== undefined && !merged && (await isAncestor(root, start, fork));
  return { from: later ? fork : start, rewritten: false };
}

/** Returns `merged` if the base has the whole branch, `live` if the branch has own commits. */
export function mergeState(range: SessionRange): "live" | "merged" {
  return range.drift?.ahead === 0 ? "merged" : "live";
}
