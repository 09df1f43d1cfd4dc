/** Computes the pace of work and estimates the remaining time, if the data suffice. Pure. */

import { type DayNumbers, NOTHING } from "./numbers.ts";
import { byPeriod, startOf } from "./periods.ts";
import { minutesUntil, type Span } from "./time.ts";

interface Rate {
  readonly total: number;
  /** Number per calendar day, and per day with work. */
  readonly perDay: number;
  readonly perActiveDay: number;
}

/** Compares the second half of the time with the first half. */
export interface Trend {
  readonly way: "faster" | "slower" | "steady";
  readonly before: number;
  readonly recent: number;
  /** Length of each half in days. */
  readonly days: number;
}

/**
 * An estimated range of the remaining work, or the reason why an estimate is impossible. In minutes of work
 * for a session, in weeks for a project.
 */
export type Rest =
  | { readonly open: number; readonly low: number; readonly high: number; readonly basis: number }
  | { readonly open: number; readonly unknown: string };

export type Velocity = ReturnType<typeof velocityOf>;

export interface VelocityInput {
  /** Start of the work in milliseconds since the epoch, like all moments of this file. */
  readonly started: number;
  /** End of the session, or now, in milliseconds since the epoch. */
  readonly until: number;
  /** Completion times of the finished objectives. */
  readonly completed: readonly number[];
  readonly checkpoints: readonly number[];
  /** Number of unfinished objectives. */
  readonly open: number;
  /** Working time in minutes. */
  readonly minutes: number;
  /** Known periods of the working time. */
  readonly spans: readonly Span[];
}

const DAY = 86_400_000;
/** Minimum completed objectives for an estimate: fewer do not predict the next one. */
const ENOUGH = 3;
const ENOUGH_FOR_QUARTILES = 8;

/** Computes the pace of work, and estimates the time that the open objectives need. */
export function velocityOf(input: VelocityInput) {
  const { started, until, completed, checkpoints, minutes, spans } = input;
  const days = Math.max(1, Math.ceil((until - started) / DAY) || 1);
  const moments = [...completed, ...checkpoints, ...spans.flat()].filter(Number.isFinite);
  const activeDays = new Set(moments.map((each) => Math.floor(each / DAY))).size;
  const rate = (total: number): Rate => ({
    total,
    perDay: rounded(total / days),
    perActiveDay: activeDays === 0 ? 0 : rounded(total / activeDays),
  });
  return {
    /** Number of days from the start to the end, or until now; at least 1. */
    days,
    activeDays,
    minutes,
    minutesPerActiveDay: activeDays === 0 ? null : Math.round(minutes / activeDays),
    objectives: rate(completed.length),
    checkpoints: rate(checkpoints.length),
    /** Trend of the pace; null without enough data. */
    trend: trendOf([...completed, ...checkpoints], started, until),
    rest: restOf(input),
  };
}

/**
 * Returns the trend; null for less than four days or four completed items. A change of less than a quarter
 * counts as steady.
 */
function trendOf(done: readonly number[], started: number, until: number): Trend | null {
  const length = until - started;
  if (!(length >= 4 * DAY)) return null;
  const middle = started + length / 2;
  const recent = done.filter((each) => each >= middle && each <= until).length;
  const before = done.filter((each) => each < middle && each >= started).length;
  if (recent + before < 4) return null;
  return { way: wayOf(before, recent), before, recent, days: rounded(length / 2 / DAY) };
}

function wayOf(before: number, recent: number): Trend["way"] {
  return recent > before * 1.25 ? "faster" : recent < before * 0.8 ? "slower" : "steady";
}

