/** Selects the sessions, decisions and blockers of a period, from records and commits. Pure. */

import { progressOf } from "../../session/progress.ts";
import type { SessionState } from "../../session/state.ts";
import { type AuthoredCommit, dateOf, isInherited, type ReadCommit } from "../../trailers/checkpoints.ts";
import { decisionKey } from "../../trailers/keys.ts";
import { revertOf } from "../../trailers/reverts.ts";
import { decisionEnd, successorsOf } from "../../trailers/successors.ts";
import type { Counted } from "../counting/metrics.ts";
import { NOTHING } from "../counting/numbers.ts";
import type { Period, PeriodNumbers } from "../counting/periods.ts";
import { dayAfter, dayAt, type Edges, nextPeriod } from "./period.ts";
import type { ObjectivesAt, ReportDecision, ReportPeriodNumbers, ReportSession } from "./report.ts";

/** Returns whether a session was open at any time in the period. */
export function overlaps(
  { since = Number.NEGATIVE_INFINITY, until }: Edges,
  { started, until: end }: Pick<ReportSession, "started" | "until">,
): boolean {
  const last = Date.parse(end);
  const first = Date.parse(started);
  return (Number.isNaN(first) ? last : first) <= until && last >= since;
}

/** Returns the sessions that commits carry, the newest first. */
export function sessionsOfCommits(commits: readonly ReadCommit<AuthoredCommit>[]): ReportSession[] {
  const found = new Map<string, ReportSession>();
  // Takes the final values of a session from its newest commit with them, and its beginning from its oldest.
  for (const { commit, record } of commits) {
    const { id, title, minutes, objectives = [] } = record ?? {};
    const { added } = dateOf(commit);
    if (id === undefined || added === undefined) continue;
    const before = found.get(id);
    if (before) {
      found.set(id, { ...before, started: added, minutes: before.minutes ?? minutes ?? null });
      continue;
    }
    found.set(id, {
      id,
      title: title ?? `Session ${id}`,
      branch: null,
      state: "recorded",
      started: added,
      until: added,
      minutes: minutes ?? null,
      checkpoints: null,
      objectives: objectives.map(({ id: name, text, mark }) => ({ id: name, text, mark })),
      progress: progressOf(objectives),
      tags: [],
      issues: [],
    });
  }
  return [...found.values()];
}

/** Returns the numbers of a session known only from commits. `decisions`: all that commits carry. */
export function countedOf(session: ReportSession, decisions: readonly ReportDecision[]): Counted {
  const { id, state, started, until, tags, minutes, checkpoints, progress } = session;
  const own = decisions.filter((each) => each.session === id).length;
  const counts = {
    minutes,
    checkpoints: checkpoints ?? 0,
    decisions: own,
    blockers: 0,
    objectives: progress,
  };
  return { state, created: started, touched: until, tags, ...counts };
}

/**
 * Returns the decisions that commits carry, each once, newest first. Each has the date of its first commit
 * and its newest text.
 */
export function decisionsOfCommits(commits: readonly ReadCommit<AuthoredCommit>[]): ReportDecision[] {
  const found = new Map<string, ReportDecision>();
  for (const { commit, record } of commits) {
    for (const decision of record?.decisions ?? []) {
      const key = decisionKey(decision, record?.id);
      const at = dateOf(commit).added ?? null;
      const before = found.get(key);
      found.set(
        key,
        before ? { ...before, at } : { ...decisionOf(decision, record?.id), at, commit: commit.oid },
      );
    }
  }
  return [...found.values()].sort(newestFirst);
}

/** Returns the decisions that were made in these sessions. */
export function decisionsOfStates(states: Iterable<SessionState>): ReportDecision[] {
  return [...states].flatMap(({ context: { id, decisions, committed } }) =>
    decisions
      .filter((each) => !isInherited(each, id))
      .map((each) => ({
        ...decisionOf(each, id),
        at: each.added ?? null,
        commit: committed[each.id] ?? null,
      })),
  );
}

/**
 * Returns decisions with what ended them: a later decision among `all`, or a revert of the carrying commit.
 * `reverts`: from `revertedBy`.
 */
