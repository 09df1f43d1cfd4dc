/**
 * Parses dates as people type them for git: `2024-01-01`, `2 weeks ago`, `30d`, `yesterday`. Unlike git,
 * rejects nonsense. Pure.
 */

/** Examples for the message about an unreadable date. */
export const DATE_EXAMPLES = '2024-01-31, "2024-01-31 14:30", yesterday, "2 weeks ago", 30d';

type Unit = "second" | "minute" | "hour" | "day" | "week" | "month" | "year";

const UNITS: readonly (readonly [RegExp, Unit])[] = [
  [/^(s|secs?|seconds?)$/, "second"],
  [/^(mins?|minutes?)$/, "minute"],
  [/^(h|hrs?|hours?)$/, "hour"],
  [/^(d|days?)$/, "day"],
  [/^(w|wks?|weeks?)$/, "week"],
  [/^(mo|months?)$/, "month"],
  [/^(y|yrs?|years?)$/, "year"],
];

const WORDS: Readonly<Record<string, number>> = { a: 1, an: 1, one: 1, two: 2, three: 3, last: 1 };
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/**
 * Returns a date in milliseconds since the epoch, in the process's time zone unless the text names a zone;
 * undefined for other text. For a day without a time, returns its first moment, or with `edge` "end" its
 * last: a range includes both days.
 */
export function parseDate(text: string, now: number, edge: "start" | "end" = "start"): number | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === "" || wanted.length > 60) return undefined;
  const found = absolute(wanted, edge) ?? named(wanted, now, edge) ?? relative(wanted, now);
  return found === undefined || !Number.isFinite(found) || Math.abs(found) > 8.64e15 ? undefined : found;
}

function absolute(text: string, edge: "start" | "end"): number | undefined {
  const seconds = /^@(\d{1,11})$/.exec(text);
  if (seconds) return Number(seconds[1]) * 1000;
  const numeric =
    /^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[t ]+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(z|utc|[-+]\d\d:?\d\d)?$/.exec(
      text,
    );
  if (numeric) {
    const [, year, month, day, hour, minute, second, zone] = numeric;
    if (day === undefined && hour !== undefined) return undefined;
    const fields = { year: Number(year), month: Number(month), ...(day ? { day: Number(day) } : {}) };
    return moment(fields, hour === undefined ? undefined : [hour, minute, second], zone, edge);
  }
  const worded =
    /^(?:(\d{1,2})\.? )?([a-z]{3,9})\.?(?: (\d{1,2}),?)? (\d{4})(?: (\d{1,2}):(\d\d)(?::(\d\d))?)?$/.exec(
      text,
    );
  const month = worded ? MONTHS.indexOf((worded[2] ?? "").slice(0, 3)) + 1 : 0;
  if (!worded || month === 0) return undefined;
  const [, before, , after, year, hour, minute, second] = worded;
  if (before !== undefined && after !== undefined) return undefined;
  const day = before ?? after;
  const fields = { year: Number(year), month, ...(day ? { day: Number(day) } : {}) };
  if (day === undefined && hour !== undefined) return undefined;
  return moment(fields, hour === undefined ? undefined : [hour, minute, second], undefined, edge);
}

/** Returns the milliseconds of a day and time; undefined if they do not exist. */
function moment(
  { year, month, day }: { year: number; month: number; day?: number },
  time: readonly (string | undefined)[] | undefined,
  zone: string | undefined,
  edge: "start" | "end",
): number | undefined {
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || (day !== undefined && (day < 1 || day > last))) return undefined;
  const [hour = 0, minute = 0, second = 0] = (time ?? []).map((each) => Number(each ?? 0));
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const isEnd = edge === "end" && time === undefined;
  const date = day ?? (isEnd ? last : 1);
  const at = [year, month - 1, date, ...(isEnd ? [23, 59, 59, 999] : [hour, minute, second, 0])] as const;
  if (zone === undefined) return new Date(...(at as unknown as [number, number])).getTime();
  const offset = /^([-+])(\d\d):?(\d\d)$/.exec(zone);
  const minutes = offset ? Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3])) : 0;
  return Date.UTC(...(at as unknown as [number, number])) - minutes * 60_000;
}

function named(text: string, now: number, edge: "start" | "end"): number | undefined {
  if (text === "now") return now;
  const today = new Date(now);
  const back =
    text === "today" ? 0 : text === "yesterday" ? 1 : daysSinceWeekday(text.replace(/^last /, ""), today);
  if (back === undefined) return undefined;
  const fields = [today.getFullYear(), today.getMonth(), today.getDate() - back] as const;
  return edge === "end"
    ? new Date(...fields, 23, 59, 59, 999).getTime()
    : new Date(...fields, 0, 0, 0, 0).getTime();
}

/** Returns the number of days since the last weekday with this name, before today. */
function daysSinceWeekday(text: string, today: Date): number | undefined {
  const at = text.length < 3 ? -1 : WEEKDAYS.findIndex((each) => each === text || each.slice(0, 3) === text);
  return at < 0 ? undefined : (today.getDay() - at + 7) % 7 || 7;
}

/** Parses a relative date: `2 weeks ago`, `2.weeks.ago`, `1 day 2 hours`, `30d`, `last month`. */
function relative(text: string, now: number): number | undefined {
  const words = text
    .replace(/[.,]/g, " ")
    .replace(/\s+ago$/, "")
    .replace(/(\d)([a-z])/g, "$1 $2")
    .replace(/\band\b/g, " ")
    .trim()
    .split(/\s+/);
  if (words.length === 0 || words.length % 2 === 1) return undefined;
  const date = new Date(now);
  for (let at = 0; at < words.length; at += 2) {
    const [count, unit] = [countOf(words[at] ?? ""), unitOf(words[at + 1] ?? "")];
    if (count === undefined || unit === undefined) return undefined;
    goBack(date, count, unit);
  }
  return date.getTime();
}

function countOf(word: string): number | undefined {
  return /^\d{1,6}$/.test(word) ? Number(word) : WORDS[word];
}

function unitOf(word: string): Unit | undefined {
  return UNITS.find(([pattern]) => pattern.test(word))?.[1];
}

function goBack(date: Date, count: number, unit: Unit): void {
  if (unit === "month" || unit === "year") {
    const day = date.getDate();
    date.setDate(1);
    if (unit === "month") date.setMonth(date.getMonth() - count);
    else date.setFullYear(date.getFullYear() - count);
    // One month before 31 March is the last day of February.
    const last = new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate();
    date.setDate(Math.min(day, last));
  } else if (unit === "week" || unit === "day") {
    date.setDate(date.getDate() - count * (unit === "week" ? 7 : 1));
  } else {
    const seconds = { second: 1, minute: 60, hour: 3600 }[unit];
    date.setTime(date.getTime() - count * seconds * 1000);
  }
}
