/** Switches between branches: stashes the work of one session, and restores the work of the other. */

import type { UnfinishedPaths } from "../git/move/stash-parse.ts";
import { refCommit } from "../git/refs.ts";
import { openRepository } from "../git/repository.ts";
import { unfinishedPaths } from "../git/stash-commit.ts";
import { checkedOutElsewhere } from "../git/worktrees.ts";
import { storedSession } from "../history/stored-session.ts";
import type { Place } from "../place/place.ts";
import { withSession } from "../record/change.ts";
import { findSession } from "../record/find-session.ts";
import { Failure } from "../session/failure.ts";
import type { LoadedSession } from "../store/load.ts";
import { withHint } from "../text/hint.ts";
import { stashRef } from "./stash-ref.ts";
import {
  finishWork,
  isUnfinished,
  type MovedWork,
  pathList,
  pathsOfWork,
  restoreWork,
  stashWork,
} from "./stash-work.ts";

/** Work that was stashed on leaving a branch, and work that was restored on reaching another. */
export interface WorkMoves {
  readonly away?: MovedWork;
  readonly back?: MovedWork;
}

/**
 * Prepares to leave this branch: finishes an interrupted command, and stashes the session's work. Without a
 * session, or with `keep`, git carries uncommitted changes to the next branch.
 * @throws as `stashWork`; Failure `work-in-the-way`
 */
export async function leaveBranch(
  place: Place,
  branch: string,
  keep: boolean,
): Promise<MovedWork | undefined> {
  const { branch: current, root } = place.repository;
  const session = await finishBranchWork(place);
  if (current === branch) return undefined;
  const paths = await unfinishedPaths(root);
  if (!isUnfinished(paths)) return undefined;
  const elsewhere = await checkedOutElsewhere(root, branch);
  if (elsewhere) throw elsewhere;
  if (current === undefined || !session || keep || place.repository.head === undefined) {
    if (!keep) await refuseCarried(place, branch, paths);
    return undefined;
  }
  return withSession(place, current, async (found, lock) => (await stashWork(place, found, lock)).moved);
}

/** Finishes an interrupted stash or restore of work on this branch. Returns the branch's session. */
export async function finishBranchWork(place: Place): Promise<LoadedSession | undefined> {
  const { branch } = place.repository;
  const session = branch === undefined ? undefined : await findSession(place, branch);
  if (branch !== undefined && session?.state.context.work?.step !== undefined)
    await withSession(place, branch, (found, lock) => finishWork(place, found, lock));
  return session;
}

/**
 * Runs a move to another branch. If the move fails, restores the stashed work and throws the move's failure.
 */
export async function moveOrRestore<T>(
  place: Place,
  away: MovedWork | undefined,
  move: () => Promise<T>,
): Promise<T> {
  try {
    return await move();
  } catch (error) {
    if (away) await restoreAfterFailure(place).catch((again: Error) => place.notices.push(again.message));
    throw error;
  }
}

/** Restores the work that `leaveBranch` stashed, after a failed checkout. Does nothing on another branch. */
export async function restoreAfterFailure(place: Place): Promise<void> {
  const { branch, root } = place.repository;
  if (branch !== undefined && (await openRepository(root)).branch === branch)
    await withSession(place, branch, (found, lock) => restoreWork(place, found, lock));
}

/**
 * Restores the stashed work of the checked-out branch's session. With `keep`, changes carried from the last
 * branch stay, and the work stays stashed.
 * @throws as `restoreWork`
 */
export async function arriveOnBranch(place: Place, keep: boolean): Promise<MovedWork | undefined> {
  const { branch, root } = place.repository;
  const session = branch === undefined ? undefined : await findSession(place, branch);
  if (branch === undefined || !session) return undefined;
  const { context } = session.state;
  if (context.work === undefined && (await refCommit(root, stashRef(context.id))) === undefined)
    return undefined;
  if (keep && (await unfinishedPaths(root)).tracked.length > 0) {
    place.notices.push(
      withHint(
        `the stashed work of ${branch} is kept: commit the carried-over changes first`,
        "session resume",
      ),
    );
    return undefined;
  }
  return withSession(place, branch, async (found, lock) => {
    const finished = await finishWork(place, found, lock);
    return (await restoreWork(place, finished, lock)).moved;
  });
}

/** Refuses to carry changes from a branch without a session, if the target's session has stashed work. */
async function refuseCarried(place: Place, branch: string, { tracked }: UnfinishedPaths): Promise<void> {
  if (tracked.length === 0) return;
  const session = await storedSession(place, branch).catch(() => undefined);
  if (!session || (await refCommit(place.repository.root, stashRef(session.state.context.id))) === undefined)
    return;
  throw new Failure(
    "work-in-the-way",
    `${branch} has its own stashed work, and ${pathList(tracked)} would be carried over`,
    { advice: "commit or stash it first", hint: "--keep" },
  );
}

/**
 * Returns a sentence if changes of a session's branch were carried to the current branch; else an empty list.
 */
export async function carriedOverText(from: Place): Promise<string[]> {
  const { branch, root } = from.repository;
  if (branch === undefined || !(await findSession(from, branch))) return [];
  const paths = await unfinishedPaths(root);
  if (!isUnfinished(paths)) return [];
  return [`Uncommitted changes were carried over from ${branch}: ${pathList(pathsOfWork(paths))}.`];
}
