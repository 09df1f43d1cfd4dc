/** Computes the numbers of a session for every view. No other module computes them. Pure. */

import { isCodeFile, isTestFile } from "../../facts/formats/tests.ts";
import type { SessionEvent } from "../../session/events/events.ts";
import type { CheckpointRecord } from "../../session/session.ts";
import type { SessionState } from "../../session/state.ts";
import { areCounted } from "../../trailers/impact.ts";
import { changedIn, testsIn } from "../../trailers/impact-size.ts";

/** The sums of a session's work. Null if no source knows the number any more. */
export interface WorkNumbers {
  readonly files: number | null;
  readonly added: number | null;
  readonly removed: number | null;
  /** Number of tests added, minus tests removed. */
  readonly tests: number | null;
  /** Coverage in percent, before and after the session's work. */
  readonly coverage: { readonly before: number | null; readonly after: number | null };
}

export interface SessionMetrics extends WorkNumbers {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  readonly state: string;
  /** Start of the session, in ISO 8601. */
  readonly started: string | null;
  readonly ended: string | null;
  /** Working time in minutes. */
  readonly minutes: number;
  /** Minutes from the start to the end of the session, or until now. */
  readonly span: number | null;
  /** Fraction of `span` without work, 0 to 1. */
  readonly idle: number | null;
  readonly checkpoints: number;
  /** Minutes from the start of the session to the first checkpoint. */
  readonly firstCheckpoint: number | null;
  readonly objectives: { readonly total: number; readonly done: number; readonly dropped: number };
  readonly decisions: number;
  readonly blockers: { readonly total: number; readonly resolved: number };
  readonly verified: number;
}

export interface MetricsInput {
  readonly state: SessionState;
  readonly events: readonly SessionEvent[];
  readonly branch: string;
  /** State of the session as lists show it: an ended session may be archived. */
  readonly phase: string;
  readonly minutes: number;
  /** Times of the checkpoints in milliseconds since the epoch, in any order. */
  readonly checkpoints: readonly number[];
  readonly work: WorkNumbers;
  readonly now: string;
}

/** Computes the numbers of a session. Times are in minutes. */
export function metricsOf(input: MetricsInput): SessionMetrics {
  const { state, work, minutes, checkpoints } = input;
  const { context, objectives, blockers } = state;
  const started = Date.parse(context.created);
  const ended = Date.parse(context.ended ?? input.now);
  // Treats a negative span as zero: a clock may have been set back.
  const span = Number.isNaN(started) || Number.isNaN(ended) ? null : Math.max(0, (ended - started) / 60_000);
  const noted = input.events.flatMap((each) => (each.type === "checkpoint" ? [Date.parse(each.at)] : []));
  const made = [...checkpoints, ...noted].filter((each) => Number.isFinite(each) && each > 0);
  const first = made.length === 0 || Number.isNaN(started) ? null : Math.min(...made) - started;
  return {
    id: context.id,
    title: context.title,
    branch: input.branch,
    state: input.phase,
    started: context.created === "" ? null : context.created,
    ended: context.ended ?? null,
    minutes,
    span: span === null ? null : Math.round(span),
    idle: span === null || span < 1 ? null : Math.min(1, Math.max(0, 1 - minutes / span)),
    checkpoints: checkpoints.length,
    firstCheckpoint: first === null ? null : Math.max(0, Math.round(first / 60_000)),
    objectives: {
      total: objectives.filter((each) => each.mark !== "dropped").length,
      done: objectives.filter((each) => each.mark === "done").length,
      dropped: objectives.filter((each) => each.mark === "dropped").length,
    },
    decisions: context.decisions.length,
    blockers: { total: blockers.length, resolved: blockers.filter((each) => each.resolved).length },
    verified: context.verified.length,
    ...work,
  };
}

/** Returns the sums of a session's work from a diff; only that of files if git could not count lines. */
export function workOfDiff(
  files: readonly { readonly added?: number; readonly removed?: number; readonly binary?: true }[],
  tests: { readonly added: number; readonly removed: number },
): Omit<WorkNumbers, "coverage"> {
  if (!areCounted(files)) return { files: files.length, added: null, removed: null, tests: null };
  return {
    files: files.length,
    added: sum(files.map((each) => each.added)),
    removed: sum(files.map((each) => each.removed)),
    tests: tests.added - tests.removed,
  };
}

