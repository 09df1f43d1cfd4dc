import { type Moment, sessionMinutes } from "../insight/counting/time.ts";
import type { Place } from "../place/place.ts";
import type { SessionEvent } from "../session/events/events.ts";
import type { SessionContext } from "../session/state.ts";
import { parseDuration } from "../text/time/duration.ts";
import type { AuthoredCommit, ReadCommit } from "../trailers/checkpoints.ts";

/**
 * Returns the working time of a session in whole minutes, without pauses of `tracking.idle_timeout` or more.
 */
export function minutesOf(
  place: Place,
  session: { readonly context: SessionContext; readonly events: readonly SessionEvent[] },
  commits: readonly ReadCommit<AuthoredCommit>[],
  now?: Moment,
): number {
  const idle = parseDuration(place.config.tracking.idle_timeout) ?? 30;
  return sessionMinutes(session, commits, idle, now);
}
