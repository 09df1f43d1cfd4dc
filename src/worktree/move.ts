/**
 * Moves HEAD, index and files to another branch as one transaction. git makes the changes and may be killed
 * or run out of disk space: a note in the git folder contains source and target, and the next command
 * reverses or finishes the move (settle-move.ts).
 */

import { readFile } from "node:fs/promises";
import path from "node:path";
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
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { invalidateReads } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { checkBlockers, type OwnPaths } from "./blockers.ts";
import { clearLocks, currentSide, markOf, matchHead, settleMove, sideOf } from "./settle-move.ts";

export interface MoveRequest extends Pick<MovePlan, "command" | "home" | "away"> {
  readonly branch: string;
  readonly create?: BranchSource;
}

/** A move that git made, while the command has not ended yet. */
export interface Moved {
  /** Ends the move: from then on it is not reversed. */
  readonly done: () => Promise<void>;
  /** Reverses the move: returns to the branch on which the command began. */
  readonly takeBack: () => Promise<void>;
}

/**
 * Checks a branch out. Without `home` the move ends when the function returns, with `home` when `done` is
 * called.
 * @throws Failure `switch-refused`, `checked-out-elsewhere`, `ignored-in-the-way`, `move-in-progress`,
 * `changed-meanwhile`, with nothing changed; `half-checkout` if git can neither finish nor reverse it: the
 * next command settles it
 */
export async function moveTo(place: Place, request: MoveRequest): Promise<Moved> {
  const { repository } = place;
  const { branch, create, command, home, away } = request;
  const [from, to] = await Promise.all([currentSide(repository), target(repository, branch, create)]);
  if (to === undefined) {
    // Lets git itself refuse: its message explains the reason, and nothing changes.
    await switchBranch(repository.root, branch, create);
    return { done: async () => {}, takeBack: async () => {} };
  }
  const changes = await treeChanges(repository.root, from.tree, to.tree);
  const kept = await checkBlockers(place, branch, changes, { from: from.tree, to: to.tree });
  const created = create === undefined ? undefined : { branch, commit: to.commit ?? "" };
  const plan = { command, from, to, kept: kept.paths, ...defined({ home, created, away }) };
  const note = await beginMove(repository, plan);
  await performed(place, note, changes, kept, () =>
    switchBranch(repository.root, branch, create, {
      settings: markOf(note),
      // Prevents git from overwriting ignored files, unless they equal the incoming files.
      flags: kept.same ? [] : ["--no-overwrite-ignore"],
    }),
  );
  if (home === undefined) await endNote(repository.gitDir);
  return moved(place);
}

/**
 * Creates a branch without checking it out, with a note for a command that may be interrupted before its
 * session exists.
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

/** Writes the note of a step that leaves HEAD in place: a branch is `created`, or `mergeNoted` follows. */
export async function stayNoted(
  place: Place,
  { command, home }: Pick<MoveRequest, "command" | "home">,
  created?: MovePlan["created"],
): Promise<Moved> {
  const { repository } = place;
  const here = await currentSide(repository);
  const plan = { command, from: here, to: here, kept: [], ...defined({ created, home }) };
  await beginMove(repository, plan);
  return moved(place);
}

/**
 * Writes the note of a move. From then on, no other command of this program moves HEAD.
 * @throws as `refuseMoved`
 */
async function beginMove(repository: Repository, plan: MovePlan): Promise<MoveNote> {
  const note = await beginNote(repository.gitDir, plan);
  const { ref, commit } = plan.from;
  try {
    // Reads git's file first, because git itself takes longer. With reftable the file names no branch.
    const head = await readFile(path.join(repository.gitDir, "HEAD"), "utf8").catch(() => "");
    if (head.trim() !== (ref === null ? commit : `ref: ${ref}`)) await refuseMoved(repository);
  } catch (error) {
    await endNote(repository.gitDir);
    throw error;
  }
  return note;
}

/** Throws Failure `changed-meanwhile` if HEAD moved since the repository was opened. */
export async function refuseMoved({ root, branch, head }: Repository): Promise<void> {
  invalidateReads();
  const now = await openRepository(root);
  if (now.branch === branch && now.head === head) return;
  const what =
    now.branch === branch ? `${branch ?? "HEAD"} moved` : `${now.branch ?? "HEAD"} was checked out`;
  throw new Failure("changed-meanwhile", `${what} in another terminal meanwhile`, { hint: SAME_COMMAND });
}

/**
 * Lets git merge into the checked-out branch, as the next step of a move with `home`. `tree`: result of the
 * merge. If `action` throws, restores index and files.
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

/** Runs git and checks the result. If git fails, either the move is reversed, or its note stays. */
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
      // Removes locks, which a killed git leaves behind.
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
    // Reports a failed hook: git runs it after the checkout is complete.
    place.notices.push("a post-checkout hook failed; the branch is checked out anyway");
    return;
  }
  if (note.merges) throw failure ?? new Failure("merge-refused", "git merged nothing");
  await settleMove(place, note, true);
  throw failure ?? new Failure("switch-refused", `git did not switch to ${note.to.ref}`);
}

/** Reports whether git has changed nothing. git begins with removing and writing files. */
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
