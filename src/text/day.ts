/** Moments and commit ids as a reader sees them. Pure, except for the reader's time zone. */
import { strftime } from "./strftime.ts";

/** The setting `display.date_format`. */
interface DateFormat {
  readonly display: { readonly date_format: string };
}

/** Shortens a commit id to eight digits. */
export const short = (oid: string) => oid.slice(0, 8);

/** Formats a moment by `display.date_format`, in the reader's time zone, or in UTC where the format says UTC. Returns the text itself if it is no date. */
export function day(config: DateFormat, iso: string | number): string {
  const { date_format } = config.display;
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? String(iso)
    : strftime(date_format, date, date_format.includes("UTC"));
}

/** Returns the settings with a date format that gives the same text in every time zone: for texts that are stored. */
export function inUtc<T extends DateFormat>(config: T): T {
  const { date_format } = config.display;
  const named = date_format.replace(/%[zZ]/g, "UTC");
  const format = named.includes("UTC") ? named : `${named} UTC`;
  return { ...config, display: { ...config.display, date_format: format } };
}
