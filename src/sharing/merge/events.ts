/** The logs of two clones as one. Pure. */
import type { SessionEvent } from "../../session/events.ts";
import type { LogLine } from "./side.ts";
import { canon, isObject, larger, ownValue, uniteOrdered } from "./value.ts";

/** Where an event says which ids it was written with: new ids to old ones. */
const RENUMBERED = "renumbered";

/** Where events name items. */
const NAMES = ["id", "supersedes", "decision", "taken", "ids"];

/** The event with other ids, and with the old ones beside them; the same object where it names none of them. */
export function mapIds(event: SessionEvent, ids: ReadonlyMap<string, string>): SessionEvent {
  const { [RENUMBERED]: was, ...rest } = event;
  const before = new Map(isObject(was) ? Object.entries(was).map(([id, old]) => [id, String(old)]) : []);
  const used = new Map<string, string>();
  const mapped = withIds(rest, (id) => {
    const now = ids.get(id) ?? id;
    const old = before.get(id) ?? id;
    if (now !== old) used.set(now, old);
    return now;
  });
  const isMoved = [...namesIn(rest)].some((id) => (ids.get(id) ?? id) !== id);
  if (!isMoved) return event;
  return {
    ...(mapped as SessionEvent),
    ...(used.size === 0 ? {} : { [RENUMBERED]: Object.fromEntries(used) }),
  };
}

/** All lines of both logs in their order, each once, whatever ids its items have by now. */
export function mergeLogs(ours: readonly LogLine[], theirs: readonly LogLine[]): string {
  const lines = uniteOrdered(entriesOf(ours), entriesOf(theirs), newest);
  return lines.map((line) => `${line.text}\n`).join("");
}

/** When a log last says that something happened; undefined where it does not. */
export function lastAt(log: readonly LogLine[], isIt: (event: SessionEvent) => boolean): string | undefined {
  return log.findLast(({ event }) => event !== undefined && isIt(event))?.event?.at;
}

function entriesOf(log: readonly LogLine[]) {
  let at = "";
  return log.map((value) => {
    // A damaged line stays behind the one that it came after.
    at = value.event?.at ?? at;
    return { key: value.event ? originOf(value.event) : value.text, at, value };
  });
}

/** Of one event under two ids, the one that was renumbered. */
function newest(one: LogLine, other: LogLine): LogLine {
  const [isOne, isOther] = [one, other].map((each) => each.event?.[RENUMBERED] !== undefined);
  if (isOne !== isOther) return isOne ? one : other;
  return larger(one, other);
}

/** The event as it was first written. */
function originOf(event: SessionEvent): string {
  const { [RENUMBERED]: was, ...rest } = event;
  return canon(isObject(was) ? withIds(rest, (id) => String(ownValue(was, id) ?? id)) : rest);
}

function withIds(value: unknown, change: (id: string) => string): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (!NAMES.includes(key)) return [key, each];
      if (typeof each === "string") return [key, change(each)];
      if (Array.isArray(each)) return [key, each.map((one) => (typeof one === "string" ? change(one) : one))];
      return [key, withIds(each, change)];
    }),
  );
}

function namesIn(event: unknown): Set<string> {
  const names = new Set<string>();
  withIds(event, (id) => {
    names.add(id);
    return id;
  });
  return names;
}
