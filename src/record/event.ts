import type { EventType } from "../session/event-table.ts";
import { eventAt, type SessionEvent, type Told } from "../session/events.ts";
import { now } from "../surroundings.ts";

/** Returns an event that happens now, unless it says when. */
export function event<T extends EventType>(type: T, ...[fields, at = now()]: Told<T>): SessionEvent {
  return eventAt(at, type, fields);
}
