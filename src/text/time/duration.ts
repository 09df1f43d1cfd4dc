/** Parses and formats durations: `1h 30m` in settings and trailers, "3 days" in sentences. Pure. */

const MINUTES: Readonly<Record<string, number>> = { s: 1 / 60, m: 1, h: 60, d: 1440, w: 10_080 };

/** Maximum characters of a duration, with few digits: the text may come from any commit message. */
const LONGEST = 100;
const PART = /(\d{1,9}(?:\.\d{1,9})?)\s*([smhdw])\s*/y;

/** Returns minutes, possibly fractional, for `30m`, `1h`, `1h 30m`, `90s`, `2d`; undefined for other text. */
export function parseDuration(text: string): number | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === "" || wanted.length > LONGEST) return undefined;
  let minutes = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < wanted.length) {
    const part = PART.exec(wanted);
    if (!part) return undefined;
    minutes += Number(part[1]) * (MINUTES[part[2] ?? ""] ?? 0);
  }
  return minutes;
}

/** Formats minutes as `2h 15m`, `2h`, `45m`, `0m`; never negative. */
export function formatMinutes(minutes: number): string {
  const whole = Number.isFinite(minutes) ? Math.max(0, Math.round(minutes)) : 0;
  const hours = Math.floor(whole / 60);
  const rest = whole % 60;
  if (hours === 0) return `${rest}m`;
  return rest === 0 ? `${hours}h` : `${hours}h ${rest}m`;
}

const SPANS = [
  ["year", 525_600],
  ["month", 43_200],
  ["day", 1440],
  ["hour", 60],
  ["minute", 1],
] as const;

/**
 * Returns the time between two moments (ISO 8601) in words: "5 minutes", "1 hour", "3 days"; "less than a
 * minute" also if the clock went back, "an unknown time" for a wrong date. " ago" may follow.
 */
export function age(from: string, now: string): string {
  const minutes = (Date.parse(now) - Date.parse(from)) / 60_000;
  if (Number.isNaN(minutes)) return "an unknown time";
  for (const [unit, length] of SPANS) {
    const count = Math.floor(minutes / length);
    if (count >= 1) return `${count} ${unit}${count === 1 ? "" : "s"}`;
  }
  return "less than a minute";
}
