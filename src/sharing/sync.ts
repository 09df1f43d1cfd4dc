/** Taking in what a remote has, and sending what is shared, or is there and was changed here. */
import type { Remote } from "../git/remote/remote.ts";
import type { Place } from "../place/place.ts";
import { isShared, type KnownSession, knownSessions } from "../record/resolve.ts";
import { type Pulled, pullSessions } from "./pull.ts";
import { hasNews, pushSessions, type Sent } from "./push.ts";
import { type Company, sessionRefs } from "./remote.ts";

export interface Synced {
  readonly pulled?: Pulled;
  readonly pushed?: readonly Sent[];
  /** Shared ones that somebody took back from the remote: they are not sent again by themselves. */
  readonly withdrawn: readonly string[];
}

/** Without a remote to one side, that side is left out. Failures of `pullSessions` and `pushSessions`. */
export async function sync(
  place: Place,
  { from, to }: { readonly from?: Remote; readonly to?: Remote },
  company: Company,
): Promise<Synced> {
  const pulled = from && (await pullSessions(place, from, undefined, company));
  if (!to) return { ...(pulled ? { pulled } : {}), withdrawn: [] };
  const [known, refs] = await Promise.all([knownSessions(place, { light: true }), sessionRefs(place, to)]);
  const gone = new Set(from?.folder === to.folder ? pulled?.gone : []);
  // What the remote has goes back there once it was changed, whoever brought it there; but not what is only fetched.
  const isThere = ({ id, where }: KnownSession) =>
    refs.seen.has(id) && (where !== "snapshot" || refs.own.has(id));
  const going = known.filter(
    (each) => !gone.has(each.id) && (isShared(each) || isThere(each)) && hasNews(each, refs),
  );
  return {
    ...(pulled ? { pulled } : {}),
    pushed: going.length === 0 ? [] : await pushSessions(place, to, going, company),
    withdrawn: known.filter((each) => gone.has(each.id) && isShared(each)).map((each) => each.id),
  };
}
