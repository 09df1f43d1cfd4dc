/** Gathers the facts of sessions that local state stores. */
import { standingOf } from "../history/branch-identity.ts";
import type { Place } from "../place/place.ts";
import type { LoadedSession } from "../store/load.ts";
import { type Gathered, gather } from "./gather.ts";

/**
 * Gathers the facts of a stored session, both if the branch still is the session's own and if another branch
 * took its name.
 */
export async function gatherStored(place: Place, branch: string, session: LoadedSession): Promise<Gathered> {
  const isEarlier = (await standingOf(place, session)) === "earlier";
  return gather(place, branch, session, isEarlier ? "earlier" : undefined);
}
