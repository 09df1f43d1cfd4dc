/** Computes the numbers of sessions, from git's current state or from their records. */

import { type Commit, resolveCommit } from "../git/commits.ts";
import { type FileChange, touchCounts } from "../git/diff.ts";
import { standingOf } from "../history/branch-identity.ts";
import { minutesOf } from "../history/minutes.ts";
import { sessionWork } from "../history/range.ts";
import {
  coverageOf,
  metricsOf,
  type SessionMetrics,
  type WorkNumbers,
  workOfDiff,
  workOfImpacts,
} from "../insight/counting/metrics.ts";
import type { Place } from "../place/place.ts";
import { type KnownSession, loadKnown } from "../record/known-sessions.ts";
import { loggedCheckpoints } from "../session/events/checkpoints.ts";
import { parseEvents, type SessionEvent } from "../session/events/events.ts";
import type { CheckpointRecord } from "../session/session.ts";
import { isEnded, type SessionState } from "../session/state.ts";
import { snapshotFiles, snapshotTexts, stateOfFiles } from "../snapshots/read-snapshot.ts";
import type { LoadedSession } from "../store/load.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { checkpointsOf, type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import { changesBetween, listedFiles, recordedNumbers, testsBetween } from "./changes.ts";
import { type Details, gatherDetails } from "./details.ts";
import { type Gathered, gather } from "./gather.ts";

/** A session's numbers, and the data from which they are computed. */
export interface Measured {
  readonly metrics: SessionMetrics;
  readonly session: LoadedSession;
  /** Commits of the session that git still has, newest first, without merges. */
  readonly commits: readonly ReadCommit<Commit>[];
  /**
   * Arguments for `git log`: a range, or single commits of other branches. Empty if git has none of the
   * commits.
   */
  readonly revisions: readonly string[];
  /** Time of each checkpoint, in milliseconds since the epoch. */
  readonly checkpoints: readonly number[];
  /** Changed files except ignored files. Undefined if git no longer has the trees. */
  readonly files?: readonly FileChange[];
  /** The session's current facts; undefined for an ended session. */
  readonly gathered?: Gathered;
}

/** Computes a session's numbers from git, or from its record for commits that git no longer has. */
export async function measureSession(place: Place, known: KnownSession): Promise<SessionMetrics> {
  return (await measure(place, known)).metrics;
}

/**
 * Computes a session's numbers like `measureSession`, and returns them with the data from which they are
 * computed.
 */
export async function measure(place: Place, known: KnownSession): Promise<Measured> {
  const session = await loadKnown(place, known);
  const common = { events: session.events, branch: known.branch, phase: known.state, now: now() };
  if (session.state.context.ended !== undefined && known.where !== "local") {
    const { commits, revisions, files, ...input } = await endedWork(place, known, session);
    const { checkpoints } = input;
    const metrics = metricsOf({ ...common, ...input });
    return { metrics, session, commits, revisions, checkpoints, ...(files ? { files } : {}) };
  }
  const earlier = (await standingOf(place, session)) === "earlier";
  const gathered = await gather(place, known.branch, session, earlier ? "earlier" : undefined);
  const { commits, tip } = gathered;
  const own = checkpointsOf(commits, known.id).map(madeBy);
  const made = isLost(gathered) ? await recordedCheckpoints(place, known, session.events) : own;
  const checkpoints = made.map((each) => each.authored * 1000);
  const details = await gatherDetails(place, gathered);
  const seen = gathered.status === undefined ? undefined : details.coverage;
  const coverage = coverageOf(gathered.state, session.events, seen);
  const work = { ...(await workOf(place, gathered, details, made)), coverage };
  const input = { ...common, state: gathered.state, minutes: gathered.minutes, checkpoints, work };
  return {
    metrics: metricsOf(input),
    session,
    commits,
    checkpoints,
    gathered,
    revisions: tip === undefined ? commits.map((each) => each.commit.oid) : gathered.range.revisions,
    ...(details.incomplete ? {} : { files: listedFiles(details) }),
  };
}

/** Returns whether git lost the commits of a deleted branch: the record alone knows them. */
export function isLost({ gone, commits, session }: Gathered): boolean {
  return gone && commits.length === 0 && loggedCheckpoints(session?.events ?? []).length > 0;
}

/**
 * Returns the sums of a session's work: from git's diff, else as the end of the session recorded them, else
 * from the records of its checkpoints.
 */
export async function workOf(
  place: Place,
  { commits, state, tip, session }: Gathered,
  details: Pick<Details, "files" | "incomplete" | "tests">,
  checkpoints: readonly Made[] = checkpointsOf(commits, state.context.id).map(madeBy),
): Promise<Omit<WorkNumbers, "coverage">> {
  if (!details.incomplete) return workOfDiff(details.files, details.tests);
  const ended = isEnded(state.context.state) ? recordedNumbers(session?.events ?? []) : undefined;
  if (ended) return ended;
  const oids = commits.map((each) => each.commit.oid);
  // With a tip, the clone lacks older commits: its oldest commit seems to add every file.
  const isCounted = tip === undefined && oids.length > 0;
  const touches = isCounted ? await touchCounts(place.repository.root, ["--no-walk", ...oids]) : undefined;
  // Without the trees of a partial clone, no file is listed.
  return { ...workOfImpacts(checkpoints.map((each) => each.record)), files: touches?.size || null };
}

