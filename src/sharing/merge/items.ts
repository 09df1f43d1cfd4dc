/**
 * Merges objectives, blockers and decisions of two clones after they have the same ids on all sides. Pure.
 */

import { markOfBlocker } from "../../session/files/state-files.ts";
import type { Blocker, Decision, Objective, ObjectiveMark } from "../../session/session.ts";
import type { ItemTimes } from "../../session/state.ts";
import { defined } from "../../text/defined.ts";
import { canonicalJson, isSame } from "../../text/fields.ts";
import {
  bothTexts,
  earlier,
  larger,
  later,
  mergeConflicting,
  mergeKeys,
  mergeOrdered,
  mergeSet,
  mergeValue,
  ownValue,
  type ThreeSides,
} from "./value.ts";

/** An item, with its times from `context.json`. */
interface Kept<T> {
  readonly item: T;
  readonly times: ItemTimes;
}

export interface MergedItems<T> {
  readonly items: readonly T[];
  readonly times: Readonly<Record<string, ItemTimes>>;
}

/** Reports a sentence about an item. */
type Tell = (sentence: string) => void;

type Lists<T> = ThreeSides<{
  readonly items: readonly T[];
  readonly times: Readonly<Record<string, ItemTimes>>;
}>;

/** Merges the objectives of two snapshots. `tell`: receives notes about conflicts. */
export function mergeObjectives(lists: Lists<Objective>, tell: Tell): MergedItems<Objective> {
  return mergeItems(lists, (three) => mergeObjective(three, tell), tell);
}

/** Merges the blockers of two snapshots. `tell`: receives notes about conflicts. */
export function mergeBlockers(lists: Lists<Blocker>, tell: Tell): MergedItems<Blocker> {
  return mergeItems(lists, (three) => mergeBlocker(three, tell), tell);
}

/** Merges the decisions of two snapshots. `tell`: receives notes about conflicts. */
export function mergeDecisions(lists: ThreeSides<readonly Decision[]>, tell: Tell): Decision[] {
  const kept = (items: readonly Decision[] | undefined) => items && { items, times: {} };
  const all = { base: kept(lists.base), ours: kept(lists.ours), theirs: kept(lists.theirs) };
  const { items } = mergeItems<Decision>(
    all,
    ({ base, ours, theirs }) => {
      const item = mergeDecision({ base: base?.item, ours: ours.item, theirs: theirs.item }, tell);
      return { item, times: {} };
    },
    tell,
  );
  return [...items];
}

interface Both<T> {
  readonly base: Kept<T> | undefined;
  readonly ours: Kept<T>;
  readonly theirs: Kept<T>;
}

function mergeItems<T extends { readonly id: string; readonly added?: string }>(
  { base, ours, theirs }: Lists<T>,
  both: (three: Both<T>) => Kept<T>,
  tell: Tell,
): MergedItems<T> {
  const before = byId(base);
  const [mine, its] = [byId(ours), byId(theirs)];
  const entries = (kept: ReadonlyMap<string, Kept<T>>) =>
    [...kept].map(([key, { item }]) => ({ key, at: item.added ?? "~", value: key }));
  const merged = mergeOrdered(entries(mine), entries(its)).flatMap((id): Kept<T>[] => {
    const [was, one, other] = [before.get(id), mine.get(id), its.get(id)];
    if (one && other) {
      if (isSame(one, other)) return [one];
      if (isSame(one, was)) return [other];
      return [isSame(other, was) ? one : both({ base: was, ours: one, theirs: other })];
    }
    const left = one ?? other;
    if (!left || !was) return left ? [left] : [];
    // An item removed on one side stays if the other side changed it.
    if (isSame(wordsOf(left.item), wordsOf(was.item))) return [];
    tell(`${id} was removed in one clone and changed in another: it is kept`);
    return [left];
  });
  return {
    items: merged.map((each) => each.item),
    times: Object.fromEntries(merged.map(({ item, times }) => [item.id, times])),
  };
}

/** Returns an item without its times. */
function wordsOf(item: object): object {
  const { added: _added, finished: _finished, ...words } = item as { added?: unknown; finished?: unknown };
  return words;
}

function byId<T extends { readonly id: string }>(
  list: { readonly items: readonly T[]; readonly times: Readonly<Record<string, ItemTimes>> } | undefined,
): Map<string, Kept<T>> {
  return new Map(
    (list?.items ?? []).map((item) => [item.id, { item, times: ownValue(list?.times ?? {}, item.id) ?? {} }]),
  );
}

function mergeObjective({ base, ours, theirs }: Both<Objective>, tell: Tell): Kept<Objective> {
  const { id } = ours.item;
  const { mark, from } = mergeMark(
    { base: base?.item.mark, ours: ours.item.mark, theirs: theirs.item.mark },
    { ours, theirs },
    (sentence) => tell(`${id} ${sentence}`),
  );
  const texts = { base: base?.item.text, ours: ours.item.text, theirs: theirs.item.text };
  const times = mergeTimes({ base, ours, theirs }, from);
  const over = mark === "done" || mark === "dropped";
  const item = { id, mark, text: mergeText(id, texts, tell), ...timesOf(times, over) };
  return { item, times };
}

