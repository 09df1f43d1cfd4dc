/**
 * Moves HEAD, index and files to another branch as one transaction. git does it and may be killed or run out
 * of space: a note in the git folder has source and target, and the next command reverses or finishes the
 * move (settle-move.ts).
 */

import { kindsOnDisk, type TreeChange, treeChanges } from "../git/move/changes.ts";
import {
  beginNote,
  endNote,
  leaveNote,
  type MoveNote,
  type MovePlan,
  readMoveNote,
  replaceNote,
  type Side,
} from "../git/move/note.ts";
import { unwritten } from "../git/move/settle-paths.ts";
import { treeOf } from "../git/objects.ts";
import { type BranchSource, createBranch, refCommit, switchBranch } from "../git/refs.ts";
import { openRepository, type Repository } from "../git/repository.ts";
import { unfinishedPaths } from "../git/stash-commit.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { defined } from "../text/defined.ts";
import { checkBlockers, type OwnPaths } from "./blockers.ts";
import { clearLocks, currentSide, markOf, matchHead, settleMove, sideOf } from "./settle-move.ts";

export interface MoveRequest extends Pick<MovePlan, "command" | "home" | "away"> {
  readonly branch: string;
  readonly create?: BranchSource;
}

/** A move that git made, in a command that has not ended. */
export interface Moved {
  /** Ends the move: nothing will be reversed any more. */
  readonly done: () => Promise<void>;
  /** Returns to where the command began. */
  readonly takeBack: () => Promise<void>;
}

/**
 * Checks a branch out. Without `home` the move ends on return, with `home` at `done`.
 * @throws Failure `switch-refused`, `checked-out-elsewhere`, `ignored-in-the-way`, `move-in-progress`, with
 * nothing changed; `half-checkout` if git can neither finish nor return: the next command settles it
 */
export async function moveTo(place: Place, request: MoveRequest): Promise<Moved> {
  const { repository } = place;
  const { branch, create, command, home, away } = request;
  const [from, to] = await Promise.all([currentSide(repository), target(repository, branch, create)]);
  if (to === undefined) {
    // git explains the refusal and changes nothing.
    await switchBranch(repository.root, branch, create);
    return { done: async () => {}, takeBack: async () => {} };
  }
  const changes = await treeChanges(repository.root, from.tree, to.tree);
  const kept = await checkBlockers(place, branch, changes, { from: from.tree, to: to.tree });
  const created = create === undefined ? undefined : { branch, commit: to.commit ?? "" };
  const plan = { command, from, to, kept: kept.paths, ...defined({ home, created, away }) };
  const note = await beginNote(repository.gitDir, plan);
  await performed(place, note, changes, kept, () =>
    switchBranch(repository.root, branch, create, {
      settings: markOf(note),
      // git would overwrite an ignored file; an equal file may be overwritten.
      flags: kept.same ? [] : ["--no-overwrite-ignore"],
    }),
  );
  if (home === undefined) await endNote(repository.gitDir);
  return moved(place);
}

/**
 * Creates a branch without checking it out, as a step of a command that may be interrupted before its session
 * exists.
 */
export async function createNoted(
  place: Place,
  request: MoveRequest & { readonly at: string; readonly track: boolean },
): Promise<Moved> {
  const { root, gitDir } = place.repository;
  const { branch, at, track } = request;
  const commit = (await refCommit(root, at)) ?? "";
  const noted = await stayNoted(place, request, { branch, commit });
  try {
    await createBranch(root, branch, at, track);
  } catch (error) {
    await endNote(gitDir);
    throw error;
  }
  return noted;
}

/** Notes a step that leaves HEAD in place: a branch is `created`, or `mergeNoted` follows. */
export async function stayNoted(
  place: Place,
  { command, home }: Pick<MoveRequest, "command" | "home">,
  created?: MovePlan["created"],
): Promise<Moved> {
  const { repository } = place;
  const here = await currentSide(repository);
  const plan = { command, from: here, to: here, kept: [], ...defined({ created, home }) };
  await beginNote(repository.gitDir, plan);
  return moved(place);
}