/** Returns the number of changed lines in tests, and in other code. */
export function linesByRole(
  files: readonly { readonly path: string; readonly added?: number; readonly removed?: number }[],
): { code: number; tests: number } {
  const lines = (some: typeof files) =>
    sum(some.map((each) => each.added)) + sum(some.map((each) => each.removed));
  return {
    code: lines(files.filter(({ path }) => isCodeFile(path) && !isTestFile(path))),
    tests: lines(files.filter(({ path }) => isTestFile(path))),
  };
}

/**
 * Returns the sums of the impacts that checkpoints recorded; null if one recorded none. Checkpoints do not
 * record the number of distinct files.
 */
export function workOfImpacts(
  records: readonly (Pick<CheckpointRecord, "impact" | "minutes"> | undefined)[],
): Omit<WorkNumbers, "coverage"> {
  const nothing = { files: null, added: null, removed: null, tests: null };
  if (records.length === 0 || !records.every(hasImpact)) return nothing;
  const impacts = records.flatMap(({ impact }) => (impact.length > 0 ? [impact] : []));
  const changed = impacts.map(changedIn);
  if (changed.some((each) => each.added === undefined)) return nothing;
  return {
    files: null,
    added: sum(changed.map((each) => each.added)),
    removed: sum(changed.map((each) => each.removed)),
    tests: sum(impacts.flat().map(testsIn)),
  };
}

/**
 * Reports whether a record tells the size of its commit. An empty Impact means no changes, but a record
 * without a time was added to a commit of git itself, whose changes nobody counted.
 */
function hasImpact(
  record: Pick<CheckpointRecord, "impact" | "minutes"> | undefined,
): record is CheckpointRecord {
  return record !== undefined && (record.impact.length > 0 || record.minutes !== undefined);
}

/** Returns the coverage with which the session began, and the last known coverage. */
export function coverageOf(
  { context }: SessionState,
  events: readonly SessionEvent[],
  now?: number,
): WorkNumbers["coverage"] {
  const started = events.find((each) => each.type === "session.started");
  return { before: started?.coverage ?? null, after: now ?? context.coverage ?? null };
}

export type Totals = ReturnType<typeof totalsOf>;

/** The numbers of a session that `totalsOf` sums up. */
export interface Counted {
  readonly state: string;
  readonly created: string;
  readonly touched: string;
  readonly tags: readonly string[];
  readonly minutes: number | null;
  readonly checkpoints: number | null;
  readonly decisions: number;
  readonly blockers: number;
  readonly objectives: { readonly done: number; readonly total: number };
}

/** Returns the sums over many sessions. */
export function totalsOf(rows: readonly Counted[]) {
  const states = new Map<string, number>();
  const tags = new Map<string, number>();
  for (const row of rows) {
    states.set(row.state, (states.get(row.state) ?? 0) + 1);
    for (const tag of new Set(row.tags)) tags.set(tag, (tags.get(tag) ?? 0) + 1);
  }
  const checkpoints = rows.map((each) => each.checkpoints);
  const created = rows.map((each) => each.created).filter((each) => each !== "");
  return {
    sessions: rows.length,
    states: Object.fromEntries(states),
    minutes: sum(rows.map((each) => each.minutes ?? 0)),
    /** Number of checkpoints; null if that of a session is unknown. */
    checkpoints: checkpoints.includes(null) ? null : sum(checkpoints),
    decisions: sum(rows.map((each) => each.decisions)),
    objectives: {
      total: sum(rows.map((each) => each.objectives.total)),
      done: sum(rows.map((each) => each.objectives.done)),
    },
    /** Number of open blockers. */
    blockers: sum(rows.map((each) => each.blockers)),
    /** Tags of the sessions, the most used first. */
    tags: [...tags]
      .map(([tag, sessions]) => ({ tag, sessions }))
      .sort((one, other) => other.sessions - one.sessions || (one.tag < other.tag ? -1 : 1)),
    /** Start of the first session, in ISO 8601; null without sessions. */
    first: created.reduce<string | null>(
      (least, each) => (least === null || each < least ? each : least),
      null,
    ),
    last: rows.reduce<string | null>(
      (most, { touched }) => (most === null || touched > most ? touched : most),
      null,
    ),
  };
}

function sum(numbers: readonly (number | null | undefined)[]): number {
  return numbers.reduce<number>((total, each) => total + (each ?? 0), 0);
}
