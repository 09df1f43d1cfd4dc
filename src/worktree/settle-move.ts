/** Settles an interrupted move: reverses it, or finishes it if HEAD has moved. */
import { lstatSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { indexLocked } from "../git/commit.ts";
import { emptyTree } from "../git/diff.ts";
import { treeChanges } from "../git/move/changes.ts";
import {
  endNote,
  isMoving,
  leaveNote,
  type MoveNote,
  moveInProgress,
  replaceNote,
  type Side,
} from "../git/move/note.ts";
import { settlePaths } from "../git/move/settle-paths.ts";
import { treeOf } from "../git/objects.ts";
import { deleteBranch, refCommit, switchBranch } from "../git/refs.ts";
import { openRepository, type Repository } from "../git/repository.ts";
import { change } from "../git/write.ts";
import { storedSession } from "../history/stored-session.ts";
import type { Place } from "../place/place.ts";
import { processNaming, processWithOpen } from "../record/processes.ts";
import { clock, invalidateReads } from "../surroundings.ts";
import { checkBlockers, removeLeft } from "./blockers.ts";
import { withScratch } from "./scratch-index.ts";
import { asideFolder } from "./set-aside-files.ts";
import { pathList } from "./stash-work.ts";
import { restoreAfterFailure } from "./switch-work.ts";

/** Maximum milliseconds to wait for a git process that outlived its command. */
const WAIT = 5_000;

/** Maximum difference between the clocks of file system and program, in milliseconds. */
const CLOCK_STEP = 2_000;

/** Returns arguments by which the git commands of a move can be recognized. */
export const markOf = (note: Pick<MoveNote, "token">) => ["-c", `session.move=${note.token}`];

/**
 * Settles an interrupted move after all of its processes have ended.
 * @throws as `settled`
 */
export async function settleInterrupted(place: Place, note: MoveNote): Promise<void> {
  await waitForOthers(place.repository, note);
  await settleMove(place, note);
}

/**
 * Settles a move: paths, merge state, branch, stashed work, and finally the note. `fails`: true if the failed
 * command itself settles it and reports the reason.
 */
export async function settleMove(place: Place, note: MoveNote, fails = false): Promise<void> {
  const { root, gitDir } = place.repository;
  try {
    const side = await matchHead(place, note);
    if (side === undefined) {
      place.notices.push(`"${note.command}" was interrupted, and HEAD has moved since: nothing was reverted`);
      return await endNote(gitDir);
    }
    const isThere = await gotThere(place, note);
    if (note.home && !isThere) await goHome(place, note);
    const repository = await openRepository(root);
    const { created } = note;
    if (created && (note.home ? !isThere : side === "from") && repository.branch !== created.branch)
      if ((await refCommit(root, `refs/heads/${created.branch}`)) === created.commit)
        await deleteBranch(root, created.branch, true);
    // Restores stashed work if HEAD is back at the start of the command.
    if (note.away && (note.home ? !isThere : side === "from"))
      await restoreAfterFailure({ ...place, repository }).catch((error: Error) =>
        place.notices.push(error.message),
      );
    await endNote(gitDir);
    if (fails) return;
    const how = side === "to" && (!note.home || isThere) ? "finished" : "reverted";
    place.notices.push(
      `An interrupted "${note.command}" was ${how}: ${repository.branch ?? "HEAD"} is checked out.`,
    );
  } catch (error) {
    leaveNote(note);
    throw error;
  }
}

/**
 * Makes index and files match HEAD. Returns the side of the move at which HEAD is; undefined, with nothing
 * changed, if HEAD is at neither side.
 */
export async function matchHead(place: Place, note: MoveNote): Promise<"from" | "to" | undefined> {
  const { root, gitDir } = place.repository;
  const repository = await openRepository(root);
  const side = sideOf(repository, note);
  if (side === undefined) return undefined;
  // A merge counts as made only after it has a commit.
  const isMade = side === "to" && note.to.commit === null && repository.head !== undefined;
  const to = isMade ? await treeOf(root, repository.head ?? "") : note.to.tree;
  const trees = { from: note.from.tree, to };
  const kept = new Set(note.kept);
  const changes = (await treeChanges(root, trees.from, trees.to)).filter((each) => !kept.has(each.path));
  const aside = asideFolder(gitDir);
  const own = await withScratch(place, (bench) =>
    settlePaths({ bench, trees, aside, mark: markOf(note) }, changes, side),
  );
  if (note.merges) await forgetMerge(repository, markOf(note));
  if (own.length > 0)
    place.notices.push(
      `Kept aside, because no commit has ${own.length === 1 ? "it" : "them"}: ${pathList(own)}, now in ${path.relative(root, aside)}`,
    );
  return side;
}

/** Returns the side of the move at which HEAD is; undefined if HEAD is at another commit. */
export function sideOf(repository: Repository, { from, to }: Pick<MoveNote, "from" | "to">) {
  const ref = refHere(repository);
  const commit = repository.head ?? null;
  if (ref === from.ref && commit === from.commit) return "from";
  if (ref === to.ref && (to.commit === null || commit === to.commit)) return "to";
  return undefined;
}

/** Returns the branch and commit that are checked out now. */
export async function currentSide(repository: Repository): Promise<Side> {
  const { root, head } = repository;
  const tree = head === undefined ? await emptyTree(root) : await treeOf(root, head);
  return { ref: refHere(repository), commit: head ?? null, tree };
}

function refHere({ branch }: Repository): string | null {
  return branch === undefined ? null : `refs/heads/${branch}`;
}

/** Reports whether the interrupted command reached its end, according to the record of its session. */
async function gotThere(place: Place, { home }: MoveNote): Promise<boolean> {
  if (!home) return false;
  const { id, branch, until } = home.session;
  const found = await storedSession(place, branch).catch(() => undefined);
  return (found?.state.context.id === id) === (until === "started");
}

/** Returns to the branch on which the command began, with another move. */
async function goHome(place: Place, note: MoveNote): Promise<void> {
  const { root, gitDir } = place.repository;
  const { home } = note;
  const repository = await openRepository(root);
  const ref = home?.branch === null ? null : `refs/heads/${home?.branch}`;
  const commit = ref === null ? home?.commit : await refCommit(root, ref);
  if (!home || refHere(repository) === ref || commit === undefined) return;
  const [from, tree] = await Promise.all([currentSide(repository), treeOf(root, commit)]);
  const changes = await treeChanges(root, from.tree, tree);
  const trees = { from: from.tree, to: tree };
  const own = await checkBlockers(place, home.branch ?? commit, changes, trees);
  const { same } = own;
  const kept = await removeLeft(place, changes, own.paths, trees);
  const { merges: _merges, ...rest } = note;
  const back = await replaceNote(gitDir, note, { ...rest, from, to: { ref, commit, tree }, kept });
  try {
    const flags = same ? [] : ["--no-overwrite-ignore"];
    const options = { settings: markOf(back), flags };
    if (home.branch === null) await change(root, [...markOf(back), "switch", ...flags, "--detach", commit]);
    else await switchBranch(root, home.branch, undefined, options);
  } finally {
    // Checks index and files again: after a failing filter or on a full disk, git continues with wrong files.
    await matchHead(place, back).finally(() => leaveNote(back));
  }
}

/** Removes git's state of an uncommitted merge. */
async function forgetMerge(repository: Repository, mark: readonly string[]): Promise<void> {
  await change(repository.root, [...mark, "merge", "--quit"]);
  for (const name of ["SQUASH_MSG", "MERGE_MSG", "AUTO_MERGE"])
    await rm(path.join(repository.gitDir, name), { force: true });
}

/** Waits for processes of the interrupted command, and removes the locks of processes that have ended. */
async function waitForOthers(repository: Repository, note: MoveNote): Promise<void> {
  if (isMoving(note)) throw moveInProgress(note);
  const until = clock() + WAIT;
  for (;;) {
    const pid = await processNaming(`session.move=${note.token}`);
    if (pid === undefined) break;
    if (clock() > until) throw moveInProgress(note, pid);
    await wait(50);
  }
  invalidateReads();
  await clearLocks(repository, note);
}

/**
 * Removes the locks that a killed git of this move left. A lock that is older than the move, or that a
 * process has open, is somebody else's and stays.
 * @throws Failure `index-locked` for such a lock of the index: files cannot be restored without it
 */
export async function clearLocks(repository: Repository, note: MoveNote): Promise<void> {
  for (const lock of locksOf(repository, note)) {
    const found = lstatSync(lock, { throwIfNoEntry: false });
    if (!found) continue;
    const isOlder = found.mtimeMs < Date.parse(note.at) - CLOCK_STEP;
    const isForeign = isOlder || (await processWithOpen(realpathSync(lock))) !== undefined;
    if (!isForeign) await rm(lock, { force: true });
    else if (path.basename(lock) === "index.lock") throw indexLocked(repository);
  }
}

function locksOf({ gitDir, commonDir }: Repository, { from, to, created }: MoveNote): string[] {
  const refs = [from.ref, to.ref, created && `refs/heads/${created.branch}`].flatMap((each) => each ?? []);
  return [
    ...["index.lock", "HEAD.lock"].map((each) => path.join(gitDir, each)),
    ...refs.map((each) => path.join(commonDir, `${each}.lock`)),
  ];
}
