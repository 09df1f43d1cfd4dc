/** Matches the items of two clones, and assigns each item one id. Pure. */
import type { ItemPrefix } from "../../session/state.ts";
import { isCopy } from "./value.ts";

/** An item with an id, as a merge compares it. */
export interface Named {
  readonly id: string;
  readonly text: string;
  readonly added?: string;
}

/** An item, as it is on each side that has it. */
interface Found<T> {
  base?: T;
  ours?: T;
  theirs?: T;
}

/** New ids by old ids, for each side. */
export type Renames = ReturnType<typeof assignIds>;

interface Lists {
  readonly base: readonly Named[];
  readonly ours: readonly Named[];
  readonly theirs: readonly Named[];
}

/**
 * Assigns each item one id for all sides. If two items share an id, the item carried by commits keeps it,
 * else the older item; the other gets the next free number after `last`.
 */
export function assignIds(
  prefix: ItemPrefix,
  lists: Lists,
  last: number,
  isCarried: (item: Named) => boolean,
) {
  const found = sameItems(lists);
  const highest = [...lists.base, ...lists.ours, ...lists.theirs].reduce(
    (most, each) => Math.max(most, Number(each.id.slice(4)) || 0),
    last,
  );
  const waiting = found.filter((each) => each.ours || each.theirs).map((each) => claimOf(each, isCarried));
  waiting.sort((one, other) => compare(one.order, other.order));
  const taken = new Set<string>();
  let next = highest;
  const renames = {
    base: new Map<string, string>(),
    ours: new Map<string, string>(),
    theirs: new Map<string, string>(),
  };
  for (const { ids, item } of waiting) {
    const id = ids.find((each) => !taken.has(each)) ?? `${prefix}-${++next}`;
    taken.add(id);
    for (const side of ["base", "ours", "theirs"] as const) {
      const was = item[side]?.id;
      if (was !== undefined) renames[side].set(was, id);
    }
  }
  // An item removed on both sides keeps its number: reuse could confuse it with another item.
  for (const { base } of found)
    if (base && !renames.base.has(base.id)) renames.base.set(base.id, `${base.id}~`);
  return renames;
}

/**
 * Returns the rank of an item's claim to an id: existing items, then items without another id, carried items,
 * and older items.
 */
function claimOf(item: Found<Named>, isCarried: (item: Named) => boolean) {
  const sides = [item.ours, item.theirs].filter((each) => each !== undefined);
  const ids = [...new Set(sides.map((each) => each.id))].sort((one, other) =>
    compare([numberOf(one)], [numberOf(other)]),
  );
  const added = sides
    .map((each) => each.added)
    .reduce((one, other) => (one && other && one < other ? one : (other ?? one)));
  const texts = sides.map((each) => each.text).sort();
  const order = [
    ids.length,
    item.base ? 0 : 1,
    sides.some(isCarried) ? 0 : 1,
    added ?? "~",
    ...texts,
    ids.join(),
  ];
  return { item, ids, order };
}

function numberOf(id: string): number {
  return Number(id.slice(4)) || 0;
}

function compare(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  for (const [at, each] of one.entries()) {
    const against = other[at];
    if (against === undefined) return 1;
    if (each !== against) return each < against ? -1 : 1;
  }
  return one.length - other.length;
}

/** Matches the items of all sides. */
function sameItems({ base, ours, theirs }: Lists): Found<Named>[] {
  const found = base.map((each): Found<Named> => ({ base: each }));
  const rest = { ours: [...ours], theirs: [...theirs] };
  for (const side of ["ours", "theirs"] as const) {
    const pairs = pairUp(base, rest[side], [...SURE, ...LIKELY, sameId]);
    for (const each of found) {
      const own = each.base && pairs.get(each.base);
      if (own) each[side] = own;
    }
    const known = new Set(pairs.values());
    rest[side] = rest[side].filter((each) => !known.has(each));
  }
  const pairs = pairUp(rest.ours, rest.theirs, [...SURE, ...LIKELY, sameText]);
  const known = new Set(pairs.values());
  for (const each of rest.ours) {
    const other = pairs.get(each);
    found.push(other === undefined ? { ours: each } : { ours: each, theirs: other });
  }
  for (const each of rest.theirs) if (!known.has(each)) found.push({ theirs: each });
  return found;
}

/** Key that identifies an item; undefined if the item lacks it. */
type Key = (item: Named) => string | undefined;

const textKey = ({ text }: Named) => text.replace(/\s+/g, " ").trim();
const sameText: Key = textKey;
const sameId: Key = ({ id }) => id;
const SURE: readonly Key[] = [
  (each) => each.added && `${each.id} ${each.added} ${textKey(each)}`,
  (each) => each.added && `${each.added} ${textKey(each)}`,
  (each) => `${each.id} ${textKey(each)}`,
];
/** Keys that match items whose text changed. */
const LIKELY: readonly Key[] = [(each) => each.added && `${each.id} ${each.added}`];

/** Pairs items with equal keys, surest key first; matches several items with one key in order. */
function pairUp(ours: readonly Named[], theirs: readonly Named[], keys: readonly Key[]): Map<Named, Named> {
  const pairs = new Map<Named, Named>();
  const left = { ours: [...ours].sort(byNumber), theirs: [...theirs].sort(byNumber) };
  for (const key of keys) {
    const waiting = new Map<string, Named[]>();
    for (const each of left.theirs) {
      const name = key(each);
      if (name !== undefined) waiting.set(name, [...(waiting.get(name) ?? []), each]);
    }
    for (const each of left.ours) {
      const other = waiting.get(key(each) ?? "")?.shift();
      if (other) pairs.set(each, other);
    }
    const known = new Set(pairs.values());
    left.ours = left.ours.filter((each) => !pairs.has(each));
    left.theirs = left.theirs.filter((each) => !known.has(each));
  }
  // Compares beginnings, because a trailer may have cut the text.
  for (const each of left.ours) {
    const other = left.theirs.find(
      (one) => one.id === each.id && (isCopy(each.text, one.text) || isCopy(one.text, each.text)),
    );
    if (other) pairs.set(each, other);
  }
  return pairs;
}

const byNumber = (one: Named, other: Named) => numberOf(one.id) - numberOf(other.id);
