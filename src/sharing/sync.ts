/** Taking in what a remote has, and sending what is shared. */
import type { Remote } from "../git/remote/remote.ts";
import type { Place } from "../place/place.ts";
import { isShared, knownSessions } from "../record/resolve.ts";
import { type Pulled, pullSessions } from "./pull.ts";
import { pushSessions, type Sent, sharedOnes } from "./push.ts";
import { type Company, sessionRefs } from "./remote.ts";

export interface Synced {
  readonly pulled?: Pulled;
  readonly pushed?: readonly Sent[];
  /** Shared ones that somebody took back from the remote: they are not sent again by themselves. */
  readonly withdrawn: readonly string[];
  /** Ids of those that are not shared, and newer here than what this clone saw there. */
  readonly newer: readonly string[];
}

/** Without a remote to one side, that side is left out. Failures of `pullSessions` and `pushSessions`. */
export async function sync(
  place: Place,
  { from, to }: { readonly from?: Remote; readonly to?: Remote },
  company: Company,
): Promise<Synced> {
  const pulled = from && (await pullSessions(place, from, undefined, company));
  if (!to) return { ...(pulled ? { pulled } : {}), withdrawn: [], newer: [] };
  const [known, refs] = await Promise.all([knownSessions(place, { light: true }), sessionRefs(place, to)]);
  const gone = new Set(from?.folder === to.folder ? pulled?.gone : []);
  const shared = sharedOnes(known, refs);
  const going = shared.filter((each) => !gone.has(each.id));
  const newer = known.filter(({ id, ...each }) => {
    const last = refs.seen.get(id);
    return last !== undefined && !gone.has(id) && !isShared({ id, ...each }) && refs.own.get(id) !== last;
  });
  return {
    ...(pulled ? { pulled } : {}),
    pushed: going.length === 0 ? [] : await pushSessions(place, to, going, company),
    withdrawn: known.filter((each) => gone.has(each.id) && isShared(each)).map((each) => each.id),
    newer: newer.map((each) => each.id),
  };
}
