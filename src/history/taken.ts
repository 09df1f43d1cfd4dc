/** A session's record with what happened to its branch since it was last written. */
import { branchTip } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { branchOf } from "../session/state.ts";
import type { LoadedSession } from "../store/state.ts";
import { readCommits } from "../trailers/checkpoints.ts";
import { type TakenIn, takeIn } from "../trailers/takein.ts";
import { sessionWork, standsAs } from "./range.ts";
import { traceSession, withTraced } from "./trace.ts";

/**
 * The state with what commits carry as git has it now, and with what checkpoints of other clones changed; nothing is
 * asked where the branch has not moved since.
 */
export async function carriedNow(
  place: Place,
  session: Pick<LoadedSession, "state" | "events">,
): Promise<TakenIn> {
  const { state } = session;
  const { context } = state;
  const tip = await branchTip(place.repository, branchOf(context));
  if (tip === undefined || tip === context.tip) return { state, taken: [] };
  const { history, range, beyond } = await sessionWork(place, context, tip);
  const read = readCommits(history);
  const carried = takeIn(session, read, beyond);
  const trace = await traceSession(place, {
    state: carried.state,
    events: session.events,
    range: read,
    branch: standsAs(range),
  });
  const traced = withTraced(carried.state, trace);
  return { ...carried, state: { ...traced, context: { ...traced.context, tip } } };
}