/** Estimates the working time for the open objectives, from the working time of each completed objective. */
function restOf({ open, completed, spans, minutes }: VelocityInput): Rest {
  if (open === 0) return { open, low: 0, high: 0, basis: completed.length };
  if (completed.length < ENOUGH)
    return { open, unknown: `not enough data: ${completed.length} done, ${ENOUGH} are needed` };
  const times = [...completed].sort((one, other) => one - other);
  const seen = minutesUntil(spans, Number.POSITIVE_INFINITY);
  // Without the log, most working time is known only from trailers: then the time per objective is unknown.
  if (seen < 1 || seen < minutes / 2)
    return { open, unknown: "not enough data: when the work was done is not known" };
  const took: number[] = [];
  for (let at = 0, before = 0; at < times.length; ) {
    const until = times[at] ?? 0;
    const together = times.filter((each) => each === until).length;
    const worked = minutesUntil(spans, until);
    // Objectives completed with one command share the time equally.
    for (let n = 0; n < together; n++) took.push((worked - before) / together);
    before = worked;
    at += together;
  }
  if (took.every((each) => each < 1))
    return { open, unknown: "not enough data: they were completed all at once" };
  const [low, high] = rangeOf(took);
  return { open, low: Math.round(low * open), high: Math.round(high * open), basis: took.length };
}

/** Returns a range: the middle half of many values; of few values, the minimum and the maximum. */
function rangeOf(values: readonly number[]): [number, number] {
  const sorted = [...values].sort((one, other) => one - other);
  const [low, high] = sorted.length >= ENOUGH_FOR_QUARTILES ? [0.25, 0.75] : [0, 1];
  return [quantile(sorted, low), quantile(sorted, high)];
}

function quantile(sorted: readonly number[], part: number): number {
  const at = (sorted.length - 1) * part;
  const [below, above] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return below + (above - below) * (at - Math.floor(at));
}

export type ProjectVelocity = ReturnType<typeof projectVelocity>;

const WEEKS = 8;

/**
 * Returns the start of the data for the pace of a project, in milliseconds since the epoch: one day before
 * its weeks, because an author's day may begin before the day in UTC. `today`: such as `2024-01-31`.
 */
export function paceSince(today: string): number {
  return Date.parse(startOf(today, "week")) - (WEEKS * 7 + 1) * DAY;
}

/**
 * Returns the pace of the last eight whole weeks. `today`: such as `2024-01-31`; `open`: number of objectives
 * of all open sessions.
 */
export function projectVelocity(days: readonly DayNumbers[], today: string, open: number) {
  const known = new Map(byPeriod(days, "week").map((each) => [each.from, each]));
  const monday = Date.parse(startOf(today, "week"));
  const weeks = Array.from({ length: WEEKS + 1 }, (_, at) => {
    const from = new Date(monday - (WEEKS - at) * 7 * DAY).toISOString().slice(0, 10);
    const { commits, checkpoints, objectives } = known.get(from) ?? { ...NOTHING, from };
    return { from, commits, checkpoints, objectives };
  });
  const whole = weeks.slice(0, WEEKS);
  const total = (key: "commits" | "checkpoints" | "objectives", some = whole) =>
    some.reduce((sum, each) => sum + each[key], 0);
  const perDay = (key: "commits" | "checkpoints" | "objectives") => rounded(total(key) / (WEEKS * 7));
  const done = whole.map((each) => each.objectives);
  const [before, recent] = [total("commits", whole.slice(0, 4)), total("commits", whole.slice(4))];
  const trend: Trend | null =
    before + recent < 4 ? null : { way: wayOf(before, recent), before, recent, days: 28 };
  return {
    /** Numbers of the last weeks, oldest first, with the current week. Each week is named by its Monday. */
    weeks,
    /** Numbers per day, in the complete weeks. */
    commitsPerDay: perDay("commits"),
    checkpointsPerDay: perDay("checkpoints"),
    objectivesPerDay: perDay("objectives"),
    /** Trend of commits: the last four complete weeks compared with the four before. */
    trend,
    /** Estimate for the open objectives, in weeks. */
    rest: projectRest(done, open),
  };
}

function projectRest(done: readonly number[], open: number): Rest {
  const active = done.filter((each) => each > 0);
  if (open === 0) return { open, low: 0, high: 0, basis: active.length };
  if (active.length < ENOUGH)
    return {
      open,
      unknown: `not enough data: objectives were completed in ${active.length} of the last ${WEEKS} weeks, ${ENOUGH} are needed`,
    };
  const [least, most] = rangeOf(active);
  // Includes weeks without completed objectives: such weeks are likely to occur again.
  const share = active.length / done.length;
  const low = open / most;
  const high = open / (least * share);
  return { open, low: rounded(low), high: rounded(high), basis: active.length };
}

/** Rounds a number to two decimals. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
