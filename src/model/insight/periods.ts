/** Days as weeks and months. Pure. */
import type { CommitSums, DayNumbers } from "./numbers.ts";

export type Period = "day" | "week" | "month";

export interface PeriodNumbers extends CommitSums {
  /** Its first day: `2024-01-31`; a week begins on Monday. */
  readonly from: string;
}

/** Sums of the days of each period, the first one first; periods without a commit are left out. */
export function byPeriod(days: readonly DayNumbers[], period: Period): PeriodNumbers[] {
  const periods = new Map<string, PeriodNumbers>();
  for (const { day, ...sums } of days) {
    const from = startOf(day, period);
    const before = periods.get(from);
    periods.set(from, { from, ...(before ? together(before, sums) : sums) });
  }
  return [...periods.values()].sort((one, other) => (one.from < other.from ? -1 : 1));
}

/** First day of the period that a day is in. */
function startOf(day: string, period: Period): string {
  if (period === "day") return day;
  if (period === "month") return `${day.slice(0, 7)}-01`;
  const date = Date.parse(day);
  const weekday = (new Date(date).getUTCDay() + 6) % 7;
  return new Date(date - weekday * 86_400_000).toISOString().slice(0, 10);
}

function together(one: CommitSums, other: CommitSums): CommitSums {
  const types = { ...one.types };
  for (const [type, count] of Object.entries(other.types)) types[type] = (types[type] ?? 0) + count;
  const sum = (key: Exclude<keyof CommitSums, "types">) => one[key] + other[key];
  return {
    ...{ commits: sum("commits"), merges: sum("merges"), added: sum("added"), removed: sum("removed") },
    ...{ testAdded: sum("testAdded"), testRemoved: sum("testRemoved") },
    ...{ codeAdded: sum("codeAdded"), codeRemoved: sum("codeRemoved"), fileChanges: sum("fileChanges") },
    ...{ checkpoints: sum("checkpoints"), decisions: sum("decisions"), objectives: sum("objectives") },
    types,
  };
}
