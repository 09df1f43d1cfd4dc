/**
 * Lists open blockers of active and paused sessions, from session folders and snapshots. Changes nothing.
 */
import type { Place } from "../place/place.ts";
import { knownSessions } from "../record/known-sessions.ts";
import type { Blocker } from "../session/session.ts";
import { isLive } from "../session/state.ts";
import { snapshotSessions } from "../snapshots/read-snapshot.ts";

/** A session with open blockers. */
export interface BlockedSession {
  readonly session: string;
  readonly title: string;
  readonly branch: string;
  readonly blockers: readonly Blocker[];
}

/**
 * Returns active and paused sessions with open blockers, last used first. Opens a snapshot only if its
 * message counts open blockers.
 */
export async function openBlockers(place: Place): Promise<BlockedSession[]> {
  const known = await knownSessions(place, { light: true });
  const going = known.filter(({ state }) => isLive(state));
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
