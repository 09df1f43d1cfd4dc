const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/**
 * Formats a date like C's strftime, in English, in the process's time zone or UTC. Keeps unknown directives;
 * an invalid date becomes "unknown".
 * @see strftime(3)
 */
export function strftime(format: string, date: Date, utc = false): string {
  if (Number.isNaN(date.getTime())) return "unknown";
  // Computes local time as if it were UTC, so that all fields are read with the same functions.
  const offset = utc ? 0 : -date.getTimezoneOffset();
  const wall = new Date(date.getTime() + offset * 60_000);
  return format.replace(
    /%([A-Za-z%])/g,
    (all, letter: string) => field(letter, wall, offset, date, utc) ?? all,
  );
}

function field(letter: string, wall: Date, offset: number, date: Date, utc: boolean): string | undefined {
  const year = wall.getUTCFullYear();
  const hour = wall.getUTCHours();
  switch (letter) {
    case "Y":
      return String(year);
    case "y":
      return two(Math.abs(year % 100));
    case "m":
      return two(wall.getUTCMonth() + 1);
    case "d":
      return two(wall.getUTCDate());
    case "e":
      return String(wall.getUTCDate()).padStart(2);
    case "j":
      return String(dayOfYear(wall)).padStart(3, "0");
    case "H":
      return two(hour);
    case "I":
      return two(hour % 12 || 12);
    case "M":
      return two(wall.getUTCMinutes());
    case "S":
      return two(wall.getUTCSeconds());
    case "p":
      return hour < 12 ? "AM" : "PM";
    case "b":
      return MONTHS[wall.getUTCMonth()]?.slice(0, 3);
    case "B":
      return MONTHS[wall.getUTCMonth()];
    case "a":
      return DAYS[wall.getUTCDay()]?.slice(0, 3);
    case "A":
      return DAYS[wall.getUTCDay()];
    case "z":
      return `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.floor(Math.abs(offset) % 60))}`;
    case "Z":
      return utc ? "UTC" : zoneName(date);
    case "F":
      return strftime("%Y-%m-%d", wall, true);
    case "T":
      return strftime("%H:%M:%S", wall, true);
    case "R":
      return strftime("%H:%M", wall, true);
    case "%":
      return "%";
    default:
      return undefined;
  }
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function dayOfYear(wall: Date): number {
  const day = new Date(wall);
  day.setUTCMonth(0, 1);
  return Math.round((wall.getTime() - day.getTime()) / 86_400_000) + 1;
}

/** Returns the short name of a time zone, such as "CET", or "GMT+9" for a zone without an English name. */
function zoneName(date: Date): string {
  const parts = new Intl.DateTimeFormat("en-US", { timeZoneName: "short" }).formatToParts(date);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}
