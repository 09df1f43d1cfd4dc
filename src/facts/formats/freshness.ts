/** Whether a result still holds: what changed since it was written. Pure. */

import { markForeign } from "../../text/foreign-text.ts";
import { plural } from "../../text/plural.ts";

export interface Freshness {
  /** When the result was written, milliseconds since the epoch. */
  readonly written: number;
  /** The session's files as they are in the work tree, each with when it was written. */
  readonly files: readonly { readonly path: string; readonly time: number }[];
  /** When the last commit was made, milliseconds; counts where no file is known. */
  readonly committed?: number;
}

/** Why a result may no longer hold, in words: `3 files changed since`. Undefined where nothing says so. */
export function stalenessOf({ written, files, committed }: Freshness): string | undefined {
  const later = files.filter((each) => each.time > written);
  if (later.length === 1) return `${markForeign(later[0]?.path ?? "")} changed since`;
  if (later.length > 1) return `${plural(later.length, "file")} changed since`;
  // git knows seconds only.
  if (files.length > 0 || committed === undefined || committed <= written) return undefined;
  return `${span(committed - written)} before the last commit`;
}

/** `5 minutes`, `2 hours`, `3 days`: rounded down, at least a minute. */
function span(milliseconds: number): string {
  const minutes = Math.max(1, Math.floor(milliseconds / 60_000));
  if (minutes < 120) return plural(minutes, "minute");
  return minutes < 2880
    ? plural(Math.floor(minutes / 60), "hour")
    : plural(Math.floor(minutes / 1440), "day");
}
