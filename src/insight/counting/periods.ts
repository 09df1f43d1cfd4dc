/** Groups days into weeks and months, and stores days in little space. Pure. */
import { TYPES } from "./history.ts";
import type { CommitSums, DayNumbers } from "./numbers.ts";

export type Period = "day" | "week" | "month";

export interface PeriodNumbers extends CommitSums {
  /** First day of the period, such as `2024-01-31`; a week begins on Monday. */
  readonly from: string;
  /** Full id of the last commit of the period. */
  readonly last: string;
}

/** Returns the sums of each period that has a commit, the first period first. */
export function byPeriod(days: readonly DayNumbers[], period: Period): PeriodNumbers[] {
  const periods = new Map<string, PeriodNumbers>();
  for (const { day, last, ...own } of days) {
    const from = startOf(day, period);
    const before = periods.get(from);
    // Days are sorted, so the last day of a period holds its last commit.
    periods.set(from, { from, last, ...(before ? together(before, own) : own) });
  }
  return [...periods.values()].sort((one, other) => (one.from < other.from ? -1 : 1));
}

/** Returns the first day of the period that contains a day. */
export function startOf(day: string, period: Period): string {
  if (period === "day") return day;
  if (period === "month") return `${day.slice(0, 7)}-01`;
  const date = Date.parse(day);
  const weekday = (new Date(date).getUTCDay() + 6) % 7;
  return new Date(date - weekday * 86_400_000).toISOString().slice(0, 10);
}

function together(one: CommitSums, other: CommitSums): CommitSums {
  const types = { ...one.types };
  for (const [type, count] of Object.entries(other.types)) types[type] = (types[type] ?? 0) + count;
  return { ...sums((key) => one[key] + other[key]), types };
}

/** Names of a day's sums, in the order in which a packed day stores them. */
const SUMS = [
  ...(["commits", "merges", "added", "removed", "testAdded", "testRemoved", "codeAdded"] as const),
  ...(["codeRemoved", "fileChanges", "checkpoints", "decisions", "objectives"] as const),
] as const;

type SumKey = (typeof SUMS)[number];

function sums(count: (key: SumKey, at: number) => number): Record<SumKey, number> {
  const made: Partial<Record<SumKey, number>> = {};
  for (const [at, key] of SUMS.entries()) made[key] = count(key, at);
  return made as Record<SumKey, number>;
}

/** A day, its sums, its commit types by number, and its last commit. */
export type PackedDay = readonly [string, readonly number[], readonly (readonly [number, number])[], string];

/**
 * Returns days in a shorter form, without the names of their sums: twenty years of days can then be read in a
 * few milliseconds.
 */
export function packDays(days: readonly DayNumbers[]): PackedDay[] {
  return days.map((each) => [
    each.day,
    SUMS.map((key) => each[key]),
    Object.entries(each.types).map(([type, count]) => [TYPES.indexOf(type as (typeof TYPES)[number]), count]),
    each.last,
  ]);
}

/** Expands packed days to numbers per day. */
export function unpackDays(days: readonly PackedDay[]): DayNumbers[] {
  return days.map(([day, counts, types, last]) => ({
    day,
    last,
    ...sums((_key, at) => counts[at] ?? 0),
    types: Object.fromEntries(types.map(([type, count]) => [TYPES[type] ?? "other", count])),
  }));
}