function mergeBlocker({ base, ours, theirs }: Both<Blocker>, tell: Tell): Kept<Blocker> {
  const { id } = ours.item;
  const markOf = (each: Kept<Blocker> | undefined) => each && markOfBlocker(each.item);
  const marks = {
    base: markOf(base),
    ours: markOf(ours) ?? "open",
    theirs: markOf(theirs) ?? "open",
  } as const;
  const { mark, from } = mergeMark(marks, { ours, theirs }, () => {});
  const over = mark === "done" || mark === "dropped";
  const link = mergeValue({ base: base?.item.link, ours: ours.item.link, theirs: theirs.item.link }, larger);
  const other = [ours.item.link, theirs.item.link].find(
    (each) => each !== undefined && each !== link && each !== base?.item.link,
  );
  // The note of a resolved blocker says how it was resolved: a blocker that is open again has none.
  const noteOf = (each: Kept<Blocker> | undefined) =>
    !over && each?.item.resolved ? undefined : each?.item.note;
  const told = mergeValue({ base: noteOf(base), ours: noteOf(ours), theirs: noteOf(theirs) }, bothTexts);
  // An item has only one link, so the second link goes into the note.
  const note = other === undefined ? told : bothTexts(told ?? other, other);
  const text = mergeText(id, { base: base?.item.text, ours: ours.item.text, theirs: theirs.item.text }, tell);
  if (other !== undefined) tell(`${id} was given two links: ${link}, and ${other} in its note`);
  const times = mergeTimes({ base, ours, theirs }, from);
  const { link: _link, ...rest } = times;
  return {
    item: {
      id,
      resolved: over,
      ...(mark === "dropped" ? { dropped: true } : {}),
      text,
      ...defined({ link, note }),
      ...timesOf(times, over),
    },
    times: link === undefined ? rest : { ...rest, link },
  };
}

/** Merges a decision: keeps both texts if both sides changed them, and the union of alternatives. */
function mergeDecision({ base, ours, theirs }: ThreeSides<Decision> & Both2<Decision>, tell: Tell): Decision {
  const { id } = ours;
  const merged = mergeKeys<unknown>(
    { base: asRecord(base), ours: asRecord(ours), theirs: asRecord(theirs) },
    (key, three) => {
      if (key === "added") return earlier(ours.added, theirs.added);
      if (key === "alternatives")
        return mergeSet(base?.alternatives ?? [], ours.alternatives, theirs.alternatives);
      if (key !== "text" && key !== "rationale")
        return mergeValue(three, (one, other) => mergeConflicting(one, other, three.base));
      return mergeText(id, three as ThreeSides<string> & Both2<string | undefined>, tell);
    },
    Object.keys(base ?? larger(ours, theirs)),
  );
  return merged as unknown as Decision;
}

interface Both2<T> {
  readonly ours: T;
  readonly theirs: T;
}

function asRecord(value: object | undefined): Readonly<Record<string, unknown>> | undefined {
  return value as Readonly<Record<string, unknown>> | undefined;
}

function mergeText<T extends string | undefined>(
  id: string,
  three: ThreeSides<string> & Both2<T>,
  tell: Tell,
): T {
  const text = mergeValue(three, bothTexts) as T;
  if (text !== three.ours && text !== three.theirs)
    tell(`the text of ${id} was changed in two clones: it has both now`);
  return text;
}

/**
 * Marks in ascending order: done wins over in progress, in progress over open, open over dropped. The former
 * mark stays only if neither side changed it.
 */
const RANK: readonly ObjectiveMark[] = ["dropped", "open", "active", "done"];

function mergeMark(
  { base, ours, theirs }: ThreeSides<ObjectiveMark> & Both2<ObjectiveMark>,
  sides: Both2<{ readonly times: ItemTimes }>,
  tell: Tell,
): { mark: ObjectiveMark; from: readonly ItemTimes[] } {
  const rank = (mark: ObjectiveMark) => (mark === base ? -1 : RANK.indexOf(mark));
  const [first, second] = [rank(ours), rank(theirs)];
  const from = [
    ...(first >= second ? [sides.ours.times] : []),
    ...(second >= first ? [sides.theirs.times] : []),
  ];
  const [mark, gone] = first >= second ? [ours, theirs] : [theirs, ours];
  if (gone === "dropped" && mark !== "dropped" && base !== "dropped")
    tell(`was dropped in one clone and is ${WORDS[mark]} in another: it is kept as ${WORDS[mark]}`);
  return { mark, from };
}

const WORDS = { done: "done", active: "in progress", open: "open", dropped: "dropped" } as const;

/** Returns the times of a mark from the side with that mark. */
function mergeTimes<T>({ base, ours, theirs }: Both<T>, from: readonly ItemTimes[]): ItemTimes {
  const { added: _added, mark: _mark, changed: _changed, finished: _finished, ...before } = base?.times ?? {};
  const [one, other] = [ours.times, theirs.times];
  const added = earlier(one.added, other.added);
  const finished = from.map((each) => each.finished).reduce(earlier, undefined);
  const changed = from.map((each) => each.changed).reduce(later, undefined);
  const mark = from
    .map((each) => each.mark)
    .reduce((most, each) => (canonicalJson(most) < canonicalJson(each) ? each : most), undefined);
  const others = mergeKeys<unknown>(
    { base: asRecord(before), ours: asRecord(restOf(one)), theirs: asRecord(restOf(other)) },
    (_key, three) => mergeValue(three, (mine, its) => mergeConflicting(mine, its, three.base)),
  );
  return { ...defined({ added, finished }), ...others, ...defined({ mark, changed }) };
}

function restOf({ added: _added, mark: _mark, changed: _changed, finished: _finished, ...rest }: ItemTimes) {
  return rest;
}

function timesOf({ added, finished }: ItemTimes, over: boolean): { added?: string; finished?: string } {
  return { ...defined({ added }), ...(over && finished !== undefined ? { finished } : {}) };
}
