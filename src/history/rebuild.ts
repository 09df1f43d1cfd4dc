/** A session that only the commits of a branch know: for clones that have the branch and nothing else. */

import path from "node:path";
import { type Commit, log } from "../git/commits.ts";
import { refCommit } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { AGAIN, Failure } from "../session/failure.ts";
import type { CheckpointRecord } from "../session/session.ts";
import { openObjectives, type SessionContext, type SessionState } from "../session/state.ts";
import { readSmall } from "../store/files.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { word } from "../text/shell.ts";
import { type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import { highestLogged } from "../trailers/decisionlog.ts";
import { isWhole } from "../trailers/lists.ts";
import { isFolded, newestCarrier, stateFromCommits, withIds } from "../trailers/restore.ts";
import { forkOf, nearerFork, remoteBranch } from "./base.ts";

/** Checkpoints that are looked through where nothing says where the branch began. */
const MAX_CHECKPOINTS = 500;
/** More decisions than a session will have: numbers above it are free, where older commits are not to be seen. */
const FAR = 1000;

export interface Rebuilt extends Looked {
  readonly state: SessionState;
  /** The newest commit that carries it. */
  readonly carrier: string;
  /** That commit came of others: a squash, or a pick. */
  readonly folded: boolean;
  /** The branch is a default one, or the clone knows nothing else. */
  readonly alone: boolean;
  /** The remote's branch to create it from, a full ref; undefined where the branch is here. */
  readonly from?: string;
}

/** What was found out on the way, whether or not there is a session. */
interface Looked {
  /** Where the branch left the branch that it is based on. */
  readonly base: SessionContext["base"];
  /** The clone is shallow: decisions of older commits are not in it. */
  readonly shallow: boolean;
}

interface NothingRebuilt extends Looked {
  readonly state?: undefined;
}

/**
 * Rebuilds a session from the trailers on a branch, here or on a remote. Undefined where there is no such branch.
 * Failures: `no-session` where no commit carries one; `ambiguous-branch`.
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
 * Rebuilds the session that the commits up to `tip` carry, as one of the branch. `recent`: on a default branch, one of
 * the newest so many commits has to carry it and leave something open. What is done was merged into that branch, and
 * looking through all of its history takes long.
 */
export async function rebuildAt(
  place: Place,
  branch: string,
  tip: string,
  recent?: number,
): Promise<Rebuilt | NothingRebuilt> {
  const { root } = place.repository;
  const { base: fork, refs } = await forkOf(place, branch, tip);
  // A branch without a base is a default branch, or one of which the clone knows nothing else.
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

/** A session that began at another branch than the default one has only what it added to that. */
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
 * Reads the session at the end of a branch that nothing says the beginning of. The branch's own line tells which one:
 * what came with merges is of other branches. What merged lines say of that one counts as well.
 */
async function lineOf(root: string, tip: string, recent: number | undefined): Promise<Commit[]> {
  if (recent !== undefined) {
    const newest = readCommits(await log(root, [tip], { limit: recent, firstParent: true }));
    const record = newestCarrier(newest)?.record;
    if (!record || (isWhole(record, "objectives") && !isOpen(record))) return [];
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

/** In a clone that is not shallow, only the very beginning has no parent. */
function isCut(history: readonly ReadCommit<Commit>[]): boolean {
  return history.length === 0 || history.some((each) => each.commit.parents.length === 0);
}

/** Whether a checkpoint leaves something to do. */
function isOpen({ objectives, blockers }: CheckpointRecord): boolean {
  return openObjectives(objectives).length > 0 || blockers.some((each) => !each.resolved);
}

function noneCarried(branch: string, shallow: boolean): Failure {
  return new Failure("no-session", `no commit on ${branch} carries a session`, {
    ...(shallow ? { advice: "this clone is shallow" } : {}),
    hint: shallow ? `git fetch --unshallow\n${AGAIN}` : `session start ${word(branch)}`,
  });
}

/**
 * The state with numbers for decisions that none has had which a shallow clone does not show: those after the decision
 * log's, or far ones. `place` is where the branch is checked out.
 */
export async function withFreeNumbers(place: Place, { state, shallow }: Rebuilt): Promise<SessionState> {
  if (!shallow) return state;
  const { context } = state;
  const logged = await readSmall(path.join(place.projectDir, "decision-log.md")).catch(() => undefined);
  const highest = logged === undefined ? FAR : highestLogged(logged, context.id);
  const dec = Math.max(context.last.dec, highest);
  return { ...state, context: { ...context, last: { ...context.last, dec } } };
}
