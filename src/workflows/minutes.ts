import type { Commit } from "../git/commits.ts";
import type { ReadCommit } from "../model/checkpoints.ts";
import { parseDuration } from "../model/duration.ts";
import { workingMinutes } from "../model/time.ts";
import type { Place } from "./place.ts";

/** Working time in whole minutes, out of the moments of events (ISO 8601) and commits. */
export function minutesOf(
  place: Place,
  moments: readonly string[],
  commits: readonly ReadCommit<Commit>[],
): number {
  const idle = parseDuration(place.config.tracking.idle_timeout) ?? 30;
  const committed = commits.map((each) => each.commit.committed * 1000);
  return Math.round(workingMinutes([...moments, ...committed], idle));
}
