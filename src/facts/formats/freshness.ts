/** Decides whether a tool's result may be out of date, from what changed after it was written. Pure. */

import { markForeign } from "../../text/foreign-text.ts";
import { plural } from "../../text/plural.ts";

/** Times to compare with the time of a result. */
export interface Freshness {
  /** Time of the result's last write, in milliseconds since the epoch. */
  readonly written: number;
  /** The session's files in the work tree. `time`: last write of a file, in milliseconds since the epoch. */
  readonly files: readonly { readonly path: string; readonly time: number }[];
  /** Time of the last commit, in milliseconds since the epoch; used only if the session has no files. */
  readonly committed?: number;
}

/**
 * Returns the reason why a result may be out of date, such as `3 files changed since`. Returns undefined if
 * nothing changed since.
 */
export function stalenessOf({ written, files, committed }: Freshness): string | undefined {
  const later = files.filter((each) => each.time > written);
  if (later.length === 1) return `${markForeign(later[0]?.path ?? "")} changed since`;
  if (later.length > 1) return `${plural(later.length, "file")} changed since`;
  // Git stores whole seconds, so a commit in the same second as the result counts as earlier.
  if (files.length > 0 || committed === undefined || committed <= written) return undefined;
  return `${span(committed - written)} before the last commit`;
}

/** Formats a duration as `5 minutes`, `2 hours` or `3 days`, rounded down, at least one minute. */
function span(milliseconds: number): string {
  const minutes = Math.max(1, Math.floor(milliseconds / 60_000));
  if (minutes < 120) return plural(minutes, "minute");
  return minutes < 2880
    ? plural(Math.floor(minutes / 60), "hour")
    : plural(Math.floor(minutes / 1440), "day");
}
