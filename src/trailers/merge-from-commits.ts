/**
 * Merges the records in commits of other clones into this clone's record, item by item. The later change
 * wins, and nothing written in this clone is dropped. Pure.
 */

import { localWords } from "../session/authorship.ts";
import type { SessionEvent } from "../session/events/events.ts";
import { markOfBlocker } from "../session/files/state-files.ts";
import type { Blocker, CheckpointRecord, Objective } from "../session/session.ts";
import type { ItemPrefix, SessionContext, SessionState } from "../session/state.ts";
import { defined } from "../text/defined.ts";
import { dateOf, isSameText, numberOf, type ReadCommit, withCarried } from "./checkpoints.ts";
import { parentsFirst } from "./complete-lists.ts";

export type HistoryCommit = Parameters<typeof withCarried>[1][number]["commit"] & {
  readonly parents: readonly string[];
};

export interface MergedFromCommits {
  readonly state: SessionState;
  /** Ids of new and changed items in this clone's record. */
  readonly taken: readonly string[];
}

/**
 * Merges the records of commits into a session. `history`: newest first as git lists it, with merges.
 * `beyond`: as for `withCarried`.
 */
export function mergeFromCommits(
  { state, events }: { readonly state: SessionState; readonly events: readonly SessionEvent[] },
  history: readonly ReadCommit<HistoryCommit>[],
  beyond?: ReadonlySet<string>,
): MergedFromCommits {
  const known = new Set(state.context.decisions.map((each) => `${each.id} ${each.text}`));
  const carried = withCarried(state, history, beyond);
  const steps = stepsOf(state.context.id, history);
  const wasPublished = (added: string | undefined) =>
    added === undefined ||
    events.some((each) => /^(checkpoint|session\.resumed)$/.test(each.type) && each.at >= added);
  const merge = <T extends Item>(kind: ItemPrefix, own: readonly T[], pick: Pick<T>, put: Put<T>) =>
    merged(own, latest(steps, pick), {
      last: state.context.last[kind],
      kind,
      put,
      wasPublished,
      changed: (item, change) => changedAt(state.context, item, change),
    });
  const objectives = merge("obj", state.objectives, (record) => record.objectives, putObjective);
  const blockers = merge("blk", state.blockers, (record) => record.blockers, putBlocker);
  const { committed } = carried.context;
  const decisions = carried.context.decisions.filter(
    (each) => committed[each.id] !== undefined && !known.has(`${each.id} ${each.text}`),
  );
  const last = { ...carried.context.last, obj: objectives.last, blk: blockers.last };
  const taken = [...objectives.taken, ...blockers.taken, ...decisions.map((each) => each.id)];
  const own = taken.length === 0 ? {} : { own: localWords({ state, events }) };
  return {
    state: {
      context: { ...carried.context, last, ...own },
      objectives: objectives.items,
      blockers: blockers.items,
    },
    taken,
  };
}

type Item = Objective | Blocker;
type Pick<T> = (record: CheckpointRecord) => readonly T[];
/** Function that applies the state, the text or both of a committed item to this clone's item. */
type Put<T> = (own: T, theirs: T, what: { state: boolean; text: boolean }, at: string | undefined) => T;

/** Returns the mark of an item for comparison; also for a blocker. */
function markOf(item: Item): string {
  return "mark" in item ? item.mark : markOfBlocker(item);
}

/** A checkpoint, and the checkpoint before it. */
interface Step {
  readonly record: CheckpointRecord;
  readonly before?: CheckpointRecord;
  readonly at: string | undefined;
}

/** Returns the checkpoints of the session, newest first. */
function stepsOf(id: string, history: readonly ReadCommit<HistoryCommit>[]): Step[] {
  const newest = new Map<string, CheckpointRecord | undefined>();
  const steps: Step[] = [];
  for (const { commit, record, made } of parentsFirst(history)) {
    const parent = commit.parents.find((each) => newest.get(each) !== undefined);
    const before = parent === undefined ? undefined : newest.get(parent);
    const own = record?.id === id ? record : undefined;
    newest.set(commit.oid, own ?? before);
    if (own && !made) steps.push({ record: own, ...(before ? { before } : {}), at: dateOf(commit).added });
  }
  return steps.reverse();
}

interface Change<T> {
  readonly item: T;
  /** The item in the previous checkpoint; undefined for a new item. */
  readonly before?: T;
  readonly at: string | undefined;
}

