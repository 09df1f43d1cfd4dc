/** Formats times and commit ids for readers. Pure, except for the reader's time zone. */
import { strftime } from "./strftime.ts";

/** The setting `display.date_format`. */
interface DateFormat {
  readonly display: { readonly date_format: string };
}

/** Shortens a commit id to eight digits. */
export const shortId = (oid: string) => oid.slice(0, 8);

/**
 * Formats a moment by `display.date_format`, in the reader's time zone, or in UTC if the format is UTC.
 * Returns the text itself if it is no date.
 */
export function formatTime(config: DateFormat, iso: string | number): string {
  const { date_format } = config.display;
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? String(iso)
    : strftime(date_format, date, date_format.includes("UTC"));
}

/** Returns a moment as ISO 8601 in UTC, as views and JSON hold it; the text itself if it is no date. */
export function isoTime(moment: string | number): string {
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? String(moment) : date.toISOString();
}

/** Names of the view fields that hold times. */
const MOMENTS = new Set(["started", "ended", "when", "since"]);
const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Returns a view with its times formatted for a reader. JSON is made from the unformatted view. */
export function withLocalTimes<T>(config: DateFormat, view: T): T {
  if (Array.isArray(view)) return view.map((each) => withLocalTimes(config, each)) as T;
  if (typeof view !== "object" || view === null) return view;
  const shown = Object.entries(view).map(([key, each]) => [
    key,
    typeof each === "string" && MOMENTS.has(key) && MOMENT.test(each)
      ? formatTime(config, each)
      : withLocalTimes(config, each),
  ]);
  return Object.fromEntries(shown) as T;
}

/** Returns settings with a date format in UTC: for stored texts, which must be equal in every time zone. */
export function inUtc<T extends DateFormat>(config: T): T {
  const { date_format } = config.display;
  const named = date_format.replace(/%[zZ]/g, "UTC");
  const format = named.includes("UTC") ? named : `${named} UTC`;
  return { ...config, display: { ...config.display, date_format: format } };
}