/** Returns the work of an ended session up to its last commit: the branch may have moved on or be gone. */
async function endedWork(place: Place, known: KnownSession, session: LoadedSession) {
  const { root } = place.repository;
  const { state, events } = session;
  const coverage = coverageOf(state, events);
  const [record, tip] = await Promise.all([
    recordedCheckpoints(place, known, events),
    lastCommit(root, events),
  ]);
  const { range, history } = await sessionWork(place, state.context, tip);
  const read = readCommits(history);
  const own = checkpointsOf(read, known.id);
  const made = own.length > 0 ? own.map(madeBy) : record;
  const between = tip === undefined || range.from === undefined ? undefined : [range.from, tip];
  const changes = between && (await changesBetween(place, between));
  const work =
    recordedNumbers(events) ??
    (changes
      ? workOfDiff(changes.files, await testsBetween(place, between))
      : workOfImpacts(made.map((each) => each.record)));
  return {
    state,
    minutes: known.snapshot?.minutes ?? minutesOf(place, { context: state.context, events }, read),
    checkpoints: made.map((each) => each.authored * 1000),
    work: { ...work, coverage },
    commits: read.filter((each) => each.commit.parents.length < 2),
    files: changes && listedFiles(changes),
    revisions: tip === undefined ? [] : range.revisions,
  };
}

/** Returns the last commit that the log of the session names, if git still has it. */
async function lastCommit(root: string, events: readonly SessionEvent[]): Promise<string | undefined> {
  const last = events
    .flatMap((each) => (each.type === "handoff.written" || each.type === "checkpoint" ? [each.commit] : []))
    .findLast((each) => each !== undefined);
  return last === undefined ? undefined : resolveCommit(root, last);
}

interface Made {
  readonly oid: string;
  readonly authored: number;
  readonly record?: CheckpointRecord;
}

function madeBy({ commit, record }: ReadCommit<Commit>): Made {
  return { oid: commit.oid, authored: commit.authored, ...defined({ record }) };
}

/** Returns the checkpoints in the session's snapshot, oldest first; without a snapshot, in its log. */
async function recordedCheckpoints(
  place: Place,
  { id, snapshot }: KnownSession,
  events: readonly SessionEvent[],
): Promise<Made[]> {
  const heads = snapshot ? [snapshot] : [];
  const texts = await snapshotTexts(place.repository.root, heads, "checkpoints.jsonl", place.notices);
  return checkpointsIn(texts.get(id) ?? "", events);
}

function checkpointsIn(text: string, events: readonly SessionEvent[]): Made[] {
  const found = text.split("\n").flatMap((line): Made[] => {
    if (line.trim() === "") return [];
    try {
      const { commit, authored, message } = JSON.parse(line) as Record<string, unknown>;
      if (typeof commit !== "string" || typeof message !== "string") return [];
      const time = typeof authored === "number" ? authored : 0;
      const [read] = readCommits([{ oid: commit, message, committed: time }]);
      return [{ oid: commit, authored: time, ...defined({ record: read?.record }) }];
    } catch {
      return [];
    }
  });
  return found.length > 0 ? found : loggedCheckpoints(events);
}

/**
 * Computes the numbers of many sessions from their records alone, with a single git process. Returns them by
 * session id.
 */
export async function measureRecords(
  place: Place,
  sessions: readonly KnownSession[],
): Promise<Map<string, SessionMetrics>> {
  const heads = sessions.flatMap((each) => each.snapshot ?? []);
  const names = [
    "context.json",
    "objectives.md",
    "blockers.md",
    "events.jsonl",
    "checkpoints.jsonl",
  ] as const;
  const files = await snapshotFiles(place.repository.root, heads, names, place.notices);
  return new Map(
    sessions.flatMap((known) => {
      const texts = files.get(known.id);
      const recorded = known.loaded ?? (texts && recordOf(texts));
      if (!recorded) return [];
      const { state, events } = recorded;
      const made = checkpointsIn(texts?.get("checkpoints.jsonl") ?? "", events);
      const metrics = metricsOf({
        state,
        events,
        branch: known.branch,
        phase: known.state,
        now: now(),
        minutes: known.snapshot?.minutes ?? minutesOf(place, { context: state.context, events }, []),
        checkpoints: made.map((each) => each.authored * 1000),
        work: {
          ...(recordedNumbers(events) ?? workOfImpacts(made.map((each) => each.record))),
          coverage: coverageOf(state, events),
        },
      });
      return [[known.id, metrics] as const];
    }),
  );
}

function recordOf(
  texts: ReadonlyMap<string, string>,
): { state: SessionState; events: SessionEvent[] } | undefined {
  const state = stateOfFiles(texts);
  return state && { state, events: parseEvents(texts.get("events.jsonl") ?? "").events };
}