/** Returns the last change of each item. */
function latest<T extends Item>(steps: readonly Step[], pick: Pick<T>): Map<string, Change<T>> {
  const changes = new Map<string, Change<T>>();
  for (const { record, before, at } of steps) {
    const earlier = new Map((before ? pick(before) : []).map((each) => [each.id, each]));
    for (const item of pick(record)) {
      const was = earlier.get(item.id);
      if (changes.has(item.id) || (was && markOf(was) === markOf(item) && was.text === item.text)) continue;
      changes.set(item.id, { item, at, ...(was ? { before: was } : {}) });
    }
  }
  return changes;
}

interface Merging<T> {
  readonly kind: ItemPrefix;
  readonly last: number;
  readonly put: Put<T>;
  /**
   * Function that reports whether a checkpoint of this clone carried the item that was added at this time.
   */
  readonly wasPublished: (added: string | undefined) => boolean;
  /**
   * Function that returns the time at which this clone changed an item, in milliseconds since the epoch, if
   * the change in commits may be older.
   */
  readonly changed: (item: T, change: Change<T>) => number;
}

function merged<T extends Item>(
  own: readonly T[],
  changes: ReadonlyMap<string, Change<T>>,
  { kind, last, put, wasPublished, changed }: Merging<T>,
): { items: T[]; last: number; taken: string[] } {
  let next = [...changes.keys()].reduce((most, id) => Math.max(most, numberOf(id)), last);
  const items: T[] = [];
  const taken: string[] = [];
  const come = ({ item, at }: Change<T>) => put(item, item, { state: true, text: false }, at);
  for (const each of own) {
    const change = changes.get(each.id);
    if (!change) {
      items.push(each);
      continue;
    }
    const { item, before, at } = change;
    const differs = !isSameText(each.text, item.text);
    if (!before && differs && !wasPublished(each.added)) {
      // If two clones used one id for two items, the item that only this clone has gets a new id.
      items.push(come(change), { ...each, id: `${kind}-${++next}` });
      taken.push(each.id);
      continue;
    }
    const later = at !== undefined && Date.parse(at) > changed(each, change);
    const what = {
      state: later && markOf(each) !== markOf(item),
      text: later && differs && before !== undefined && isSameText(each.text, before.text),
    };
    items.push(what.state || what.text ? put(each, item, what, at) : each);
    if (what.state || what.text) taken.push(each.id);
  }
  const ids = new Set(own.map((each) => each.id));
  for (const [id, change] of [...changes].sort(([one], [other]) => numberOf(one) - numberOf(other))) {
    // An item with a lower number that is missing was deleted by hand.
    if (ids.has(id) || numberOf(id) <= last) continue;
    items.push({ ...come(change), ...defined({ added: change.at }) });
    taken.push(id);
  }
  return { items, last: next, taken };
}

/**
 * Returns the time at which this clone changed an item; a change by hand that no command has read counts as
 * now.
 */
function changedAt<T extends Item>(context: SessionContext, item: T, { before }: Change<T>): number {
  const times = context.items[item.id];
  if (times?.mark !== undefined && times.mark !== markOf(item)) return Number.POSITIVE_INFINITY;
  // A change is later than the commit that added the item, even within one second, git's resolution.
  const added = before === undefined ? (times?.added ?? item.added) : undefined;
  const at = times?.changed ?? added;
  return at === undefined ? Number.NEGATIVE_INFINITY : Date.parse(at);
}

const putObjective: Put<Objective> = (own, theirs, { state, text }, at) => {
  const { finished, ...rest } = own;
  const mark = state ? theirs.mark : own.mark;
  const isOver = mark === "done" || mark === "dropped";
  const ended = state ? at : finished;
  return {
    ...rest,
    mark,
    text: text ? theirs.text : own.text,
    ...(isOver && ended !== undefined ? { finished: ended } : {}),
  };
};

const putBlocker: Put<Blocker> = (own, theirs, { state, text }, at) => {
  const { finished, dropped: _dropped, note, ...rest } = own;
  const { resolved, dropped } = state ? theirs : own;
  const kept = own.resolved && !resolved ? undefined : note;
  const ended = state ? at : finished;
  return {
    ...rest,
    resolved,
    ...(dropped ? { dropped } : {}),
    text: text ? theirs.text : own.text,
    ...(theirs.link === undefined || own.link !== undefined ? {} : { link: theirs.link }),
    ...defined({ note: theirs.note ?? kept }),
    ...(resolved && ended !== undefined ? { finished: ended } : {}),
  };
};
