import type { Commit } from "../git/commits.ts";
import { emptyTree, globs, patch } from "../git/diff.ts";
import { refCommit } from "../git/refs.ts";
import { type Operation, unfinishedOperation, type WorkTreeStatus, workTreeStatus } from "../git/status.ts";
import { knownCommits } from "../model/branches.ts";
import { type ReadCommit, readCommits } from "../model/checkpoints.ts";
import { type Annotation, annotationsInDiff } from "../model/facts/annotations.ts";
import { type CarriedSession, carriedSession } from "../model/restore.ts";
import { newSession, type SessionState } from "../model/state.ts";
import { takeIn } from "../model/takein.ts";
import { localSessions } from "../store/sessions.ts";
import type { LoadedSession } from "../store/state.ts";
import { forkOf } from "./base.ts";
import { branchReflog, type Offer, offerOn, standingOf } from "./branch.ts";
import { minutesOf } from "./minutes.ts";
import type { Place } from "./place.ts";
import { type SessionRange, sessionWork, standsAs } from "./range.ts";
import { withSpool } from "./spool.ts";
import { storedSession } from "./stored.ts";
import { type Trace, traceSession, withTraced } from "./trace.ts";

/** Everything that git and the session's files say now, for status, brief and handoff. */
export interface Gathered {
  readonly branch: string;
  /** False on a branch where nobody started a session: the state is empty, the rest comes from git. */
  readonly recorded: boolean;
  readonly state: SessionState;
  readonly session?: LoadedSession;
  readonly tip?: string;
  readonly range: SessionRange;
  /** Commits of the session, newest first. */
  readonly commits: readonly ReadCommit<Commit>[];
  /** The work tree; undefined for a branch that is not checked out here. */
  readonly status?: WorkTreeStatus;
  readonly operation?: Operation;
  readonly annotations: readonly Annotation[];
  readonly minutes: number;
  /** The clone does not have all commits. */
  readonly shallow: boolean;
  /** What checkpoints of other clones changed, and this one has not recorded. */
  readonly taken: readonly string[];
  /** The session that the branch's commits carry, where this clone has no record of one. */
  readonly carried?: CarriedSession;
  /** Where each decision is now, and what is pending again. */
  readonly trace: Trace;
  /** The session's branch is not there any more, or another one has its name. */
  readonly gone: boolean;
  /** On a branch without a session: the stored one that may be meant. */
  readonly offer?: Offer;
}

/**
 * The branch that is checked out, with its session. Whether that is still the branch's own is asked of git only where
 * no commit of the session is on it.
 */
export async function gatherHere(place: Place, branch: string): Promise<Gathered> {
  const found = await storedSession(place, branch);
  const stored = found && (await withSpool(place, found));
  const gathered = await gather(place, branch, stored);
  if (!stored) return gathered;
  const { id } = stored.state.context;
  const known = new Set(knownCommits(stored.state, stored.events));
  // What is in the base as well may have been merged before this branch was made.
  const isAhead = gathered.range.drift?.ahead !== 0;
  const isThere =
    isAhead && gathered.commits.some((each) => each.record?.id === id || known.has(each.commit.oid));
  if (isThere || (await standingOf(place, stored)) !== "earlier") return gathered;
  return gather(place, branch, undefined);
}

/**
 * Reads all of it, independent git commands side by side. `earlier`: what is there under the branch's name now is not
 * the session's.
 */
