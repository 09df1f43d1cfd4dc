/** A session's context out of its log. Whatever is saved keeps the log complete, so that the two are never apart. */

import { isObject, isSame } from "../text/fields.ts";
import { contextOf, contextRow } from "./context.ts";
import { type Draft, patched } from "./event-table.ts";
import { eventAt, eventRow, type SessionEvent } from "./events.ts";
import { SCHEMA, type SessionContext } from "./state.ts";

type Patch = Readonly<Record<string, unknown>>;

/**
 * Rebuilds the context that the log tells of; undefined where the log does not say which session it is. `here`: what
 * `.clone.json` holds.
 */
export function rebuildFromEvents(
  events: readonly SessionEvent[],
  here: Patch = {},
): SessionContext | undefined {
  return contextOf(patched(fold(events), here));
}

/**
 * Returns events that are to be appended to a log, and behind them the one that completes it: what the context holds
 * beyond what the log says. `at`: when that is noted.
 */
export function completed(
  log: readonly SessionEvent[],
  events: readonly SessionEvent[],
  context: SessionContext,
  at: string,
): readonly SessionEvent[] {
  const told = fold([...log, ...events]);
  // Another branch than the log's is this clone's name for it.
  const isLogged = (key: string) => isOf(key, "log") && (key !== "ref" || told.ref === "");
  const set = Object.fromEntries(Object.entries(beyond(told, context)).filter(([key]) => isLogged(key)));
  return Object.keys(set).length === 0 ? events : [...events, eventAt(at, "context.noted", { set })];
}

/** What `context.json` holds beyond the log, for the day it is lost. It never leaves this clone. */
export const CLONE = ".clone.json";

/** `.clone.json` where the log tells everything. */
export const NOTHING = "{}\n";

/**
 * Returns what `.clone.json` holds: whatever `context.json` has beyond the log, as a merge patch. Those are the keys that
 * never leave this clone; after two clones were united, also what their logs together do not say.
 */
export function cloneText(events: readonly SessionEvent[], context: SessionContext): string {
  return `${JSON.stringify(beyond(fold(events), context))}\n`;
}

function isOf(key: string, back: "log" | "git"): boolean {
  return (contextRow(key)?.back ?? "log") === back;
}

/** What a context holds beyond what was told, but for what git is asked again. */
function beyond(told: Draft, context: SessionContext): Patch {
  const known = contextOf({ ...told, id: context.id, ref: told.ref || context.ref }) ?? {};
  const named = {
    ...(told.id === context.id ? {} : { id: context.id }),
    ...(told.ref === "" ? { ref: context.ref } : {}),
  };
  return { ...named, ...patchOf(known, contextOf(context) ?? {}, (key) => !isOf(key, "git")) };
}

/** Returns the JSON merge patch (RFC 7386) that makes `after` of `before`, of the keys that `isMeant`. */
function patchOf(before: object, after: object, isMeant: (key: string) => boolean = () => true) {
  const [was, is] = [before, after].map((each) => new Map<string, unknown>(Object.entries(each)));
  const keys = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].filter(isMeant);
  const changes = keys.flatMap((key): [string, unknown][] => {
    const [one, other] = [was?.get(key), is?.get(key)];
    if (isSame(one, other)) return [];
    return [[key, isObject(one) && isObject(other) ? patchOf(one, other) : (other ?? null)]];
  });
  return Object.fromEntries(changes);
}

function fold(events: readonly SessionEvent[]): Draft {
  const draft: Draft = {
    ...{ schema: SCHEMA, id: "", ref: "", title: "", base: {}, state: "active", created: "", tags: [] },
    ...{ decisions: [], verified: [], notes: [], dropped: {}, last: { obj: 0, blk: 0, dec: 0 } },
    ...{ meta: Object.create(null), items: Object.create(null), committed: Object.create(null) },
  };
  for (const event of events) eventRow(event)?.folds?.(draft, event as never);
  return draft;
}
