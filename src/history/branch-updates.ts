/** Updates a session's record with the changes of its branch since the last save. */
import type { Commit } from "../git/commits.ts";
import { reflog } from "../git/history/reflog.ts";
import { branchTip } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { madeInThisClone } from "../session/branches.ts";
import { commitsOf } from "../session/events/events.ts";
import { loggedRewrites } from "../session/events/rewrites.ts";
import { branchOf } from "../session/state.ts";
import { readRewrites } from "../store/hooks/hook-notes.ts";
import type { LoadedSession } from "../store/load.ts";
import { type ReadCommit, readCommits, withRecordedWords } from "../trailers/checkpoints.ts";
import { type MergedFromCommits, mergeFromCommits } from "../trailers/merge-from-commits.ts";
import { mergeState, sessionWork } from "./range.ts";
import { sessionFolder } from "./stored-session.ts";
import { traceSession, withTraced } from "./trace.ts";

/**
 * Updates the record from commits, like `mergeFromCommits`. Asks git for this clone's own commits only if a
 * commit seems to have changes: a message that was only rewrapped or reencoded has none.
 */
export async function updatedFromCommits(
  place: Place,
  session: Pick<LoadedSession, "state" | "events">,
  read: readonly ReadCommit<Commit>[],
  beyond: ReadonlySet<string>,
): Promise<MergedFromCommits> {
  const found = mergeFromCommits(session, read, beyond);
  if (found.taken.length === 0) return found;
  const { context } = session.state;
  const [entries, noted] = await Promise.all([
    reflog(place.repository.root, context.ref),
    readRewrites(sessionFolder(place, branchOf(context))),
  ]);
  const logged = session.events.flatMap((each) => (each.type === "checkpoint" ? commitsOf(each) : []));
  const rewrites = new Map([...loggedRewrites(session.events), ...(noted ?? [])]);
  const made = madeInThisClone(entries, logged, rewrites);
  return mergeFromCommits(
    session,
    read.map((each) => (made.has(each.commit.oid) ? withRecordedWords(each, context) : each)),
    beyond,
  );
}

/**
 * Returns the state with decisions as git carries them and with changes from other clones' checkpoints. Runs
 * no git if the branch has not moved.
 */
export async function updatedFromBranch(
  place: Place,
  session: Pick<LoadedSession, "state" | "events">,
): Promise<MergedFromCommits> {
  const { state } = session;
  const { context } = state;
  const tip = await branchTip(place.repository, branchOf(context));
  if (tip === undefined || tip === context.tip) return { state, taken: [] };
  const { history, range, beyond } = await sessionWork(place, context, tip);
  const read = readCommits(history);
  const carried = await updatedFromCommits(place, session, read, beyond);
  const trace = await traceSession(place, {
    state: carried.state,
    events: session.events,
    range: read,
    branch: mergeState(range),
  });
  const traced = withTraced(carried.state, trace);
  return { ...carried, state: { ...traced, context: { ...traced.context, tip } } };
}
