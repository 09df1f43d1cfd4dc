import type { EventType } from "../session/events/event-table.ts";
import { type EventInput, eventAt, type SessionEvent } from "../session/events/events.ts";
import { now } from "../surroundings.ts";

/** Returns an event with the given time, or else the current time. */
export function event<T extends EventType>(type: T, ...[fields, at = now()]: EventInput<T>): SessionEvent {
  return eventAt(at, type, fields);
}
