/** `events.jsonl`: what happened in a session, one JSON object a line, only ever appended to. */

import { text } from "../text/fields.ts";
import { isRecord } from "../text/json.ts";
import { COMMON, EVENTS, type EventRow, type EventType, type Field, type FieldsOf } from "./event-table.ts";
import type { Decision } from "./session.ts";
import type { SessionContext } from "./state.ts";

/** An event of one type. `at`: ISO 8601, UTC. */
type EventOf<T extends EventType> = { readonly at: string; readonly type: T } & FieldsOf<T>;

/** An event of a newer version, or one that lacks what its type needs. It is kept and passed along as it is. */
interface UnknownEvent {
  readonly at: string;
  readonly type: "unknown";
  /** The event as it stands in the log. */
  readonly raw: Readonly<Record<string, unknown>>;
}

type KnownEvent = { [T in EventType]: EventOf<T> }[EventType];
export type SessionEvent = KnownEvent | UnknownEvent;
export type AgentEventType = {
  [T in EventType]: (typeof EVENTS)[T] extends { readonly fields: { readonly agentSession: Field } }
    ? T
    : never;
}[EventType];
export type AgentEvent = EventOf<AgentEventType>;

/** The fields of an event, and when it happened where that is not now. */
export type Told<T extends EventType> =
  Partial<FieldsOf<T>> extends FieldsOf<T>
    ? [fields?: FieldsOf<T>, at?: string]
    : [fields: FieldsOf<T>, at?: string];

export function eventAt<T extends EventType>(at: string, type: T, fields?: FieldsOf<T>): SessionEvent {
  return { at, type, ...fields } as SessionEvent;
}

/** Returns the event that a session begins with. `coverage`: as it was then. */
export function startedEvent(context: SessionContext): SessionEvent {
  const { created, id, ref, title, base, tags, checklist, parent, author, meta, coverage } = context;
  const given = Object.keys(meta).length === 0 ? undefined : meta;
  return eventAt(created, "session.started", {
    ...{ id, ref, title, base, tags, checklist, parent, author, meta: given, coverage },
  });
}

/** Returns the row of an event's type; undefined for an unknown event. */
export function eventRow(event: SessionEvent): EventRow | undefined {
  return event.type === "unknown" ? undefined : (EVENTS[event.type] as unknown as EventRow);
}

/** Returns the fields of an event's type, with those that any event may have. */
export function fieldsOf(event: SessionEvent): readonly (readonly [string, Field])[] {
  const row = eventRow(event);
  return row ? [...Object.entries<Field>(row.fields), ...Object.entries<Field>(COMMON)] : [];
}

/** Returns the type of an event as the log names it. */
export function typeOf(event: SessionEvent): string {
  return event.type === "unknown" ? String(event.raw.type) : event.type;
}

/** Returns what an event shows of itself: its words. */
export function wordsShown(event: SessionEvent): string[] {
  const words = eventRow(event)?.shows?.(event as never) ?? [];
  return words.filter((each) => each !== undefined && each !== "") as string[];
}

/** Whether an event only tells of an agent: it changes nothing, so there is nothing to undo. */
export function isAgentEvent(event: SessionEvent): event is AgentEvent {
  return eventRow(event)?.agent ?? false;
}

/** Returns the commits of the session's branch that an event names. */
export function commitsOf(event: SessionEvent): string[] {
  return fieldsOf(event).flatMap(([name, { means }]) => {
    const value = (event as unknown as Record<string, unknown>)[name];
    if (means === "commit" && typeof value === "string") return [value];
    return means === "commits" && isRecord(value) ? Object.values(value).map(String) : [];
  });
}

/** Returns what people wrote into an event. */
export function wordsIn(event: SessionEvent): string[] {
  return fieldsOf(event).flatMap(([name, { means }]) => {
    const value = (event as unknown as Record<string, unknown>)[name];
    if (means === "words" && typeof value === "string") return [value];
    if (means !== "decision" || value === undefined) return [];
    const { text, rationale, alternatives } = value as Decision;
    return [text, ...(rationale === undefined ? [] : [rationale]), ...alternatives];
  });
}

/** Returns an event as the log holds it. */
export function rawOf(event: SessionEvent): Readonly<Record<string, unknown>> {
  return event.type === "unknown" ? event.raw : (event as unknown as Record<string, unknown>);
}

export function eventLine(event: SessionEvent): string {
  return `${JSON.stringify(rawOf(event))}\n`;
}

/** Events of a log; lines that are torn, empty or not events are counted, not fatal. */
export function parseEvents(text: string): { events: SessionEvent[]; damaged: number } {
  const events: SessionEvent[] = [];
  let damaged = 0;
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const event = parseLine(line);
    if (event) events.push(event);
    else damaged++;
  }
  return { events, damaged };
}

/** Reads one line of the log; undefined where it is no event. */
export function parseLine(line: string): SessionEvent | undefined {
  try {
    return eventOf(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Reads an event that was parsed already; undefined for what is none. */
export function eventOf(value: unknown): SessionEvent | undefined {
  if (!isRecord(value)) return undefined;
  const [at, type] = [text(value.at), text(value.type)];
  if (at === undefined || type === undefined) return undefined;
  const unknown: UnknownEvent = { at, type: "unknown", raw: value };
  if (!Object.hasOwn(EVENTS, type)) return unknown;
  let event = value;
  for (const [name, { read, must }] of fieldsOf(value as unknown as SessionEvent)) {
    const given = value[name];
    const found = given === undefined ? undefined : read(given);
    if (found === undefined && must) return unknown;
    if (found === given) continue;
    // Copied only where a field is not as it should be: most logs are long, and right.
    const { [name]: _wrong, ...rest } = event;
    event = found === undefined ? rest : { ...rest, [name]: found };
  }
  return event as unknown as SessionEvent;
}
