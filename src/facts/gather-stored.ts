import { standingOf } from "../history/branch-identity.ts";
import type { Place } from "../place/place.ts";
import type { LoadedSession } from "../store/load.ts";
import { type Gathered, gather } from "./gather.ts";

/** Gathers what git says of a stored session, whether its branch still is the one that it was begun on or an earlier one. */
export async function gatherStored(place: Place, branch: string, session: LoadedSession): Promise<Gathered> {
  const isEarlier = (await standingOf(place, session)) === "earlier";
  return gather(place, branch, session, isEarlier ? "earlier" : undefined);
}
