/**
 * Records child sessions in their parent's log. Separate from the code that reads them, because every view
 * loads that code.
 */
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { branchOf, type SessionContext } from "../session/state.ts";
import { saveSession } from "../store/save.ts";
import { localSessions } from "../store/sessions.ts";
import { withSession } from "./change.ts";
import { event } from "./event.ts";

/**
 * Records in the parent's log that a session was started from the parent. Does nothing if this clone has no
 * folder of the parent.
 */
export async function noteChild(place: Place, child: SessionContext): Promise<void> {
  if (child.parent === undefined) return;
  const parents = await localSessions(place.sessionsDir);
  const parent = parents.find((each) => each.state.context.id === child.parent);
  if (!parent) return;
  const told = event("child.started", { child: child.id, branch: branchOf(child) });
  try {
    await withSession(place, branchOf(parent.state.context), async (found, lock) => {
      const isKnown = found.events.some((each) => each.type === "child.started" && each.child === child.id);
      if (!isKnown) await saveSession(found, found.state, [told], lock);
    });
  } catch (error) {
    // Ignores a failure: the child exists without this entry, which only speeds up the parent's brief.
    if (!(error instanceof Failure)) throw error;
  }
}
