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
 * Returns the minutes that somebody worked, with fractions: between two moments that are at most
 * `idleMinutes` apart. A single moment counts as zero. Bad dates are ignored; no order and no clock that
 * jumped makes the time negative.
 */
export function workingMinutes(moments: readonly Moment[], idleMinutes: number): number {
  return minutesSince(spansOf(moments, idleMinutes), Number.NEGATIVE_INFINITY);
}

/**
 * Returns the working time of a session in whole minutes, for every view and for `Session-Time`: from its
 * events and commits, and at least what its last checkpoint recorded plus the work since.
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
    // An amended commit keeps its author date, a rebased commit does not record when its time was measured:
    // the later date is safe.
    const measured = Math.max(commit.authored, commit.committed) * 1000;
    told = Math.max(told, record.minutes + minutesSince(spans, measured));
  }
  // A checkpoint's time was rounded already: rounded up again, every checkpoint would add to the checkpoint
  // before.
  return Math.max(Math.round(minutesSince(spans, Number.NEGATIVE_INFINITY)), Math.floor(told));
}

/** Returns the stretches of a session's work in order; work of two people at the same time is one stretch. */
export function sessionSpans(
  session: { readonly context: SessionContext; readonly events: readonly SessionEvent[] },
  commits: readonly ReadCommit<AuthoredCommit>[],
  idleMinutes: number,
  now?: Moment,
): Span[] {
  const people = [...momentsOf(session, commits, now).values()];
  return mergeRanges(people.flatMap((moments) => spansOf(moments, idleMinutes)));
}

/** Returns the minutes of stretches up to a moment, with fractions. */
export function minutesUntil(spans: readonly Span[], moment: number): number {
  return spans.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, moment) - from), 0) / 60_000;
}

/**
 * Returns moments by person. An event belongs to the person who took the session up last (`by`), at first to
 * its author. A commit counts by its author date, which rebase and cherry-pick keep; commits of another
 * session are ignored.
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
