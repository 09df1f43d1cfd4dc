/** Lists the events that were recorded since the last visit to the overview. */

import type { KnownSession } from "../record/known-sessions.ts";
import { eventRow, typeOf, wordsShown } from "../session/events/events.ts";

/** Maximum events to return. */
const MAX_EVENTS = 30;

/** A recorded event of a session. */
export interface NewEvent {
  /** Time of the event in ISO 8601. */
  readonly at: string;
  /** Id of the event's session. */
  readonly session: string;
  readonly title: string;
  /** Event type, such as `objective.completed`; for a session known only by its snapshot, its state. */
  readonly type: string;
  /** Texts of the event, joined; "" if it has none. */
  readonly words: string;
}

/**
 * Returns up to 30 events later than `since`, the newest first, and the number left out. Returns an empty
 * list if `since` is undefined.
 */
export function newEvents(
  known: readonly KnownSession[],
  since: string | undefined,
): { readonly news: readonly NewEvent[]; readonly more: number } {
  if (since === undefined) return { news: [], more: 0 };
  const all = known.flatMap(({ id, title, loaded, touched, state }): NewEvent[] => {
    const of = { session: id, title };
    if (!loaded) return touched > since ? [{ ...of, at: touched, type: state, words: "" }] : [];
    return loaded.events
      .filter((each) => each.at > since && isShown(each))
      .map((each) => ({ ...of, at: each.at, type: typeOf(each), words: wordsShown(each).join(" ") }));
  });
  all.sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
  return { news: all.slice(0, MAX_EVENTS), more: Math.max(0, all.length - MAX_EVENTS) };
}

/** Excludes events that agents send at each step: they would hide events that people recorded. */
function isShown(event: Parameters<typeof eventRow>[0]): boolean {
  const row = eventRow(event);
  return row === undefined ? event.type === "unknown" : !row.agent && row.shows !== undefined;
}
