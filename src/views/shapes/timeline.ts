/** Merges commits and events into one list by time. Pure; reads no commits. */

import { eventRow, type SessionEvent, typeOf, wordsShown } from "../../session/events/events.ts";
import type { ContentMatch } from "../../trailers/match-content.ts";
import type { DecisionEnd } from "../../trailers/successors.ts";

/** A decision as the log shows it. */
export interface LogDecision extends DecisionEnd {
  readonly id: string;
  readonly text: string;
  readonly found?: ContentMatch;
  /** Full id of the lost commit that carried the decision before it became pending again. */
  readonly was?: string;
  /** Full id of the commit that reverted the decision's commit. */
  readonly reverted?: string;
}

/** A commit or an event of the timeline. */
export interface LogEntry {
  readonly kind: "checkpoint" | "commit" | "event";
  /** Time of the entry in ISO 8601; null if unknown. */
  readonly at: string | null;
  /** Full id of the commit; null for an event, and for a lost checkpoint. */
  readonly commit: string | null;
  readonly subject: string;
  readonly author?: string;
  readonly label?: string;
  /** Type of the event, such as `objective.added`. */
  readonly type?: string;
  readonly was?: string;
  /** Full id of the commit that reverted this commit. */
  readonly reverted?: string;
  readonly decisions: readonly LogDecision[];
}

/**
 * Merges commits and events, newest first. Keeps git's order of commits, whatever their dates. Puts an event
 * before the first commit that is not newer. `log`: the session's events, with the time of each checkpoint to
 * the millisecond.
 */
export function timeline(commits: readonly LogEntry[], log: readonly SessionEvent[]): LogEntry[] {
  const events = eventEntries(log);
  const made = log.filter((each) => each.type === "checkpoint");
  const exact = new Map<string | null | undefined, string>(made.map((each) => [each.commit, each.at]));
  // Commit dates have whole seconds: a commit of the same second as an event counts as not newer.
  const isNewer = ({ at }: LogEntry, commit: LogEntry) => {
    const known = exact.get(commit.commit);
    if (at === null || (known === undefined && commit.at === null)) return false;
    return known === undefined ? at.slice(0, 19) > (commit.at ?? "").slice(0, 19) : at > known;
  };
  const all: LogEntry[] = [];
  let next = 0;
  for (const commit of commits) {
    for (let event = events[next]; event && isNewer(event, commit); event = events[next]) {
      all.push(event);
      next++;
    }
    all.push(commit);
  }
  return [...all, ...events.slice(next)];
}

/** Returns events as entries, newest first. Skips checkpoints, which are listed as commits. */
function eventEntries(events: readonly SessionEvent[]): LogEntry[] {
  return events
    .filter((each) => each.type !== "checkpoint" && (each.type === "unknown" || eventRow(each)?.shows))
    .map(
      (each): LogEntry => ({
        ...{ kind: "event", at: each.at, commit: null, type: typeOf(each) },
        subject: wordsShown(each).join(" "),
        decisions: [],
      }),
    )
    .reverse();
}
