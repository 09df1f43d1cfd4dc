/** A session that only the commits of a branch know: for clones that have the branch and nothing else. */

import path from "node:path";
import { type Commit, log } from "../git/commits.ts";
import { ask } from "../git/read.ts";
import { refCommit } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import type { SessionState } from "../session/state.ts";
import { readSmall } from "../store/files.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { word } from "../text/shell.ts";
import { type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import { highestLogged } from "../trailers/decisionlog.ts";
import { stateFromCommits } from "../trailers/restore.ts";
import { forkOf, remoteBranch } from "./base.ts";

/** Checkpoints that are looked through where nothing says where the branch began. */
const MAX_CHECKPOINTS = 500;
/** More decisions than a session will have: numbers above it are free, where older commits are not to be seen. */
const FAR = 1000;

export interface Rebuilt {
  readonly state: SessionState;
  /** The remote's branch to create it from, a full ref; undefined where the branch is here. */
  readonly from?: string;
  /** The clone is shallow: decisions of older commits are not in it. */
  readonly shallow: boolean;
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
  const { base, refs } = await forkOf(place, branch, tip);
  const history = readCommits(await historyOf(place, tip, refs, base.branch === undefined));
  const shallow = await isCut(root, history);
  const state = stateFromCommits(branch, history, base, now());
  if (!state) throw noneCarried(branch, shallow);
  return { state, shallow, ...defined({ from }) };
}

/** A branch without a base is a default branch, or one of which the clone knows nothing else. */
function historyOf(place: Place, tip: string, refs: readonly string[], alone: boolean): Promise<Commit[]> {
  return log(
    place.repository.root,
    [tip, ...refs.map((ref) => `^${ref}`)],
    // What came with merges is of other branches.
    alone ? { grep: ["Session-Id:"], limit: MAX_CHECKPOINTS, firstParent: true } : {},
  );
}

async function isCut(root: string, history: readonly ReadCommit<Commit>[]): Promise<boolean> {
  // Only in a shallow clone, or at the very beginning, a commit has no parent.
  if (history.length > 0 && history.every((each) => each.commit.parents.length > 0)) return false;
  return (await ask(root, ["rev-parse", "--is-shallow-repository"])).stdout.trim() === "true";
}

function noneCarried(branch: string, shallow: boolean): Failure {
  return new Failure("no-session", `no commit on ${branch} carries a session`, {
    hint: shallow
      ? "the clone is shallow: git fetch --unshallow, and then the same command again"
      : `session start ${word(branch)}`,
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
