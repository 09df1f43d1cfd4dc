/** Working time out of moments: when events happened and commits were made. */

/**
 * Minutes between the moments, without the gaps longer than `idleMinutes`. Moments are ISO 8601 or milliseconds, in
 * any order; bad dates are ignored, and a clock that went back never makes it negative.
 */
export function workingMinutes(moments: readonly (string | number)[], idleMinutes: number): number {
  const times = moments
    .map((each) => (typeof each === "number" ? each : Date.parse(each)))
    .filter((each) => Number.isFinite(each))
    .sort((one, other) => one - other);
  let milliseconds = 0;
  for (let at = 1; at < times.length; at++) {
    const gap = (times[at] ?? 0) - (times[at - 1] ?? 0);
    if (gap <= idleMinutes * 60_000) milliseconds += gap;
  }
  return milliseconds / 60_000;
}
