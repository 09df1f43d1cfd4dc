/** One record out of several: for messages that hold many blocks, and for the squash that folds them. Pure. */
import type { CheckpointRecord, Decision } from "../session.ts";

/**
 * Merges records, oldest first; the last one's id and label are the result's. No item twice: the same id of the same
 * session is the same item and its later version counts, and so is the same text.
 */
export function mergeRecords(records: readonly CheckpointRecord[]): CheckpointRecord {
  const id = records.findLast((each) => each.id !== undefined)?.id;
  const label = records.findLast((each) => each.label !== undefined)?.label;
  const times = records.flatMap((each) => each.minutes ?? []);
  const decisions = records.flatMap((record) =>
    record.decisions.map((each): Decision => {
      const session = each.session ?? record.id;
      const { session: _session, ...own } = each;
      return session === undefined || session === id ? own : { ...own, session };
    }),
  );
  return {
    objectives: latest(records, (each) => each.objectives),
    blockers: latest(records, (each) => each.blockers),
    decisions: unique(decisions, (each) => `${each.session ?? ""}/${each.id}`),
    verified: unique(
      records.flatMap((each) => each.verified),
      (each) => each.command,
    ),
    impact: unique(
      records.flatMap((each) => each.impact),
      (each) => `${each.key}: ${each.value}`,
    ),
    ...(label === undefined ? {} : { label }),
    ...(id === undefined ? {} : { id }),
    ...(times.length === 0 ? {} : { minutes: Math.max(...times) }),
  };
}

/** Items of several sessions side by side; a later version takes the place of the one before. */
function latest<T extends { readonly id: string; readonly text: string }>(
  records: readonly CheckpointRecord[],
  pick: (record: CheckpointRecord) => readonly T[],
): T[] {
  const byId = unique(
    records.flatMap((record) => pick(record).map((item) => ({ item, session: record.id ?? "" }))),
    ({ item, session }) => `${session}/${item.id}`,
  ).map(({ item }) => item);
  return unique(byId, (item) => item.text);
}

/** The last of each key, at the place of the first. */
function unique<T>(items: readonly T[], key: (item: T) => string): T[] {
  const found = new Map<string, T>();
  for (const item of items) found.set(key(item), item);
  return [...found.values()];
}
