/** Finds the work of a session whose branch no longer exists. */
import type { Commit } from "../git/commits.ts";
import type { Place } from "../place/place.ts";
import { defined } from "../text/defined.ts";
import { checkpointsOf, type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import { type LostSession, lastTip } from "./find-by-content.ts";
import { type SessionRange, sessionWork } from "./range.ts";

/** The commits of a session, newest first, and the range that lists them. */
export interface LastWork {
  /** Last commit of the branch; undefined if its commits are not the fullest. */
  readonly tip?: string;
  readonly range: SessionRange;
  readonly history: readonly ReadCommit<Commit>[];
  /** The commits of `history`, then those of other branches that name the session. */
  readonly named: readonly ReadCommit<Commit>[];
}

/**
 * Returns the commits that a deleted branch had, if git still has them. Returns `elsewhere`, the commits of
 * other branches that name the session, if these have more checkpoints, as after work in another clone.
 */
export async function lastWork(
  place: Place,
  session: LostSession,
  elsewhere: readonly ReadCommit<Commit>[],
): Promise<LastWork> {
  const { context } = session.state;
  const tip = await lastTip(place, session);
  const { range, history } = await sessionWork(place, context, tip);
  const read = readCommits(history);
  const count = (commits: readonly ReadCommit<Commit>[]) => checkpointsOf(commits, context.id).length;
  if (count(read) < count(elsewhere))
    return { range: { revisions: [], rewritten: false }, history: elsewhere, named: elsewhere };
  const own = new Set(read.map((each) => each.commit.oid));
  const others = elsewhere.filter((each) => !own.has(each.commit.oid));
  return { range, history: read, named: [...read, ...others], ...defined({ tip }) };
}

/**
 * Returns the checkpoints of a deleted branch that no ref leads to; none if a commit that the branch did not
 * have names the session, because the work was copied or squashed then.
 */
export async function unreachableCheckpoints(
  place: Place,
  session: LostSession,
  elsewhere: readonly ReadCommit<Commit>[],
): Promise<ReadCommit<Commit>[]> {
  const { history, named } = await lastWork(place, session, elsewhere);
  if (named.length > history.length) return [];
  const reachable = new Set(elsewhere.map((each) => each.commit.oid));
  return checkpointsOf(history, session.state.context.id).filter((each) => !reachable.has(each.commit.oid));
}