export function withStandings(
  decisions: readonly ReportDecision[],
  all: readonly ReportDecision[],
  reverts: ReadonlyMap<string, string>,
): ReportDecision[] {
  const successors = successorsOf(all.map(referenceOf));
  return decisions.map((each) => {
    const { supersededBy = null, withdrawnBy = null } = decisionEnd(referenceOf(each), successors);
    const reverted = revertOf(reverts, each.commit ?? undefined, keyOf(each)) ?? null;
    return { ...each, supersededBy, withdrawnBy, reverted };
  });
}

/** Returns the ids by which decisions refer to each other. */
function referenceOf({ id, session, supersedes, withdraws }: ReportDecision) {
  const known = { session: session ?? undefined, supersedes: supersedes ?? undefined };
  return { id, ...known, withdraws: withdraws ?? undefined };
}

/** Returns the key that `decisionKey` returns for a decision of a record. */
function keyOf({ id, session, text }: ReportDecision): string {
  return session === null ? `:${text}` : `${session}/${id}`;
}

type Taken = Parameters<typeof decisionKey>[0];

function decisionOf(decision: Taken, session: string | undefined): Omit<ReportDecision, "at" | "commit"> {
  const { id, text, rationale = null, alternatives, supersedes = null, withdraws = null } = decision;
  const own = { id, session: decision.session ?? session ?? null, text, rationale, alternatives };
  return { ...own, supersedes, withdraws, supersededBy: null, withdrawnBy: null, reverted: null };
}

/**
 * Joins decisions of records and commits: a record has the full text, and the commits show which commit
 * carries the decision now.
 */
export function unitedDecisions(
  carried: readonly ReportDecision[],
  taken: readonly ReportDecision[],
): ReportDecision[] {
  const found = new Map(carried.map((each) => [keyOf(each), each]));
  for (const each of taken) {
    const commit = found.get(keyOf(each))?.commit ?? each.commit;
    found.set(keyOf(each), { ...each, commit });
  }
  return [...found.values()].sort(newestFirst);
}

function newestFirst(one: { readonly at: string | null }, other: { readonly at: string | null }): number {
  return (other.at ?? "") < (one.at ?? "") ? -1 : (other.at ?? "") > (one.at ?? "") ? 1 : 0;
}

/**
 * Counts open and finished objectives at the end of each period; a dropped objective counts until its drop.
 */
export function objectivesOver(
  sessions: readonly Pick<ReportSession, "objectives">[],
  periods: readonly string[],
  by: Period,
  to: string,
): ObjectivesAt[] {
  const items = sessions.flatMap(({ objectives }) =>
    objectives.flatMap(({ mark, added, finished }) => {
      const end = finished === undefined ? undefined : dayAt(finished);
      // Leaves out an objective without a date, because its period is unknown.
      if (added === undefined || ((mark === "done" || mark === "dropped") && !end)) return [];
      return [{ added: dayAt(added), done: mark === "done" ? end : undefined, over: end }];
    }),
  );
  return periods.map((from) => {
    const end = dayAfter(nextPeriod(from, by), -1);
    const last = end < to ? end : to;
    const there = items.filter((each) => each.added <= last);
    const done = there.filter((each) => each.done !== undefined && each.done <= last).length;
    const open = there.filter((each) => each.over === undefined || each.over > last).length;
    return { from, open, done };
  });
}

/** Returns every period with its numbers, including periods without commits. */
export function filledPeriods(
  found: readonly PeriodNumbers[],
  starts: readonly string[],
): ReportPeriodNumbers[] {
  const known = new Map(found.map((each) => [each.from, each]));
  return starts.map((from) => known.get(from) ?? { ...NOTHING, from, last: null });
}

/** Returns the first day with a commit or a session; undefined without both. */
export function firstDay(days: readonly { readonly day: string }[], sessions: readonly ReportSession[]) {
  const all = [days[0]?.day, ...sessions.map((each) => dayAt(each.started))];
  return all
    .filter((each): each is string => each !== undefined && each !== "")
    .reduce<string | undefined>(
      (least, each) => (least === undefined || each < least ? each : least),
      undefined,
    );
}
