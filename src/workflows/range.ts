import { aheadBehind, type Commit, log, mergeBase } from "../git/commits.ts";
import { ask } from "../git/read.ts";
import type { SessionContext } from "../model/state.ts";
import { branchOf } from "../model/state.ts";
import type { Place } from "./place.ts";

/** Which commits are a session's, as git sees it now. */
export interface SessionRange {
  /** For `git log`: HEAD without what was there before. */
  readonly revisions: readonly string[];
  /** What to compare with to see the session's changes; undefined: the branch began with the session. */
  readonly from?: string;
  readonly drift?: { readonly ahead: number; readonly behind: number; readonly base: string };
  /** The commit that the session started from is no longer part of the branch. */
  readonly rewritten: boolean;
}

/**
 * Compares the branch with its base and reads the session's commits, newest first, side by side.
 * `tip` is the branch's commit; undefined on an unborn branch.
 */
export async function sessionWork(
  place: Place,
  context: SessionContext,
  tip: string | undefined,
): Promise<{ range: SessionRange; commits: readonly Commit[] }> {
  if (tip === undefined) return { range: { revisions: [], rewritten: false }, commits: [] };
  const { root } = place.repository;
  const start = context.base.commit;
  const base = context.base.branch === branchOf(context) ? undefined : context.base.branch;
  const baseRef = base === undefined ? undefined : `refs/heads/${base}`;
  const own = start === undefined ? [tip] : [tip, `^${start}`];
  const usual = baseRef === undefined ? own : [...own, `^${baseRef}`];
  const read = (revisions: readonly string[]) => log(root, revisions, { noMerges: true });
  const [counts, unmerged] = await Promise.all([
    baseRef === undefined ? undefined : aheadBehind(root, tip, baseRef),
    read(usual),
  ]);
  // Without a base that git knows, or when all of the branch is in it already, leaving it out would leave nothing.
  const merged = baseRef !== undefined && (counts === undefined || counts.ahead === 0);
  const commits = merged && start !== tip ? await read(own) : unmerged;
  const knownBase = counts === undefined ? undefined : baseRef;
  const range = {
    revisions: merged ? own : usual,
    ...(counts && base !== undefined ? { drift: { ...counts, base } } : {}),
    ...(await origin(root, start, tip, knownBase, counts)),
  };
  return { range, commits };
}

/** What to compare with, and whether the commit that the session started from is still part of the branch. */
async function origin(
  root: string,
  start: string | undefined,
  tip: string,
  baseRef: string | undefined,
  counts: { ahead: number; behind: number } | undefined,
): Promise<{ from?: string; rewritten: boolean }> {
  // The session started on the base, all of the base is in the branch: the base's tip is the last thing they share.
  if (baseRef !== undefined && counts?.behind === 0 && counts.ahead > 0)
    return { from: baseRef, rewritten: false };
  if (start === tip) return { from: start, rewritten: false };
  const fork = baseRef === undefined ? undefined : await mergeBase(root, tip, baseRef);
  if (start === undefined || start === fork) {
    return { ...(start === undefined ? {} : { from: start }), rewritten: false };
  }
  if (!(await isAncestor(root, start, tip)))
    return { ...(fork === undefined ? {} : { from: fork }), rewritten: true };
  const merged = counts?.ahead === 0;
  // The base was merged in after the start: what came with it is not the session's work.
  const later = fork !== undefined && !merged && (await isAncestor(root, start, fork));
  return { from: later ? fork : start, rewritten: false };
}

/** False also where the commit is not there any more. */
async function isAncestor(root: string, one: string, other: string): Promise<boolean> {
  return (await ask(root, ["merge-base", "--is-ancestor", one, other])).code === 0;
}
