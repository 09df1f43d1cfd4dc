/** Lengths of time in words: `1h 30m` in settings and trailers, "3 days" in sentences. */

const UNITS: Readonly<Record<string, number>> = { s: 1 / 60, m: 1, h: 60, d: 1440, w: 10_080 };

/** Minutes in `30m`, `1h`, `1h 30m`, `90s`, `2d`; undefined where the text is no length of time. */
export function parseDuration(text: string): number | undefined {
  const parts = text
    .trim()
    .toLowerCase()
    .match(/\d+(?:\.\d+)?\s*[smhdw]/g);
  if (!parts || parts.join("").replace(/\s/g, "") !== text.toLowerCase().replace(/\s/g, "")) return undefined;
  return parts.reduce((sum, part) => sum + Number.parseFloat(part) * (UNITS[part.at(-1) ?? ""] ?? 0), 0);
}

/** Minutes as `2h 15m`, `2h`, `45m`, `0m`; never negative. */
export function formatMinutes(minutes: number): string {
  const whole = Number.isFinite(minutes) ? Math.max(0, Math.round(minutes)) : 0;
  const hours = Math.floor(whole / 60);
  const rest = whole % 60;
  if (hours === 0) return `${rest}m`;
  return rest === 0 ? `${hours}h` : `${hours}h ${rest}m`;
}

/** How long ago, as a person says it: "5 minutes", "3 days", "less than a minute"; "an unknown time" where a date is none. */
export function age(from: string, now: string): string {
  const minutes = (Date.parse(now) - Date.parse(from)) / 60_000;
  if (Number.isNaN(minutes)) return "an unknown time";
  if (minutes < 1) return "less than a minute";
  const [count, unit] =
    minutes < 60
      ? [minutes, "minute"]
      : minutes < 1440
        ? [minutes / 60, "hour"]
        : minutes < 43_200
          ? [minutes / 1440, "day"]
          : minutes < 525_600
            ? [minutes / 43_200, "month"]
            : [minutes / 525_600, "year"];
  const whole = Math.floor(count);
  return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
}