export async function gather(
  place: Place,
  branch: string,
  session: LoadedSession | undefined,
  earlier = false,
): Promise<Gathered> {
  const { repository } = place;
  const here = branch === repository.branch && !earlier;
  const there = () => refCommit(repository.root, `refs/heads/${branch}`);
  const tip = here ? repository.head : earlier ? undefined : await there();
  const [status, operation, { state: recorded, range, history, beyond }, entries] = await Promise.all([
    here ? workTreeStatus(repository) : undefined,
    here ? unfinishedOperation(repository) : undefined,
    placed(place, branch, tip, session),
    session ? [] : branchReflog(place, branch),
  ]);
  const between = await diffArguments(place, range, tip, here);
  const unchanged = tip === recorded.context.base.commit && !isDirty(status);
  const read = readCommits(history);
  const events = session?.events ?? [];
  const { state, taken } = takeIn({ state: recorded, events }, read, beyond);
  const gone = session !== undefined && tip === undefined && !here;
  const [annotations, trace, offer] = await Promise.all([
    between === undefined || unchanged ? [] : newAnnotations(place, between),
    traceSession(place, { state, events, range: read, branch: gone ? "gone" : standsAs(range) }),
    session ? undefined : offerOn(place, branch, entries, read),
  ]);
  const commits = (gone ? trace.elsewhere : read).filter((each) => each.commit.parents.length < 2);
  // What a default branch carries are sessions that were merged into it.
  const isBased = recorded.context.base.branch !== undefined;
  const carried =
    session === undefined && isBased && !offer ? await carriedHere(place, carriedSession(read)) : undefined;
  return {
    branch,
    recorded: session !== undefined,
    state: withTraced(state, trace),
    taken,
    trace,
    gone,
    ...(offer === undefined ? {} : { offer }),
    ...(carried === undefined ? {} : { carried }),
    ...(session === undefined ? {} : { session }),
    ...(tip === undefined ? {} : { tip }),
    range,
    commits,
    ...(status === undefined ? {} : { status }),
    ...(operation === undefined ? {} : { operation }),
    annotations,
    shallow: repository.shallow,
    minutes: minutesOf(place, { context: state.context, events }, commits),
  };
}

function isDirty(status: WorkTreeStatus | undefined): boolean {
  return status !== undefined && status.staged.length + status.unstaged.length > 0;
}

/** The state of the session, or of a branch without one, and where its work lies. */
async function placed(
  place: Place,
  branch: string,
  tip: string | undefined,
  session: LoadedSession | undefined,
) {
  const state = session?.state ?? (await unrecorded(place, branch, tip));
  return { state, ...(await sessionWork(place, state.context, tip)) };
}

/** The state of a branch without a session: where it left the default branch is where its work began. */
async function unrecorded(place: Place, branch: string, tip: string | undefined): Promise<SessionState> {
  const { base } = await forkOf(place, branch, tip);
  return newSession({ id: "", branch, base, now: "" });
}

/** What a branch was begun on may be the work of another session of this clone, which stays with its own branch. */
async function carriedHere(
  place: Place,
  carried: CarriedSession | undefined,
): Promise<CarriedSession | undefined> {
  const local = carried === undefined ? [] : await localSessions(place.sessionsDir);
  return local.some((each) => each.state.context.id === carried?.id) ? undefined : carried;
}

/** Arguments for `git diff`: from the start of the session to the work tree, or to the branch where it is not checked out. */
export async function diffArguments(
  place: Place,
  range: SessionRange,
  tip: string | undefined,
  here: boolean,
): Promise<string[] | undefined> {
  if (tip === undefined) return undefined;
  const from = range.from ?? (range.revisions.length > 1 ? tip : await emptyTree(place.repository.root));
  return here ? [from] : [from, tip];
}

/** Only the part of the diff that has a tag in it is read. */
async function newAnnotations(place: Place, between: readonly string[]): Promise<Annotation[]> {
  const tags = place.config.tracking.annotations;
  if (tags.length === 0) return [];
  const pattern = tags.map((tag) => tag.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return annotationsInDiff(
    await patch(place.repository.root, ["-G", pattern, ...between], watchedPaths(place)),
    tags,
  );
}

/** Files that count as the session's work: `tracking.watch_patterns` without `ignore_patterns`, and never our own. */
export function watchedPaths(place: Place): string[] {
  const { watch_patterns, ignore_patterns } = place.config.tracking;
  return globs(watch_patterns, [...ignore_patterns, ".session/**"]);
}
