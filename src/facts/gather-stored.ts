/** Gathers the facts of a session in local state. */
import { standingOf } from "../history/branch-identity.ts";
import type { Place } from "../place/place.ts";
import type { LoadedSession } from "../store/load.ts";
import { type Gathered, gather } from "./gather.ts";

/**
 * Gathers the facts of a stored session, whether the branch still is the session's own or another branch took
 * its name.
 */
export async function gatherStored(place: Place, branch: string, session: LoadedSession): Promise<Gathered> {
  const isEarlier = (await standingOf(place, session)) === "earlier";
  return gather(place, branch, session, isEarlier ? "earlier" : undefined);
}
