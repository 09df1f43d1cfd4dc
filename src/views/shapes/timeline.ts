/** Commits and events as one list in time. Pure. */

import { eventRow, type SessionEvent, typeOf, wordsShown } from "../../session/events.ts";
import type { ContentMatch } from "../../trailers/match-content.ts";
import type { DecisionEnd } from "../../trailers/successors.ts";

export interface LogDecision extends DecisionEnd {
  readonly id: string;
  readonly text: string;
  readonly found?: ContentMatch;
  /** The commit that carried it before it became pending again. */
  readonly was?: string;
  /** The commit that reverted the one which carries it. */
  readonly reverted?: string;
}

export interface LogEntry {
  readonly kind: "checkpoint" | "commit" | "event";
  /** ISO 8601; null where nobody knows. */
  readonly at: string | null;
  /** Null for an event, and for a checkpoint that nothing leads to any more. */
  readonly commit: string | null;
  readonly subject: string;
  readonly author?: string;
  readonly label?: string;
  /** Of an event: `objective.added`. */
  readonly type?: string;
  readonly was?: string;
  /** The commit that reverted this one. */
  readonly reverted?: string;
  readonly decisions: readonly LogDecision[];
}

/**
 * Newest first. Commits keep git's order, whatever their dates say; each event comes before the first commit that is
 * not newer than it. `log` is the session's own, which knows to the millisecond when a checkpoint was made.
 */
export function timeline(commits: readonly LogEntry[], log: readonly SessionEvent[]): LogEntry[] {
  const events = logged(log);
  const made = log.filter((each) => each.type === "checkpoint");
  const exact = new Map<string | null | undefined, string>(made.map((each) => [each.commit, each.at]));
  // A commit's own date has no milliseconds: an event of the same second came before it, or with it.
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

/** Events as entries, newest first; checkpoints are commits already. */
function logged(events: readonly SessionEvent[]): LogEntry[] {
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