/**
 * Makes git merge into the checked-out branch, as the next step of a move with `home`. `tree`: result of the
 * merge. If `action` throws, index and files are restored.
 */
export async function mergeNoted(
  place: Place,
  tree: string,
  action: (mark: readonly string[]) => Promise<void>,
): Promise<void> {
  const { root, gitDir } = place.repository;
  const before = readMoveNote(gitDir);
  if (before === undefined) throw new Error("a merge is a step of a move");
  const from = await currentSide(place.repository);
  const changes = await treeChanges(root, from.tree, tree);
  const kept = await checkBlockers(place, place.repository.branch ?? "", changes, {
    from: from.tree,
    to: tree,
  });
  const { command, home } = before;
  const to = { ref: from.ref, commit: null, tree };
  const plan = { command, from, to, kept: kept.paths, merges: true, ...defined({ home }) };
  const note = await replaceNote(gitDir, before, plan);
  await performed(place, note, changes, kept, () => action(markOf(note)));
}

/** Runs git and checks the result. If git fails, either nothing of the move remains, or its note. */
async function performed(
  place: Place,
  note: MoveNote,
  changes: readonly TreeChange[],
  kept: OwnPaths,
  action: () => Promise<void>,
): Promise<void> {
  const { root } = place.repository;
  let failure: unknown;
  try {
    await action();
  } catch (error) {
    failure = error;
  }
  const side = sideOf(await openRepository(root), note);
  const touched = changes.filter((each) => !kept.paths.includes(each.path));
  if (failure === undefined && side === "to" && (await unwritten(root, touched)).length === 0) return;
  const isAsBefore = side === "from" && !note.merges && (await unchanged(root, touched, kept));
  try {
    if (!isAsBefore) {
      // A killed git leaves its locks.
      await clearLocks(place.repository, note);
      await matchHead(place, note);
    }
  } catch (error) {
    leaveNote(note);
    if (failure === undefined || !(error instanceof Failure) || !(failure instanceof Failure)) throw error;
    const { hint, details } = error;
    const half = `${failure.message}; the work tree is half checked out until that is fixed`;
    throw new Failure(error.code, half, { ...defined({ hint, details }), cause: failure });
  }
  if (note.merges && failure !== undefined) throw failure;
  if (side === "to") {
    if (failure === undefined) return;
    if (!(failure instanceof Failure)) throw failure;
    // The hook fails after the checkout is complete.
    place.notices.push("a post-checkout hook failed; the branch is checked out anyway");
    return;
  }
  if (note.merges) throw failure ?? new Failure("merge-refused", "git merged nothing");
  await settleMove(place, note, true);
  throw failure ?? new Failure("switch-refused", `git did not switch to ${note.to.ref}`);
}

/** Reports whether git has changed nothing: it first removes and writes files. */
async function unchanged(root: string, touched: readonly TreeChange[], kept: OwnPaths): Promise<boolean> {
  const added = touched.filter((each) => each.from === undefined).map((each) => each.path);
  if ((await kindsOnDisk(root, added)).size > 0) return false;
  return JSON.stringify(await unfinishedPaths(root)) === kept.unfinished;
}

function moved(place: Place): Moved {
  const { gitDir } = place.repository;
  return {
    done: () => endNote(gitDir),
    takeBack: async () => {
      const note = readMoveNote(gitDir);
      if (note) await settleMove(place, note, true);
    },
  };
}

/** Returns the target of a checkout; undefined if git does not know the commit. */
async function target(
  repository: Repository,
  branch: string,
  create: BranchSource | undefined,
): Promise<Side | undefined> {
  const { root, head } = repository;
  const ref = `refs/heads/${branch}`;
  const commit = create && create.from === undefined ? head : await refCommit(root, create?.from ?? ref);
  return commit === undefined ? undefined : { ref, commit, tree: await treeOf(root, commit) };
}
