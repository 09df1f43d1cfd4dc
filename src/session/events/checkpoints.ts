/** Reads the checkpoints in the log of a session. Pure. */

import type { SessionEvent } from "./events.ts";
import { lastForm, loggedRewrites } from "./rewrites.ts";

/** A checkpoint as the log names it. */
interface LoggedCheckpoint {
  readonly oid: string;
  /** Time of the checkpoint in seconds since the epoch. */
  readonly authored: number;
  readonly subject: string;
}

/** Returns the logged checkpoints, oldest first. A commit and its rewritten forms count once. */
export function loggedCheckpoints(events: readonly SessionEvent[]): LoggedCheckpoint[] {
  const rewrites = loggedRewrites(events);
  const found = new Map<string, LoggedCheckpoint>();
  for (const each of events) {
    if (each.type !== "checkpoint" || each.commit === undefined) continue;
    const oid = lastForm(each.commit, rewrites);
    found.set(oid, { oid, authored: Date.parse(each.at) / 1000 || 0, subject: each.subject ?? "" });
  }
  return [...found.values()];
}
