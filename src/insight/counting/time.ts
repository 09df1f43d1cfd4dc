/** Computes working time from the times of events and commits. */

import type { SessionEvent } from "../../session/events/events.ts";
import type { SessionContext } from "../../session/state.ts";
import { mergeRanges } from "../../text/merge-ranges.ts";
import type { AuthoredCommit, ReadCommit } from "../../trailers/checkpoints.ts";

/** A time, in ISO 8601 or milliseconds since the epoch. */
export type Moment = string | number;

/** A period of work: its start and its end, in milliseconds since the epoch. */
export type Span = readonly [number, number];

/**
 * Returns the minutes of work, with fractions: the sum of the gaps of at most `idleMinutes` between two
 * moments. A single moment counts as zero. Ignores bad dates. The order of the moments does not matter, and
 * the result is never negative.
 */
export function workingMinutes(moments: readonly Moment[], idleMinutes: number): number {
  return minutesSince(spansOf(moments, idleMinutes), Number.NEGATIVE_INFINITY);
}

/**
 * Returns the working time of a session in whole minutes, for every view and for the trailer `Session-Time`.
 * Computed from its events and commits; never less than the time that its last checkpoint recorded plus the
 * work since.
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
    // Uses the later of two dates: an amended commit keeps its author date, and a rebased commit does not
    // show when its time was measured.
    const measured = Math.max(commit.authored, commit.committed) * 1000;
    told = Math.max(told, record.minutes + minutesSince(spans, measured));
  }
  // Rounds to the nearest minute: if rounded up, every checkpoint would add to the time of the previous
  // checkpoint.
  return Math.max(Math.round(minutesSince(spans, Number.NEGATIVE_INFINITY)), Math.floor(told));
}

/** Returns the periods of a session's work in order. Work of two people at the same time is one period. */
export function sessionSpans(
  session: { readonly context: SessionContext; readonly events: readonly SessionEvent[] },
  commits: readonly ReadCommit<AuthoredCommit>[],
  idleMinutes: number,
  now?: Moment,
): Span[] {
  const people = [...momentsOf(session, commits, now).values()];
  return mergeRanges(people.flatMap((moments) => spansOf(moments, idleMinutes)));
}

/** Returns the minutes of work in these periods before a moment, with fractions. */
export function minutesUntil(spans: readonly Span[], moment: number): number {
  return spans.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, moment) - from), 0) / 60_000;
}

/**
 * Returns moments by person. An event belongs to the person who last started or resumed the session (`by`),
 * else to its author. A commit counts at its author date, which rebase and cherry-pick keep. Ignores commits
 * of other sessions, and events between the end and the next resume.
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
  let ended = false;
  for (const event of events) {
    // Nobody works on an ended session: to acknowledge its handoff or to archive it is no work.
    if (ended && !/^session\.(started|resumed)$/.test(event.type)) continue;
    ended = event.type === "session.ended";
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

/** Returns the periods of one person's work, in order. */
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
