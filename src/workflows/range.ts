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

const NOTHING: SessionRange = { revisions: [], rewritten: false };

/** Three small git commands, side by side. `tip` is the branch's commit; undefined on an unborn branch. */
export async function sessionRange(
  place: Place,
  context: SessionContext,
  tip: string | undefined,
): Promise<SessionRange> {
  if (tip === undefined) return NOTHING;
  const { root } = place.repository;
  const start = context.base.commit;
  const base =
    context.base.branch !== undefined && context.base.branch !== branchOf(context)
      ? context.base.branch
      : undefined;
  const baseRef = base === undefined ? undefined : `refs/heads/${base}`;
  const [counts, fork, kept] = await Promise.all([
    baseRef === undefined ? undefined : aheadBehind(root, tip, baseRef),
    baseRef === undefined ? undefined : mergeBase(root, tip, baseRef),
    start === undefined ? undefined : isAncestor(root, start, tip),
  ]);
  const drift = counts && base !== undefined ? { ...counts, base } : undefined;
  const merged = counts?.ahead === 0;
  const rewritten = kept === false;
  const excluded: string[] = [];
  if (start !== undefined && !rewritten) excluded.push(`^${start}`);
  if (baseRef !== undefined && counts && !merged) excluded.push(`^${baseRef}`);
  // A rewritten branch without a base to compare with: everything on it counts.
  const from =
    merged || fork === undefined ? (rewritten ? fork : start) : await later(root, start, fork, rewritten);
  return {
    revisions: [tip, ...excluded],
    ...(from === undefined ? {} : { from }),
    ...(drift === undefined ? {} : { drift }),
    rewritten,
  };
}

/** Commits of a session, newest first. */
export async function sessionCommits(place: Place, range: SessionRange): Promise<Commit[]> {
  return range.revisions.length === 0 ? [] : log(place.repository.root, range.revisions, { noMerges: true });
}

/** The start of the session, unless the base was merged in after it. */
async function later(
  root: string,
  start: string | undefined,
  fork: string,
  rewritten: boolean,
): Promise<string> {
  if (start === undefined || rewritten || start === fork) return fork;
  return (await isAncestor(root, start, fork)) ? fork : start;
}

/** False also where the commit is not there any more. */
async function isAncestor(root: string, one: string, other: string): Promise<boolean> {
  return (await ask(root, ["merge-base", "--is-ancestor", one, other])).code === 0;
}
