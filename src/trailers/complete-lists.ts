/**
 * Completes the lists of a session from its commits: a record may name only what changed since the commit
 * before it. Pure.
 */

import { markOfBlocker } from "../session/files/state-files.ts";
import type { Blocker, CheckpointRecord, Objective } from "../session/session.ts";
import type { SessionState } from "../session/state.ts";
import { defined } from "../text/defined.ts";
import { normalizeText } from "../text/trailer-text.ts";

/** A commit of a history: its record and its parents. */
export interface RecordedCommit {
  readonly commit: { readonly oid: string; readonly parents?: readonly string[]; readonly authored?: number };
  readonly record?: CheckpointRecord;
}

type ListName = "objectives" | "blockers";
type Item = Objective | Blocker;

/** Items of a list by id, each with the time of its last change. `whole`: true if no item is missing. */
interface List {
  readonly items: ReadonlyMap<string, { readonly item: Item; readonly at: number }>;
  readonly whole: boolean;
}

interface Lists {
  readonly objectives: List;
  readonly blockers: List;
  readonly title: string | undefined;
}

const NOTHING: List = { items: new Map(), whole: false };

/**
 * Reports whether a record names every item of a list. A record without the list names no item, unless it is
 * a full checkpoint.
 */
export function isWholeRecord(record: CheckpointRecord, list: ListName): boolean {
  return record.more?.[list] === undefined && (record[list].length > 0 || record.minutes !== undefined);
}

/** Returns the commits with complete lists and titles, as far as earlier commits contain them. */
export function withWholeLists<T extends RecordedCommit>(commits: readonly T[]): T[] {
  const isPartial = ({ record }: RecordedCommit) =>
    record?.id !== undefined && !(isWholeRecord(record, "objectives") && isWholeRecord(record, "blockers"));
  if (!commits.some((each) => each.commit.parents && isPartial(each))) return [...commits];
  const known = ownLists(commits);
  return commits.map((each) => {
    const lists = known.get(each.commit.oid);
    return each.record && lists ? { ...each, record: completed(each.record, lists) } : each;
  });
}

/** Returns a hash of each item of a session in the newest commits, and the session's title in them. */
export function committedItems(commits: readonly RecordedCommit[], id: string): Record<string, string> {
  const last = lastWhole(commits, id);
  if (last) return itemsOnceCommitted(last, last.title);
  const below = new Set(commits.flatMap((each) => each.commit.parents ?? []));
  const known = listsOfSession(commits, id);
  const heads = commits.filter((each) => !below.has(each.commit.oid));
  const lists = oneOf(heads.map((each) => known.get(each.commit.oid)));
  if (!lists) return {};
  const items = [...lists.objectives.items.values(), ...lists.blockers.items.values()];
  return {
    ...Object.fromEntries(items.map(({ item }) => [item.id, saidOf(item)])),
    ...defined({ title: lists.title }),
  };
}

/**
 * Returns the newest record of a session if it is complete: a checkpoint with complete lists, in a history
 * without side branches. Earlier commits need not be compared then.
 */
function lastWhole(commits: readonly RecordedCommit[], id: string): CheckpointRecord | undefined {
  const parents = new Set(commits.flatMap((each) => each.commit.parents ?? []));
  const byOid = new Map(commits.map((each) => [each.commit.oid, each]));
  const [head, another] = commits.filter((each) => !parents.has(each.commit.oid));
  for (let at = another ? undefined : head; at; ) {
    const { record, commit } = at;
    if (record?.id === id) {
      const isAll = isWholeRecord(record, "objectives") && isWholeRecord(record, "blockers");
      return isAll && record.minutes !== undefined ? record : undefined;
    }
    const [parent = "", other] = commit.parents ?? [];
    at = other === undefined ? byOid.get(parent) : undefined;
  }
  return undefined;
}

/** Returns the result that `committedItems` would have after a commit of this state. */
export function itemsOnceCommitted(
  { objectives, blockers }: Pick<SessionState, "objectives" | "blockers">,
  title: string | undefined,
): Record<string, string> {
  const items = [...objectives, ...blockers].map((item) => [item.id, saidOf(item)]);
  return { ...Object.fromEntries(items), ...defined({ title }) };
}

/** Returns a record without items that earlier commits already contain. */
export function shortRecord(
  record: CheckpointRecord,
  told: Readonly<Record<string, string>>,
): CheckpointRecord {
  const objectives = record.objectives.filter((each) => told[each.id] !== saidOf(each));
  const blockers = record.blockers.filter((each) => told[each.id] !== saidOf(each));
  const more = {
    ...(objectives.length < record.objectives.length
      ? { objectives: record.objectives.length - objectives.length }
      : {}),
    ...(blockers.length < record.blockers.length
      ? { blockers: record.blockers.length - blockers.length }
      : {}),
  };
  const { title, ...rest } = record;
  const isNew = record.minutes !== undefined || title !== told.title;
  return {
    ...rest,
    objectives,
    blockers,
    ...(isNew ? defined({ title }) : {}),
    ...(Object.keys(more).length > 0 ? { more } : {}),
  };
}

/** Orders commits oldest first, each after its parents: git lists commits of one second in any order. */
export function parentsFirst<T extends RecordedCommit>(history: readonly T[]): T[] {
  const waiting = new Map(history.map((each) => [each.commit.oid, each]));
  const ordered: T[] = [];
  const open = [...history];
  for (let next = open.at(-1); next !== undefined; next = open.at(-1)) {
    const { oid, parents = [] } = next.commit;
    const before = parents.flatMap((each) => waiting.get(each) ?? []);
    if (waiting.has(oid) && before.length > 0) {
      open.push(...before);
      continue;
    }
    open.pop();
    if (waiting.delete(oid)) ordered.push(next);
  }
  return ordered;
}

