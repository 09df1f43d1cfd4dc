/** Merges records into one: the records in a message with many blocks, or in a squash. Pure. */

import type { CheckpointRecord, Decision } from "../session/session.ts";
import { defined } from "../text/defined.ts";
import { isWholeRecord } from "./complete-lists.ts";
import { mergeImpacts } from "./impact.ts";
import { type ItemKind, numbered, qualifiedId, splitId } from "./keys.ts";

/**
 * Merges records, oldest first. Id, title and label come from the last record. An id of one session stands
 * for one item, in its later version; an item without an id is identified by its text and gets an unused id.
 * Items of other sessions keep their session. Impacts are summed.
 */
export function mergeRecords(records: readonly CheckpointRecord[]): CheckpointRecord {
  const id = records.findLast((each) => each.id !== undefined)?.id;
  const label = records.findLast((each) => each.label !== undefined)?.label;
  // A title belongs to its session, and a full last block without a title has none.
  const title = records.reduce<string | undefined>(
    (last, each) => (each.id === id ? (each.title ?? (each.minutes === undefined ? last : undefined)) : last),
    undefined,
  );
  const times = records.flatMap((each) => each.minutes ?? []);
  const objectives = mergeItems(records, id, "obj", "objectives");
  const blockers = mergeItems(records, id, "blk", "blockers");
  const more = {
    ...moreAfter(records, id, "objectives", objectives.own.length),
    ...moreAfter(records, id, "blockers", blockers.own.length),
  };
  const others = { objectives: objectives.others, blockers: blockers.others };
  return {
    objectives: objectives.own,
    blockers: blockers.own,
    decisions: mergeDecisions(records, id),
    verified: unique(
      records.flatMap((each) => each.verified),
      (each) => each.command,
    ),
    impact: mergeImpacts(records.map((each) => each.impact)),
    ...(others.objectives.length + others.blockers.length > 0 ? { others } : {}),
    ...(Object.keys(more).length > 0 ? { more } : {}),
    ...defined({ label, title, id }),
    ...(times.length === 0 ? {} : { minutes: times.reduce((most, each) => Math.max(most, each)) }),
  };
}

/** Returns the number of items that no record names. */
function moreAfter(
  records: readonly CheckpointRecord[],
  id: string | undefined,
  list: "objectives" | "blockers",
  named: number,
): CheckpointRecord["more"] {
  const own = records.filter((each) => each.id === id);
  if (own.some((each) => isWholeRecord(each, list))) return {};
  const all = own.map((each) => each[list].length + (each.more?.[list] ?? 0));
  const missing = Math.max(0, ...all) - named;
  return missing > 0 ? { [list]: missing } : {};
}

/** An item, and the session whose number it has. */
interface Owned<T> {
  readonly session: string | undefined;
  readonly item: T;
}

interface Identified {
  readonly id: string;
  readonly text: string;
}

/** Merges objectives or blockers: items of session `id`, and items of other sessions. */
function mergeItems<K extends "objectives" | "blockers">(
  records: readonly CheckpointRecord[],
  id: string | undefined,
  kind: ItemKind,
  key: K,
): { own: CheckpointRecord[K][number][]; others: CheckpointRecord[K][number][] } {
  type Item = CheckpointRecord[K][number];
  const owned = records.flatMap((record): Owned<Item>[] => [
    ...record[key].map((item) => ({ session: record.id, item })),
    ...(record.others?.[key] ?? []).map((item) => ({ session: item.session, item })),
  ]);
  const merged = latest(owned);
  const isOwn = ({ session }: Owned<Item>) => session === undefined || session === id;
  // If an item from an older tool has the id of an item of this session, it gets another id.
  const taken = new Set(merged.filter((each) => each.session === id).map((each) => each.item.id));
  const mine = merged.filter(isOwn);
  const ids = numbered(
    mine.map(({ session, item }) => (session !== id && taken.has(item.id) ? "" : item.id)),
    kind,
  );
  return {
    own: mine.map(({ item: { session: _session, ...item } }, at) => ({ ...item, id: ids[at] ?? "" }) as Item),
    others: merged
      .filter((each) => !isOwn(each))
      .map(({ session, item }) => ({ ...item, ...defined({ session }) }) as Item),
  };
}

function mergeDecisions(records: readonly CheckpointRecord[], id: string | undefined): Decision[] {
  const owned = records.flatMap((record) =>
    record.decisions.map((item) => ({ session: item.session ?? record.id, item })),
  );
  const merged = latest(owned);
  const ids = numbered(
    merged.map(({ session, item }) => qualifiedId(item.id, session, id)),
    "dec",
  );
  return merged.map(({ session, item }, at) => {
    const { session: _session, ...own } = item;
    const numberedItem = { ...own, id: splitId(ids[at] ?? "").id };
    return session === undefined || session === id ? numberedItem : { ...numberedItem, session };
  });
}

/** Returns the last version of each item, at the position of its first. */
function latest<T extends Identified>(items: readonly Owned<T>[]): Owned<T>[] {
  const found: Owned<T>[] = [];
  const byId = new Map<string, number>();
  const byText = new Map<string, number>();
  for (const next of items) {
    const key = next.session !== undefined && next.item.id !== "" ? `${next.session}/${next.item.id}` : "";
    const alike = byText.get(next.item.text);
    const before = alike === undefined ? undefined : found[alike];
    const at = byId.get(key) ?? (before && isSame(before, next) ? alike : undefined) ?? found.length;
    const known = found[at];
    found[at] =
      known && next.item.id === ""
        ? { session: known.session ?? next.session, item: { ...next.item, id: known.item.id } }
        : next;
    if (key !== "") byId.set(key, at);
    byText.set(next.item.text, at);
  }
  return found;
}

/** Reports whether two items with the same text are the same item. */
function isSame<T extends Identified>(a: Owned<T>, b: Owned<T>): boolean {
  if (a.item.id === "" || b.item.id === "") return true;
  if (a.session === b.session) return a.item.id === b.item.id;
  return a.session === undefined || b.session === undefined;
}

/** Returns the last item of each key, at the position of its first. */
function unique<T>(items: readonly T[], key: (item: T) => string): T[] {
  const found = new Map<string, T>();
  for (const item of items) found.set(key(item), item);
  return [...found.values()];
}
