/** Merges the logs of two clones. Pure. */

import type { Meaning } from "../../session/events/event-row.ts";
import { fieldsOf, rawEvent, type SessionEvent } from "../../session/events/events.ts";
import { canonicalJson } from "../../text/fields.ts";
import { isRecord } from "../../text/json.ts";
import { larger, mergeOrdered, ownValue } from "./value.ts";

/** A line of the log; a damaged line has no event. */
export interface LogLine {
  readonly text: string;
  readonly event?: SessionEvent;
}

/**
 * Returns an event with new item ids, and records the old ids in it; the same object if it names none of
 * these items.
 */
export function mapIds(event: SessionEvent, ids: ReadonlyMap<string, string>): SessionEvent {
  if (event.type === "unknown") return event;
  const before = new Map(Object.entries(event.renumbered ?? {}));
  const used = new Map<string, string>();
  let isMoved = false;
  const mapped = withIds(event, (id) => {
    const now = ids.get(id) ?? id;
    const old = before.get(id) ?? id;
    if (now !== id) isMoved = true;
    if (now !== old) used.set(now, old);
    return now;
  });
  if (!isMoved) return event;
  const { renumbered: _was, ...rest } = mapped;
  return used.size === 0 ? rest : { ...rest, renumbered: Object.fromEntries(used) };
}

/** Merges the lines of both logs in order. Each event occurs once, even if its item ids were renumbered. */
export function mergeLogs(ours: readonly LogLine[], theirs: readonly LogLine[]): string {
  const lines = mergeOrdered(entriesOf(ours), entriesOf(theirs), newest);
  return lines.map((line) => `${line.text}\n`).join("");
}

/** Returns the last time of a matching event; undefined without one. */
export function lastAt(log: readonly LogLine[], isIt: (event: SessionEvent) => boolean): string | undefined {
  return log.findLast(({ event }) => event !== undefined && isIt(event))?.event?.at;
}

function entriesOf(log: readonly LogLine[]) {
  let at = "";
  return log.map((value) => {
    // Keeps a damaged line after its predecessor.
    at = value.event?.at ?? at;
    return { key: value.event ? originOf(value.event) : value.text, at, value };
  });
}

/** Prefers the renumbered form of an event. */
function newest(one: LogLine, other: LogLine): LogLine {
  const [isOne, isOther] = [one, other].map(
    ({ event }) => event !== undefined && event.type !== "unknown" && event.renumbered !== undefined,
  );
  if (isOne !== isOther) return isOne ? one : other;
  return larger(one, other);
}

/** Returns an event as text, with the item ids that it had before a merge renumbered them. */
function originOf(event: SessionEvent): string {
  if (event.type === "unknown") return canonicalJson(event.raw);
  const { renumbered: was, ...rest } = event;
  return canonicalJson(rawEvent(was === undefined ? rest : withIds(rest, (id) => ownValue(was, id) ?? id)));
}

/** Returns the event with the ids of its items changed. */
function withIds<E extends SessionEvent>(event: E, change: (id: string) => string): E {
  const entries = Object.entries(event);
  const meanings = new Map(fieldsOf(event).map(([name, { means }]) => [name, means]));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, idsIn(value, meanings.get(name), change)]),
  ) as unknown as E;
}

function idsIn(value: unknown, means: Meaning | undefined, change: (id: string) => string): unknown {
  if (means === "item" && typeof value === "string") return change(value);
  if (means === "items" && Array.isArray(value)) return value.map((each) => change(String(each)));
  if (means !== "decision" || !isRecord(value)) return value;
  const { id, supersedes, withdraws } = value;
  return {
    ...{ ...value, id: change(String(id)) },
    ...(typeof supersedes === "string" ? { supersedes: change(supersedes) } : {}),
    ...(typeof withdraws === "string" ? { withdraws: change(withdraws) } : {}),
  };
}
