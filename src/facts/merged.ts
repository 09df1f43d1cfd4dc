/** Finds out whether the work of a session, or of its parent, was merged. */
import type { SessionRange } from "../history/range.ts";
import type { Place } from "../place/place.ts";
import type { ToRebase } from "../record/stacked-branches.ts";
import type { SessionEvent } from "../session/events/events.ts";
import { isEnded, type SessionContext } from "../session/state.ts";

/** The base into which a session was merged, and the commit of a squash or rebase. */
export interface MergedInto {
  readonly onto: string;
  readonly commit?: string;
}

/**
 * Returns the base that contains the session's work; undefined if it lacks some, and for a session that was
 * resumed after its end. `works`: the session has commits.
 */
export async function mergedInto(
  place: Place,
  { id, state }: SessionContext,
  {
    range: { drift },
    tip,
    works,
    events,
  }: {
    readonly range: SessionRange;
    readonly tip: string | undefined;
    readonly works: boolean;
    readonly events: readonly SessionEvent[];
  },
): Promise<MergedInto | undefined> {
  if (drift === undefined || tip === undefined || !works) return undefined;
  const goesOn = !isEnded(state);
  if (goesOn && events.some((each) => each.type === "session.ended")) return undefined;
  if (drift.ahead === 0) return { onto: drift.base };
  if (drift.behind === 0) return undefined;
  const { squashIn } = await import("../history/squashes.ts");
  const commit = await squashIn(place.repository.root, id, drift.ref, tip);
  if (commit === undefined) return undefined;
  // A merge may edit changes. Only a session that goes on may have later changes, which the base lacks.
  if (goesOn) {
    const { holdsAll } = await import("../record/stacked-branches.ts");
    if (!(await holdsAll(place, drift.ref, tip))) return undefined;
  }
  return { onto: drift.base, commit };
}

/** Returns the rebase that a session needs. Loads nothing for a session without a parent. */
export async function rebaseNeeded(place: Place, context: SessionContext): Promise<ToRebase | undefined> {
  if (context.parent === undefined || isEnded(context.state)) return undefined;
  return (await import("../record/stacked-branches.ts")).rebaseOf(place, context);
}
