/** Rebuilds a session from the commits of a branch, for clones without its record. */

import path from "node:path";
import { type Commit, log } from "../git/commits.ts";
import { refCommit } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { openObjectives } from "../session/progress.ts";
import type { CheckpointRecord } from "../session/session.ts";
import type { SessionContext, SessionState } from "../session/state.ts";
import { readSmall } from "../store/files.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";
import { type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import { isWholeRecord } from "../trailers/complete-lists.ts";
import { highestLogged } from "../trailers/decision-log.ts";
import { isFolded, newestCarrier, stateFromCommits, withIds } from "../trailers/restore.ts";
import { forkOf, nearerFork, remoteBranch } from "./base.ts";

/** Maximum checkpoints to read if the start of the branch is unknown. */
const MAX_CHECKPOINTS = 500;
/**
 * An offset above the number of any session's decisions: the numbers after it are free, although older
 * commits are missing.
 */
const FAR = 1000;

/** A session rebuilt from the commits of a branch. */
export interface Rebuilt extends Looked {
  readonly state: SessionState;
  /** Id of the newest commit that carries the session. */
  readonly carrier: string;
  /** True if a squash or a cherry-pick made the carrier commit. */
  readonly folded: boolean;
  /** True for a default branch, or for the only known branch. */
  readonly alone: boolean;
  /**
   * Full ref of the remote branch from which to create the branch; undefined if this clone has the branch.
   */
  readonly from?: string;
}

/** Facts that the search for a session finds, also if it finds no session. */
interface Looked {
  /** Branch and commit at which the branch left its base. */
  readonly base: SessionContext["base"];
  /** True if the clone is shallow and lacks the decisions of older commits. */
  readonly shallow: boolean;
}

interface NothingRebuilt extends Looked {
  readonly state?: undefined;
}

/**
 * Rebuilds a session from the trailers on a branch of this clone or a remote; undefined without such a
 * branch.
 * @throws Failure `no-session` if no commit carries a session, `ambiguous-branch`
 */
export async function rebuildSession(place: Place, branch: string): Promise<Rebuilt | undefined> {
  const { root } = place.repository;
  const own = await refCommit(root, `refs/heads/${branch}`);
  const from = own === undefined ? await remoteBranch(place, branch) : undefined;
  const tip = from === undefined ? own : await refCommit(root, from);
  if (tip === undefined) return undefined;
  const rebuilt = await rebuildAt(place, branch, tip);
  if (rebuilt.state) return { ...rebuilt, ...defined({ from }) };
  throw noneCarried(branch, rebuilt.shallow);
}

/**
 * Rebuilds a branch's session from the commits up to `tip`. `recent`, for a default branch: the session must
 * be carried by one of this number of newest commits and have open work; finished work was merged, and
 * reading the whole history is slow.
 */
export async function rebuildAt(
  place: Place,
  branch: string,
  tip: string,
  recent?: number,
): Promise<Rebuilt | NothingRebuilt> {
  const { root } = place.repository;
  const { base: fork, refs } = await forkOf(place, branch, tip);
  // A branch without a base is a default branch, or the only known branch.
  const alone = fork.branch === undefined;
  const commits = alone
    ? await lineOf(root, tip, recent)
    : await log(root, [tip, ...refs.map((ref) => `^${ref}`)]);
  const all = alone ? readCommits(commits) : withIds(readCommits(commits));
  const nearer = alone ? undefined : await nearerBase(place, branch, tip, all);
  const { base, history } = nearer ?? { base: fork, history: all };
  const newest = newestCarrier(history);
  const carrier = newest?.commit.oid;
  const folded = newest !== undefined && isFolded(newest);
  const state = stateFromCommits(branch, history, base, now());
  const shallow = place.repository.shallow && isCut(history);
  return state && carrier !== undefined
    ? { base, state, carrier, folded, alone, shallow }
    : { base, shallow };
}

/** Returns the base nearer than the default branch at which the session began. */
async function nearerBase(place: Place, branch: string, tip: string, all: readonly ReadCommit<Commit>[]) {
  const id = newestCarrier(all)?.record.id;
  const first = all.findLast((each) => each.record?.id === id)?.commit.oid;
  const oldest = all.at(-1)?.commit.oid;
  if (id === undefined || first === undefined || oldest === undefined) return undefined;
  const nearer = await nearerFork(place, branch, { tip, first, oldest });
  if (!nearer) return undefined;
  const range = [tip, ...nearer.refs.map((ref) => `^${ref}`)];
  return { base: nearer.base, history: withIds(readCommits(await log(place.repository.root, range))) };
}

/**
 * Reads the session of a branch with unknown start. Commits of its first-parent line choose the session:
 * merged commits belong to other branches, but they count for this session.
 */
async function lineOf(root: string, tip: string, recent: number | undefined): Promise<Commit[]> {
  if (recent !== undefined) {
    const newest = readCommits(await log(root, [tip], { limit: recent, firstParent: true }));
    const record = newestCarrier(newest)?.record;
    if (!record || (isWholeRecord(record, "objectives") && !isOpen(record))) return [];
  }
  const limit = MAX_CHECKPOINTS;
  const line = await log(root, [tip], { grep: ["Session-Id:"], limit, firstParent: true });
  const read = readCommits(line);
  const newest = newestCarrier(read)?.record;
  if (recent !== undefined && newest && !isOpen(newest)) return [];
  const id = newest?.id;
  const first = read.findLast((each) => each.record?.id === id)?.commit;
  if (id === undefined || first === undefined) return line;
  return log(root, [tip, ...first.parents.slice(0, 1).map((each) => `^${each}`)]);
}

/** Reports whether the history is incomplete: in a full clone only a root commit has no parent. */
function isCut(history: readonly ReadCommit<Commit>[]): boolean {
  return history.length === 0 || history.some((each) => each.commit.parents.length === 0);
}

/** Reports whether a checkpoint leaves work open. */
function isOpen({ objectives, blockers }: CheckpointRecord): boolean {
  return openObjectives(objectives).length > 0 || blockers.some((each) => !each.resolved);
}

function noneCarried(branch: string, shallow: boolean): Failure {
  return new Failure("no-session", `no commit on ${branch} carries a session`, {
    ...(shallow ? { advice: "this clone is shallow" } : {}),
    hint: shallow ? `git fetch --unshallow\n${SAME_COMMAND}` : `session start ${shellWord(branch)}`,
  });
}

/**
 * Returns the state with unused decision numbers in a shallow clone: after the numbers in the decision log,
 * or far above. `place`: the clone in which the branch is checked out.
 */
export async function withFreeNumbers(place: Place, { state, shallow }: Rebuilt): Promise<SessionState> {
  if (!shallow) return state;
  const { context } = state;
  const logged = await readSmall(path.join(place.projectDir, "decision-log.md")).catch(() => undefined);
  const highest = logged === undefined ? FAR : highestLogged(logged, context.id);
  const dec = Math.max(context.last.dec, highest);
  return { ...state, context: { ...context, last: { ...context.last, dec } } };
}
