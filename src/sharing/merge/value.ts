/** Merges single values of three sides. Symmetric: both orders of the sides give the same value. Pure. */

import { canonicalJson, isSame } from "../../text/fields.ts";
import { isRecord } from "../../text/json.ts";
import { normalizeText } from "../../text/trailer-text.ts";

/** Separates the two texts of an item that both sides changed. */
const OR = "\n(or) ";

/** A value in the base and on both sides; undefined for an absent value. */
export interface ThreeSides<T> {
  readonly base: T | undefined;
  readonly ours: T | undefined;
  readonly theirs: T | undefined;
}

/**
 * Returns the changed value if only one side changed it, else the result of `both`. A change wins over a
 * removal.
 */
export function mergeValue<T>(
  { base, ours, theirs }: ThreeSides<T>,
  both: (one: T, other: T) => T,
): T | undefined {
  if (isSame(ours, theirs)) return ours;
  if (isSame(ours, base)) return theirs;
  if (isSame(theirs, base) || theirs === undefined) return ours;
  return ours === undefined ? theirs : both(ours, theirs);
}

/** Returns the larger of two values: the choice if no rule decides. */
export function larger<T>(one: T, other: T): T {
  return canonicalJson(one) < canonicalJson(other) ? other : one;
}

/** Merges a value that both sides changed: objects key by key, else the larger value. */
export function mergeConflicting(one: unknown, other: unknown, base?: unknown): unknown {
  if (!isRecord(one) || !isRecord(other)) return larger(one, other);
  return mergeKeys({ base: isRecord(base) ? base : undefined, ours: one, theirs: other }, (key, three) =>
    mergeValue<unknown>(three, (mine, its) =>
      mergeConflicting(mine, its, ownValue(isRecord(base) ? base : {}, key)),
    ),
  );
}

/** Merges an object key by key, ordered by `names`, then alphabetically. */
export function mergeKeys<T>(
  { base = {}, ours = {}, theirs = {} }: ThreeSides<Readonly<Record<string, T>>>,
  merge: (key: string, three: ThreeSides<T>) => T | undefined,
  names: readonly string[] = [],
): Record<string, T> {
  const own = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  const keys = [...names.filter((each) => own.delete(each)), ...[...own].sort()];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const three = { base: ownValue(base, key), ours: ownValue(ours, key), theirs: ownValue(theirs, key) };
      const value = merge(key, three);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

/** Returns own properties only, so a key such as `constructor` never matches Object.prototype. */
export function ownValue<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/**
 * Returns both texts, or one if they are equal. A text that a trailer cut, or a server refolded, counts as
 * equal.
 */
export function bothTexts(one: string, other: string): string {
  const parts: string[] = [];
  for (const part of [...one.split(OR), ...other.split(OR)].sort()) {
    const at = parts.findIndex((each) => isCopy(each, part) || isCopy(part, each));
    if (at < 0) parts.push(part);
    else parts[at] = fuller(parts[at] ?? "", part);
  }
  return parts.sort().join(OR);
}

/** Reports whether `copy` has the same words as a text, or the part of the words that a trailer carries. */
export function isCopy(text: string, copy: string): boolean {
  const flat = (each: string) => each.replace(/\s+/g, " ").trim();
  return text === copy || flat(text) === flat(copy) || (copy.length > 900 && normalizeText(text) === copy);
}

function fuller(one: string, other: string): string {
  return one.length === other.length ? larger(one, other) : one.length > other.length ? one : other;
}

/** Returns the earlier of two times, in ISO 8601; if only one time is known, that time. */
export function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}

/** Returns the later of two times, in ISO 8601; if only one time is known, that time. */
export function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one > other ? one : other;
}

interface Entry<T> {
  readonly key: string;
  /** Time of the entry in ISO 8601; "" for an entry without a time. */
  readonly at: string;
  readonly value: T;
}

/**
 * Merges two ordered lists without duplicates. Keeps the order of each list unless the other contradicts;
 * places entries of only one list by time.
 */
export function mergeOrdered<T>(
  ours: readonly Entry<T>[],
  theirs: readonly Entry<T>[],
  both: (one: T, other: T) => T = larger,
): T[] {
  const [mine, its] = [counted(ours), counted(theirs)];
  const inMine = new Map(mine.map((each) => [each.key, each]));
  const inIts = new Map(its.map((each) => [each.key, each]));
  const done = new Set<string>();
  const united: T[] = [];
  const take = ({ key, value }: Entry<T>, other: Entry<T> | undefined) => {
    done.add(key);
    united.push(other === undefined ? value : both(value, other.value));
  };
  for (let at = 0, to = 0; ; ) {
    const [one, other] = [mine[at], its[to]];
    if (!one && !other) return united;
    if (!one || done.has(one.key) || !other || done.has(other.key)) {
      if (one && done.has(one.key)) at++;
      else if (other && done.has(other.key)) to++;
      else if (one) take(one, inIts.get(one.key));
      else if (other) take(other, inMine.get(other.key));
      continue;
    }
    const [waits, isWaitedFor] = [inIts.has(one.key), inMine.has(other.key)];
    const isFirst =
      waits === isWaitedFor
        ? one.at < other.at || (one.at === other.at && one.key <= other.key)
        : isWaitedFor;
    if (isFirst) take(one, inIts.get(one.key));
    else take(other, inMine.get(other.key));
  }
}

/** Numbers repeated equal entries of one list, to distinguish them. */
function counted<T>(entries: readonly Entry<T>[]): Entry<T>[] {
  const seen = new Map<string, number>();
  return entries.map((each) => {
    const count = seen.get(each.key) ?? 0;
    seen.set(each.key, count + 1);
    return count === 0 ? each : { ...each, key: `${each.key} #${count}` };
  });
}

/** Merges sets: the result contains values added on either side, and lacks values removed on either side. */
export function mergeSet(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): string[] {
  const entries = (list: readonly string[]) => list.map((key) => ({ key, at: "", value: key }));
  const gone = base.filter((each) => !ours.includes(each) || !theirs.includes(each));
  return mergeOrdered(entries(ours), entries(theirs)).filter((each) => !gone.includes(each));
}
