/** Reads and writes `events.jsonl`: the log of a session, one JSON object per line, append-only. Pure. */

import { text } from "../../text/fields.ts";
import { isRecord } from "../../text/json.ts";
import type { Decision } from "../session.ts";
import type { SessionContext } from "../state.ts";
import { COMMON, type EventRow, type Field } from "./event-row.ts";
import { EVENTS, type EventType, type FieldsOf } from "./event-table.ts";

/** An event of one type. `at`: time in ISO 8601, UTC. */
type EventOf<T extends EventType> = { readonly at: string; readonly type: T } & FieldsOf<T>;

/** An event of a newer version, or without a required field. The log keeps it unchanged. */
interface UnknownEvent {
  readonly at: string;
  readonly type: "unknown";
  /** The event as parsed from the log. */
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

/** The fields of an event, with a time unless the time is now. */
export type EventInput<T extends EventType> =
  Partial<FieldsOf<T>> extends FieldsOf<T>
    ? [fields?: FieldsOf<T>, at?: string]
    : [fields: FieldsOf<T>, at?: string];

/** Returns an event with the given time. `at`: ISO 8601. */
export function eventAt<T extends EventType>(at: string, type: T, fields?: FieldsOf<T>): SessionEvent {
  return { at, type, ...fields } as SessionEvent;
}

/** Returns the first event of a session. `coverage`: the coverage at that time. */
export function startedEvent(context: SessionContext): SessionEvent {
  const { created, id, ref, title, base, tags, checklist, parent, author, meta, coverage } = context;
  const given = Object.keys(meta).length === 0 ? undefined : meta;
  return eventAt(created, "session.started", {
    ...{ id, ref, title, base, tags, checklist, parent, author, meta: given, coverage },
  });
}

/** Returns the definition of an event's type; undefined for an unknown event. */
export function eventRow(event: SessionEvent): EventRow | undefined {
  return event.type === "unknown" ? undefined : (EVENTS[event.type] as unknown as EventRow);
}

/** Returns the fields of an event's type, including the fields that any event may have. */
export function fieldsOf(event: SessionEvent): readonly (readonly [string, Field])[] {
  const row = eventRow(event);
  return row ? [...Object.entries<Field>(row.fields), ...Object.entries<Field>(COMMON)] : [];
}

/** Returns the type of an event as the log names it. */
export function typeOf(event: SessionEvent): string {
  return event.type === "unknown" ? String(event.raw.type) : event.type;
}

/** Returns the text with which views show an event. */
export function wordsShown(event: SessionEvent): string[] {
  const words = eventRow(event)?.shows?.(event as never) ?? [];
  return words.filter((each) => each !== undefined && each !== "") as string[];
}

/** Reports whether an agent sent the event about itself: such an event cannot be undone. */
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

/** Returns the texts in an event that people wrote. */
export function wordsIn(event: SessionEvent): string[] {
  return fieldsOf(event).flatMap(([name, { means }]) => {
    const value = (event as unknown as Record<string, unknown>)[name];
    if (means === "words" && typeof value === "string") return [value];
    if (means !== "decision" || value === undefined) return [];
    const { text, rationale, alternatives } = value as Decision;
    return [text, ...(rationale === undefined ? [] : [rationale]), ...alternatives];
  });
}

/** Returns an event in the form in which the log stores it. */
export function rawEvent(event: SessionEvent): Readonly<Record<string, unknown>> {
  return event.type === "unknown" ? event.raw : (event as unknown as Record<string, unknown>);
}

/** Returns the line of an event in the log, with its newline. */
export function eventLine(event: SessionEvent): string {
  return `${JSON.stringify(rawEvent(event))}\n`;
}

/** Parses a log. Counts incomplete, empty and unreadable lines instead of failing. */
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

/** Parses one line of the log; undefined if it is not an event. */
export function parseLine(line: string): SessionEvent | undefined {
  try {
    return eventOf(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Reads a parsed event; undefined for any other value. */
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
    // Copies the event only if a field is wrong: most logs are long and correct.
    const { [name]: _wrong, ...rest } = event;
    event = found === undefined ? rest : { ...rest, [name]: found };
  }
  return event as unknown as SessionEvent;
}
