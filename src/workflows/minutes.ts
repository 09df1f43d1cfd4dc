import type { AuthoredCommit, ReadCommit } from "../model/checkpoints.ts";
import { parseDuration } from "../model/duration.ts";
import type { SessionEvent } from "../model/events.ts";
import type { SessionContext } from "../model/state.ts";
import { type Moment, sessionMinutes } from "../model/time.ts";
import type { Place } from "./place.ts";

/** Working time of a session in whole minutes, pauses of `tracking.idle_timeout` and more left out. */
export function minutesOf(
  place: Place,
  session: { readonly context: SessionContext; readonly events: readonly SessionEvent[] },
  commits: readonly ReadCommit<AuthoredCommit>[],
  now?: Moment,
): number {
  const idle = parseDuration(place.config.tracking.idle_timeout) ?? 30;
  return sessionMinutes(session, commits, idle, now);
}
