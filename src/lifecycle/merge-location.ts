/**
 * Chooses the work tree in which a merge is made: the work tree with the target checked out, the current work
 * tree, or none.
 */
import { existsSync } from "node:fs";
import { refuseOperation } from "../checkpoint/checkpoint.ts";
import { isAnotherWorktree } from "../git/environment.ts";
import { listRefs, refCommit } from "../git/refs.ts";
import { unfinishedPaths } from "../git/stash-commit.ts";
import { isLinked, worktreeBranches } from "../git/worktrees.ts";
import { remoteBranch } from "../history/base.ts";
import { openPlace, type Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { shellWord } from "../text/shell.ts";
import { settleBeforeChange } from "../worktree/settle-before-change.ts";
import { pathsWith } from "../worktree/stash-work.ts";

/**
 * Location of a merge. `switch`: the session's work tree checks out the target. `alone`: no work tree has the
 * target, and only its ref moves.
 */
export type MergeLocation =
  | { readonly kind: "switch" }
  | { readonly kind: "there"; readonly place: Place }
  | { readonly kind: "alone" };

/**
 * Returns the failure of a missing target: only a remote has it, or the repository was begun on the session's
 * branch and has no other yet.
 */
async function noTarget(place: Place, target: string): Promise<Failure> {
  const { root } = place.repository;
  const remote = await remoteBranch(place, target);
  const isOnly = (await listRefs(root, "refs/heads/")).size < 2;
  const from = remote === undefined ? "" : ` ${shellWord(remote.replace("refs/remotes/", ""))}`;
  const hint = isOnly || from ? `git branch ${shellWord(target)}${from}` : "git branch --list";
  return new Failure("unknown-branch", `there is no branch ${target}`, { hint });
}

/**
 * Chooses the location before anything changes. `isHere`: the work tree of `place` has the session's
 * branch checked out. A linked worktree keeps its branch.
 * @throws Failure `unknown-branch`, `usage`, `checked-out-elsewhere`, `not-committed`
 */
export async function findMergeLocation(
  place: Place,
  { branch, target, isHere }: { readonly branch: string; readonly target: string; readonly isHere: boolean },
): Promise<MergeLocation> {
  const { repository } = place;
  if (target === branch) throw new Failure("usage", `${branch} cannot be merged into itself`);
  const [commit, worktrees] = await Promise.all([
    refCommit(repository.root, `refs/heads/${target}`),
    worktreeBranches(repository.root),
  ]);
  if (commit === undefined) throw await noTarget(place, target);
  const folder = worktrees.get(target);
  // A rebase or bisect of the target has detached HEAD.
  if (repository.about === target) await refuseOperation(place);
  if (folder === undefined) return { kind: isHere && !isLinked(repository) ? "switch" : "alone" };
  const there = await worktreePlace(place, folder, target);
  await refuseOperation(there);
  const { tracked, unmerged, submodules } = await unfinishedPaths(there.repository.root);
  const changed = [...tracked, ...unmerged, ...submodules];
  if (changed.length > 0)
    throw new Failure(
      "not-committed",
      `${target} is checked out in ${folder}, and ${pathsWith(changed, "has", "have")} changes that are not committed`,
      { advice: "commit or stash them", hint: `cd ${shellWord(folder)}` },
    );
  return { kind: "there", place: there };
}

/**
 * Opens the worktree that has a branch checked out.
 * @throws Failure `checked-out-elsewhere` if its folder is gone
 */
export async function worktreePlace(place: Place, folder: string, branch: string): Promise<Place> {
  if (!existsSync(folder))
    throw new Failure("checked-out-elsewhere", `${branch} is checked out in ${folder}, which is gone`, {
      hint: "git worktree prune",
    });
  isAnotherWorktree(folder);
  const { repository, config, projectDir } = await openPlace(folder);
  return settleBeforeChange({ ...place, repository, config, projectDir });
}
