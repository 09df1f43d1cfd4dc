import type { Commit } from "../git/commits.ts";
import { emptyTree, globs, patch } from "../git/diff.ts";
import { refCommit } from "../git/refs.ts";
import { type Operation, unfinishedOperation, type WorkTreeStatus, workTreeStatus } from "../git/status.ts";
import { type ReadCommit, readCommits } from "../model/checkpoints.ts";
import { type Annotation, annotationsInDiff } from "../model/facts/annotations.ts";
import { type CarriedSession, carriedSession } from "../model/restore.ts";
import { newSession, type SessionState } from "../model/state.ts";
import { takeIn } from "../model/takein.ts";
import type { LoadedSession } from "../store/state.ts";
import { forkOf } from "./base.ts";
import { minutesOf } from "./minutes.ts";
import type { Place } from "./place.ts";
import { type SessionRange, sessionWork } from "./range.ts";

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
}

/** Reads all of it, independent git commands side by side. */
export async function gather(
  place: Place,
  branch: string,
  session: LoadedSession | undefined,
): Promise<Gathered> {
  const { repository } = place;
  const here = branch === repository.branch;
  const tip = here ? repository.head : await refCommit(repository.root, `refs/heads/${branch}`);
  const [status, operation, { state: recorded, range, history, beyond }] = await Promise.all([
    here ? workTreeStatus(repository) : undefined,
    here ? unfinishedOperation(repository) : undefined,
    placed(place, branch, tip, session),
  ]);
  const between = await diffArguments(place, range, tip, here);
  const unchanged = tip === recorded.context.base.commit && !isDirty(status);
  const annotations = between === undefined || unchanged ? [] : await newAnnotations(place, between);
  const read = readCommits(history);
  const commits = read.filter((each) => each.commit.parents.length < 2);
  const { state, taken } = takeIn({ state: recorded, events: session?.events ?? [] }, read, beyond);
  // What a default branch carries are sessions that were merged into it.
  const isBased = recorded.context.base.branch !== undefined;
  const carried = session === undefined && isBased ? carriedSession(read) : undefined;
  return {
    branch,
    recorded: session !== undefined,
    state,
    taken,
    ...(carried === undefined ? {} : { carried }),
    ...(session === undefined ? {} : { session }),
    ...(tip === undefined ? {} : { tip }),
    range,
    commits,
    ...(status === undefined ? {} : { status }),
    ...(operation === undefined ? {} : { operation }),
    annotations,
    shallow: repository.shallow,
    minutes: minutesOf(place, { context: state.context, events: session?.events ?? [] }, commits),
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
