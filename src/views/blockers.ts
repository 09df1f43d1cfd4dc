/** The open blockers of every session that goes on, wherever its record is. */
import type { Place } from "../place/place.ts";
import { knownSessions } from "../record/resolve-session.ts";
import type { Blocker } from "../session/session.ts";
import { snapshotSessions } from "../snapshots/snapshot.ts";

/** A session that something blocks. */
export interface BlockedSession {
  readonly session: string;
  readonly title: string;
  readonly branch: string;
  readonly blockers: readonly Blocker[];
}

/** Returns the sessions that have not ended and have open blockers, the last touched first. Opens only snapshots that name some. */
export async function openBlockers(place: Place): Promise<BlockedSession[]> {
  const known = await knownSessions(place, { light: true });
  const going = known.filter(({ state }) => state === "active" || state === "paused");
  const closed = going.flatMap(({ loaded, snapshot }) =>
    !loaded && snapshot && snapshot.blockers > 0 ? [snapshot] : [],
  );
  const opened = await snapshotSessions(place, closed);
  return going.flatMap(({ id, title, branch, loaded }) => {
    const state = (loaded ?? opened.get(id))?.state;
    const blockers = (state?.blockers ?? []).filter((each) => !each.resolved);
    return blockers.length === 0 ? [] : [{ session: id, title, branch, blockers }];
  });
}
