import { ancestor, type Commit, mergeBase } from "../git/commits.ts";
import { emptyTree, globs, patch } from "../git/diff.ts";
import { interruptedMove, type MoveNote } from "../git/move/note.ts";
import { defaultBranch, refCommit } from "../git/refs.ts";
import {
  type Operation,
  rebasedBranch,
  unfinishedOperation,
  type WorkTreeStatus,
  workTreeStatus,
} from "../git/status.ts";
import { forkOf } from "../history/base.ts";
import { branchReflog, type Offer, offerOn, standingOf } from "../history/branch.ts";
import { minutesOf } from "../history/minutes.ts";
import { type SessionRange, sessionWork, standsAs } from "../history/range.ts";
import { revertsOf } from "../history/reverts.ts";
import { storedSession } from "../history/stored.ts";
import { type Trace, traceSession, withTraced } from "../history/trace.ts";
import type { Place } from "../place/place.ts";
import { withSpool } from "../record/spool.ts";
import { knownCommits } from "../session/branches.ts";
import { type Own, ownOf } from "../session/own.ts";
import { newSession, type SessionContext, type SessionState } from "../session/state.ts";
import { localSessions } from "../store/sessions.ts";
import type { LoadedSession } from "../store/state.ts";
import { defined } from "../text/defined.ts";
import { type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import { type CarriedSession, carriedSession } from "../trailers/restore.ts";
import { takeIn } from "../trailers/takein.ts";
import { type Annotation, annotationsInDiff } from "./formats/annotations.ts";

/** How many commits are told of a branch that nothing says the beginning of. */
const RECENT = 30;

/** Everything that git and the session's files say now, for status, brief and handoff. */
export interface Gathered {
  /** Empty where HEAD is detached and nothing tells of which branch. */
  readonly branch: string;
  readonly detached: boolean;
  /** False on a branch where nobody started a session: the state is empty, the rest comes from git. */
  readonly recorded: boolean;
  readonly state: SessionState;
  readonly session?: LoadedSession;
  readonly tip?: string;
  readonly range: SessionRange;
  /** Nothing says where work began: the commits are the newest ones. */
  readonly recent: boolean;
  /** Commits of the session, newest first. */
  readonly commits: readonly ReadCommit<Commit>[];
  /** The same with merges. */
  readonly history: readonly ReadCommit<Commit>[];
  /** Reverted commits of the history, each with the commit that reverted it. */
  readonly reverts: ReadonlyMap<string, string>;
  /** The work tree; undefined for a branch that is not checked out here. */
  readonly status?: WorkTreeStatus;
  readonly operation?: Operation;
  /** A command of ours was interrupted while git moved HEAD, index and files. */
  readonly move?: MoveNote;
  readonly annotations: readonly Annotation[];
  readonly minutes: number;
  /** Which words of the record were written down here. */
  readonly own: Own;
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
export async function gatherHere(place: Place, branch: string | undefined): Promise<Gathered> {
  if (branch === undefined) return gatherDetached(place);
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

/** HEAD on no branch: while a branch is being rebased, its session; else what the commit itself tells. */
async function gatherDetached(place: Place): Promise<Gathered> {
  const branch = await rebasedBranch(place.repository);
  const session = branch === undefined ? undefined : await storedSession(place, branch);
  return gather(place, branch ?? "", session, "detached");
}

/**
 * Reads all of it, independent git commands side by side. `earlier`: what is there under the branch's name now is not
 * the session's. `detached`: HEAD stands for the branch. `all`: a default branch with all of its history.
 */
export async function gather(
  place: Place,
  branch: string,
  session: LoadedSession | undefined,
  how?: "earlier" | "detached" | "all",
): Promise<Gathered> {
  const { repository } = place;
  const earlier = how === "earlier";
  const detached = how === "detached";
  const here = (branch === repository.branch || detached) && !earlier;
  const there = () => refCommit(repository.root, `refs/heads/${branch}`);
  const tip = here ? repository.head : earlier ? undefined : await there();
  const [status, operation, { state: recorded, range, history, beyond, recent }, entries] = await Promise.all(
    [
      here ? workTreeStatus(repository) : undefined,
      here ? unfinishedOperation(repository) : undefined,
      placed(place, branch, tip, session, how === "all"),
      session || detached ? [] : branchReflog(place, branch),
    ],
  );
  const between = await diffArguments(place, range, tip, here);
  const unchanged = tip === recorded.context.base.commit && !isDirty(status);
  const read = readCommits(history);
  const events = session?.events ?? [];
  const { state, taken } = takeIn({ state: recorded, events }, read, beyond);
  const gone = session !== undefined && tip === undefined && !here;
  const [annotations, trace, offer] = await Promise.all([
    between === undefined || unchanged ? [] : newAnnotations(place, between),
    traceSession(place, { state, events, range: read, branch: gone ? "gone" : standsAs(range) }),
    session || detached ? undefined : offerOn(place, branch, entries, read),
  ]);
  const found = gone ? trace.elsewhere : read;
  const reverts = await revertsOf(repository.root, found);
  const commits = found.filter((each) => each.commit.parents.length < 2);
  // What a default branch carries are sessions that were merged into it.
  const isBased = recorded.context.base.branch !== undefined;
  const carried =
    session === undefined && isBased && !offer ? await carriedHere(place, carriedSession(read)) : undefined;
  return {
    branch,
    detached,
    recorded: session !== undefined,
    state: withTraced(state, trace),
    taken,
    trace,
    gone,
    ...defined({ offer, carried, session, tip }),
    range,
    recent,
    commits,
    history: found,
    reverts,
    ...defined({ status, operation, move: here ? interruptedMove(repository.gitDir) : undefined }),
    annotations,
    own: ownOf(state.context.own, events),
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
  all: boolean,
) {
  if (session)
    return { state: session.state, recent: false, ...(await sessionWork(place, session.state.context, tip)) };
  const { root } = place.repository;
  const base = branch === "" ? await forkOfHead(place, tip) : (await forkOf(place, branch, tip)).base;
  const begun = (from: SessionContext["base"]) =>
    newSession({ id: "", branch: branch || "HEAD", base: from, now: "" });
  // A default branch holds everything: what is told of it is what happened lately, however long its history is.
  const isBased = all || (base.branch !== undefined && (branch !== "" || base.commit !== tip));
  const commit = isBased || tip === undefined ? undefined : await ancestor(root, tip, RECENT);
  const { branch: name } = base;
  const named = name === undefined ? {} : { branch: name };
  const from = isBased ? base : { ...named, ...defined({ commit }) };
  const work = await sessionWork(place, begun(from).context, tip, isBased ? undefined : RECENT);
  return { state: begun(isBased ? base : named), recent: !isBased, ...work };
}

/** Where a detached HEAD left the default branch. */
async function forkOfHead(place: Place, tip: string | undefined): Promise<SessionContext["base"]> {
  const branch = await defaultBranch(place.repository.root);
  if (branch === undefined || tip === undefined) return {};
  const commit = await mergeBase(place.repository.root, tip, `refs/heads/${branch}`);
  return { branch, ...defined({ commit }) };
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
  // Of a default branch's whole tree in a clone without its history, nothing is known to be new.
  const unknown = range.revisions.length > 1 || (range.limit !== undefined && place.repository.shallow);
  const from = range.from ?? (unknown ? tip : await emptyTree(place.repository.root));
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
