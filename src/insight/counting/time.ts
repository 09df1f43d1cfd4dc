/** Working time out of moments: when events happened and commits were made. */

import type { SessionEvent } from "../../session/events.ts";
import type { SessionContext } from "../../session/state.ts";
import { mergeRanges } from "../../text/merge-ranges.ts";
import type { AuthoredCommit, ReadCommit } from "../../trailers/checkpoints.ts";

/** ISO 8601 or milliseconds since the epoch. */
export type Moment = string | number;

/** A stretch of work, from and to, in milliseconds. */
export type Span = readonly [number, number];

/**
 * Minutes that somebody worked, whole or not: between two moments that are at most `idleMinutes` apart. A moment alone
 * is no time, bad dates are ignored, and neither a clock that jumped nor the order makes it negative.
 */
export function workingMinutes(moments: readonly Moment[], idleMinutes: number): number {
  return minutesSince(spansOf(moments, idleMinutes), Number.NEGATIVE_INFINITY);
}

/**
 * Working time of a session in whole minutes, the one answer for every view and for `Session-Time`: what its events
 * and commits say, and never less than a checkpoint of it said with what was worked since.
 */
export function sessionMinutes(
  session: { readonly context: SessionContext; readonly events: readonly SessionEvent[] },
  commits: readonly ReadCommit<AuthoredCommit>[],
  idleMinutes: number,
  now?: Moment,
): number {
  const { id } = session.context;
  const spans = sessionSpans(session, commits, idleMinutes, now);
  let told = 0;
  for (const { commit, record } of commits) {
    if (record?.id !== id || record.minutes === undefined) continue;
    // An amended commit keeps its author date, a rebased one does not say when it was measured: the later one is safe.
    const measured = Math.max(commit.authored, commit.committed) * 1000;
    told = Math.max(told, record.minutes + minutesSince(spans, measured));
  }
  // What was told was rounded already: rounded up again, every checkpoint would add to the one before it.
  return Math.max(Math.round(minutesSince(spans, Number.NEGATIVE_INFINITY)), Math.floor(told));
}

/** Stretches of a session's work, in order; what two people worked at the same time is one. */
export function sessionSpans(
  session: { readonly context: SessionContext; readonly events: readonly SessionEvent[] },
  commits: readonly ReadCommit<AuthoredCommit>[],
  idleMinutes: number,
  now?: Moment,
): Span[] {
  const people = [...momentsOf(session, commits, now).values()];
  return mergeRanges(people.flatMap((moments) => spansOf(moments, idleMinutes)));
}

/** Minutes of these stretches, whole or not, up to a moment. */
export function minutesUntil(spans: readonly Span[], moment: number): number {
  return spans.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, moment) - from), 0) / 60_000;
}

/**
 * Moments by person. Events are of whoever took the session up last (`by`), at first of its author. Commits count by
 * their author date, which rebase and cherry-pick keep; those that another session made are that session's time.
 */
function momentsOf(
  { context, events }: { readonly context: SessionContext; readonly events: readonly SessionEvent[] },
  commits: readonly ReadCommit<AuthoredCommit>[],
  now: Moment | undefined,
): Map<string, Moment[]> {
  const people = new Map<string, Moment[]>();
  const add = (person: string, moment: Moment) => {
    const moments = people.get(person);
    if (moments) moments.push(moment);
    else people.set(person, [moment]);
  };
  let person = context.author ?? "";
  for (const event of events) {
    if ("by" in event && event.by !== undefined) person = event.by;
    add(person, event.at);
  }
  if (now !== undefined) add(person, now);
  for (const { commit, record } of commits) {
    const isOthers = record?.id !== undefined && record.id !== context.id;
    if (!isOthers && commit.authored > 0) add(commit.author, commit.authored * 1000);
  }
  return people;
}

/** Stretches of one person's work, in order. */
function spansOf(moments: readonly Moment[], idleMinutes: number): Span[] {
  const times = moments
    .map((each) => (typeof each === "number" ? each : Date.parse(each)))
    .filter((each) => Number.isFinite(each))
    .sort((one, other) => one - other);
  return times.flatMap((to, at): Span[] => {
    const from = times[at - 1];
    return from !== undefined && to > from && to - from <= idleMinutes * 60_000 ? [[from, to]] : [];
  });
}

function minutesSince(spans: readonly Span[], since: number): number {
  return spans.reduce((sum, [from, to]) => sum + Math.max(0, to - Math.max(from, since)), 0) / 60_000;
}
