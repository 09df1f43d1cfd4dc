/** Computes the days of a report, and the size of its groups of days. Pure. */
import { type Period, startOf } from "../counting/periods.ts";

/** The period that the user named; moments in milliseconds since the epoch. */
export interface PeriodRequest {
  readonly every?: "daily" | "weekly" | "monthly";
  readonly since?: number;
  readonly until?: number;
  /** True for the whole history, unless other options limit it. */
  readonly project?: boolean;
}

export interface ReportPeriod {
  /** First moment of the first day in the reader's time zone; undefined starts at the first commit. */
  readonly since?: number;
  /** Last moment of the last day, in milliseconds since the epoch. */
  readonly until: number;
  /** First day, such as `2024-01-31`; undefined if `since` is undefined. */
  readonly from?: string;
  readonly to: string;
  /** Size of the groups of days; undefined if it depends on the length of the history. */
  readonly by?: Period;
  readonly name: string;
}

/** The first and last moment of a period. */
export type Edges = Pick<ReportPeriod, "since" | "until">;

/** Returns whether a moment is in the period; false for an unknown moment. */
export function isWithin({ since = Number.NEGATIVE_INFINITY, until }: Edges, moment: string | null): boolean {
  const at = Date.parse(moment ?? "");
  return at >= since && at <= until;
}

const BY = { daily: "day", weekly: "week", monthly: "month" } as const;
const DAY = 86_400_000;
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

/**
 * Returns the days of a report. Days begin and end in the reader's time zone, so a cached answer is valid
 * until midnight.
 */
export function reportPeriod(request: PeriodRequest, now: number): ReportPeriod {
  const { every, since, until, project } = request;
  const today = dayAt(now);
  const by = every === undefined ? {} : { by: BY[every] };
  if (project || since !== undefined || until !== undefined) {
    const from = since === undefined ? undefined : dayAt(since);
    const to = until === undefined ? today : dayAt(until);
    // Without a first day, the period is everything before the last day.
    return { ...edges(from, to), ...by, name: nameOf(from, until === undefined ? undefined : to) };
  }
  if (every === "daily") return { ...edges(today, today), by: "day", name: `${longDay(today)}` };
  if (every === "monthly") {
    const from = startOf(today, "month");
    const next = startOf(dayAfter(from, 31), "month");
    return { ...edges(from, dayAfter(next, -1)), by: "day", name: monthName(from) };
  }
  const monday = startOf(today, "week");
  return { ...edges(monday, dayAfter(monday, 6)), by: "day", name: `Week of ${longDay(monday)}` };
}

function nameOf(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return to === undefined ? "All of the history" : `Until ${longDay(to)}`;
  if (to === undefined) return `Since ${longDay(from)}`;
  return from === to ? longDay(from) : `${longDay(from)} to ${longDay(to)}`;
}

/** Formats a day as `31 January 2024`. */
function longDay(day: string): string {
  return `${Number(day.slice(8, 10))} ${monthName(day)}`;
}

/** Formats a month as `January 2024`. */
function monthName(day: string): string {
  return `${MONTHS[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`;
}

function edges(from: string | undefined, to: string) {
  const until = localMidnight(dayAfter(to, 1)) - 1;
  return from === undefined ? { to, until } : { from, since: localMidnight(from), to, until };
}

/**
 * Returns the start of the next day, in the reader's time zone or in UTC, whichever is first, in milliseconds
 * since the epoch.
 */
export function dayEnds(now: number): number {
  return Math.min(localMidnight(dayAfter(dayAt(now), 1)), (Math.floor(now / DAY) + 1) * DAY);
}

/**
 * Returns the day of a moment (milliseconds since the epoch, or ISO 8601) in the reader's time zone; "" for
 * a bad date.
 */
export function dayAt(moment: number | string): string {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return "";
  const two = (value: number) => String(value).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Returns the day that is `days` later, as `YYYY-MM-DD`; negative numbers go back. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

function localMidnight(day: string): number {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year ?? 0, (month ?? 1) - 1, date ?? 1).getTime();
}

/** Returns the period (day, week or month) by which a chart of these days is readable. */
export function periodFor(from: string, to: string): Period {
  const days = (Date.parse(to) - Date.parse(from)) / DAY + 1;
  return days <= 45 ? "day" : days <= 400 ? "week" : "month";
}

/** Returns the first days of all periods from one day to another, including periods without commits. */
export function periodsBetween(from: string, to: string, by: Period): string[] {
  const found: string[] = [];
  // Stops at a limit: a history with wrong dates may span thousands of years.
  for (let at = startOf(from, by); at <= to && found.length < 5000; ) {
    found.push(at);
    at = nextPeriod(at, by);
  }
  return found;
}

/** Returns the first day of the period after the period that begins on this day. */
export function nextPeriod(from: string, by: Period): string {
  if (by === "month") return startOf(dayAfter(from, 31), "month");
  return dayAfter(from, by === "week" ? 7 : 1);
}
