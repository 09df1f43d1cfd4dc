/** Pulls all sessions of a remote, then pushes shared sessions and changed sessions that the remote has. */
import type { Remote } from "../git/remote/refs.ts";
import type { Place } from "../place/place.ts";
import { isShared, type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { type Pulled, pullSessions } from "./pull.ts";
import { type PushResult, pushSessions } from "./push.ts";
import { type Interaction, sessionRefs } from "./remote.ts";
import { hasNews } from "./sessions-to-push.ts";

/** The outcome of a pull and a push. */
export interface Synced {
  readonly pulled?: Pulled;
  readonly pushed?: readonly PushResult[];
  /** Shared sessions that someone removed from the remote: they are not pushed again automatically. */
  readonly withdrawn: readonly string[];
}

/**
 * Pulls and pushes. Skips the direction for which no remote is set.
 * @throws as `pullSessions` and `pushSessions`
 */
export async function sync(
  place: Place,
  { from, to }: { readonly from?: Remote; readonly to?: Remote },
  company: Interaction,
): Promise<Synced> {
  const pulled = from && (await pullSessions(place, from, undefined, company));
  if (!to) return { ...(pulled ? { pulled } : {}), withdrawn: [] };
  const [known, refs] = await Promise.all([knownSessions(place, { light: true }), sessionRefs(place, to)]);
  const gone = new Set(from?.folder === to.folder ? pulled?.gone : []);
  // A changed session goes back to its remote even if another clone pushed it first, but not a session that
  // was only fetched.
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