/** Lists of all sessions at a commit. Commits share them until one changes them. */
interface SharedLists {
  lists: Map<string, Lists>;
  /** Number of children, of all commits that share the lists, that are still to be read. */
  readers: number;
}

/**
 * Returns the lists of its own session at each commit with a record. Copies the lists of all sessions
 * only where the history branches: a copy for each commit would need the square of their number.
 */
function ownLists(commits: readonly RecordedCommit[]): Map<string, Lists> {
  const children = new Map<string, number>();
  for (const { commit } of commits)
    for (const each of commit.parents ?? []) children.set(each, (children.get(each) ?? 0) + 1);
  const known = new Map<string, SharedLists>();
  const own = new Map<string, Lists>();
  let last: SharedLists = { lists: new Map(), readers: 0 };
  for (const { commit, record } of parentsFirst(commits)) {
    const parents = (commit.parents ?? []).flatMap((each) => known.get(each) ?? []);
    for (const each of parents) each.readers--;
    // In a history with gaps, uses the commit that was listed before as parent.
    const before = parents.length === 0 ? last : parents.reduce(merged);
    const id = record?.id;
    const isChanged = record && id !== undefined;
    const after = isChanged && before.readers > 0 ? { lists: new Map(before.lists), readers: 0 } : before;
    if (isChanged) {
      const lists = listsAfter(before.lists.get(id), record, commit.authored ?? 0);
      after.lists.set(id, lists);
      own.set(commit.oid, lists);
    }
    after.readers += children.get(commit.oid) ?? 0;
    known.set(commit.oid, after);
    last = after;
  }
  return own;
}

/** Merges the lists of two parents; reuses those of the first if no other child needs them. */
function merged(one: SharedLists, other: SharedLists): SharedLists {
  if (one === other) return one;
  const lists = one.readers > 0 ? new Map(one.lists) : one.lists;
  for (const [id, each] of other.lists) {
    const known = lists.get(id);
    lists.set(id, known ? united(known, each) : each);
  }
  return { lists, readers: 0 };
}

/** Returns the lists of one session at each commit. */
function listsOfSession(commits: readonly RecordedCommit[], id: string): Map<string, Lists | undefined> {
  const known = new Map<string, Lists | undefined>();
  let last: Lists | undefined;
  for (const { commit, record } of parentsFirst(commits)) {
    const parents = (commit.parents ?? []).filter((each) => known.has(each));
    const before = parents.length === 0 ? last : oneOf(parents.map((each) => known.get(each)));
    last = record?.id === id ? listsAfter(before, record, commit.authored ?? 0) : before;
    known.set(commit.oid, last);
  }
  return known;
}

function oneOf(lists: readonly (Lists | undefined)[]): Lists | undefined {
  return lists.reduce((one, other) => (one && other ? united(one, other) : (one ?? other)), undefined);
}

function listsAfter(before: Lists | undefined, record: CheckpointRecord, at: number): Lists {
  const next = (list: ListName): List => {
    const was = before?.[list] ?? NOTHING;
    const whole = isWholeRecord(record, list);
    const named = record[list].map((item) => {
      const known = was.items.get(item.id);
      return [item.id, known && saidOf(known.item) === saidOf(item) ? known : { item, at }] as const;
    });
    return { items: new Map([...(whole ? [] : was.items), ...named]), whole: whole || was.whole };
  };
  const title = record.title ?? (record.minutes === undefined ? before?.title : undefined);
  return { objectives: next("objectives"), blockers: next("blockers"), title };
}

/** Merges the lists of two lines of history: the later change of an item wins. */
function united(one: Lists, other: Lists): Lists {
  if (one === other) return one;
  const list = (name: ListName): List => {
    const items = new Map(one[name].items);
    for (const [id, each] of other[name].items) {
      const known = items.get(id);
      if (!known || each.at > known.at) items.set(id, each);
    }
    return { items, whole: one[name].whole || other[name].whole };
  };
  return { objectives: list("objectives"), blockers: list("blockers"), title: one.title ?? other.title };
}

function completed(record: CheckpointRecord, lists: Lists): CheckpointRecord {
  const { more: _more, title: _title, ...rest } = record;
  const of = (list: List) => [...list.items.values()].map((each) => each.item);
  const missing = (["objectives", "blockers"] as const).filter(
    (name) => !lists[name].whole && record.more?.[name],
  );
  return {
    ...rest,
    objectives: of(lists.objectives) as Objective[],
    blockers: of(lists.blockers) as Blocker[],
    ...defined({ title: lists.title }),
    ...(missing.length === 0
      ? {}
      : { more: Object.fromEntries(missing.map((name) => [name, record.more?.[name]])) }),
  };
}

/** Returns a hash of an item's content in a commit. Servers refold text, so white space does not count. */
function saidOf(item: Item): string {
  const words = [
    "mark" in item ? item.mark : SAID[markOfBlocker(item)],
    item.text,
    ...("mark" in item ? [] : [item.link ?? "", item.note ?? ""]),
  ];
  return hash(words.map((each) => normalizeText(each).replace(/\s+/g, " ")).join("\n"));
}

/** Words of older records, which must have the same hash. */
const SAID = { done: "resolved", open: "unresolved", active: "unresolved", dropped: "dropped" } as const;

/** Returns a 32-bit FNV-1a hash of a text. */
function hash(text: string): string {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return (sum >>> 0).toString(36);
}
