/** Checks before anything changes that git can merge a session's branch. */
import { isAncestor, mergeBase } from "../git/commits.ts";
import { treeChanges } from "../git/move/changes.ts";
import { type MergeResult, mergeResult } from "../git/move/merge-result.ts";
import type { IndexWorkspace } from "../git/move/separate-index.ts";
import { treeOf } from "../git/objects.ts";
import { branchCopies, refCommit } from "../git/refs.ts";
import { settingOf } from "../git/settings.ts";
import { makeWork, unfinishedPaths } from "../git/stash-commit.ts";
import { unstagedFiles, workTreeStatus } from "../git/status.ts";
import type { Place } from "../place/place.ts";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { shellWord } from "../text/shell.ts";
import { checkBlockers } from "../worktree/blockers.ts";
import { pathsWith } from "../worktree/stash-work.ts";
import type { MergeLocation } from "./merge-location.ts";

export type MergeKind = "default" | "squash" | "no-ff" | "ff-only";

/** Target and options of a merge. */
export interface MergeRequest {
  readonly branch: string;
  readonly target: string;
  readonly kind: MergeKind;
  /** True to run the user's hooks. */
  readonly verify: boolean;
  readonly where: MergeLocation;
  /** Message of the merge commit, if git makes one; for a squash, the text above its trailers. */
  readonly message?: string | undefined;
}

/**
 * Refuses an impossible merge before the last checkpoint is committed. `isHere`: the branch is checked
 * out in the work tree.
 * @throws Failure `not-staged`, `merge-conflict`, `merge-refused`, `untracked-in-the-way`,
 * `ignored-in-the-way`
 */
export async function refuseMerge(
  place: Place,
  request: MergeRequest,
  isHere: boolean,
  folder: string,
): Promise<void> {
  const { repository } = place;
  const { root } = repository;
  const { branch, target, where } = request;
  const [head, onto] = await Promise.all(
    [branch, target].map((each) => refCommit(root, `refs/heads/${each}`)),
  );
  if (head === undefined || onto === undefined) return;
  const bench = { repository, scratch: folder };
  const tip = isHere ? await tipToBe(bench, branch, head) : head;
  // Without a commit, the checkpoint itself refuses unresolved conflicts.
  if (tip === undefined) return;
  if (where.kind === "switch")
    await refuseBlocked(place, target, { from: await treeOf(root, head), to: await treeOf(root, onto) });
  const ff = await fastForward(root, request);
  const { tree } = refuseResult(request, await mergeResult(bench, onto, tip), ff);
  if (where.kind === "there")
    await refuseBlocked(where.place, target, { from: await treeOf(root, onto), to: tree });
}

/**
 * Refuses a squash if the branch contains commits of the target that only a remote's copy has: the squash
 * would repeat them. `tip`: commit of the branch.
 * @throws Failure `merge-refused`
 */
export async function refuseOldTarget(place: Place, request: MergeRequest, tip: string): Promise<void> {
  if (request.kind !== "squash") return;
  const { root } = place.repository;
  const { target, where } = request;
  const ref = `refs/heads/${target}`;
  for (const copy of (await branchCopies(root, target)).filter((each) => each.ref !== ref)) {
    const shared = await mergeBase(root, tip, copy.ref);
    if (shared === undefined || (await isAncestor(root, shared, ref))) continue;
    const name = copy.ref.replace("refs/remotes/", "");
    const folder = where.kind === "there" ? where.place.repository.root : undefined;
    const update =
      folder === undefined
        ? `git fetch . ${shellWord(`${name}:${target}`)}`
        : `git -C ${shellWord(folder)} merge ${shellWord(name)}`;
    const why = `${target} lacks commits of ${name} that ${request.branch} has, and a squash would repeat them`;
    throw refused(request, why, { hint: `${update}\n${SAME_COMMAND}` });
  }
}

/**
 * Returns the commit that the branch will have after the last checkpoint; undefined while files have
 * conflicts.
 */
async function tipToBe(bench: IndexWorkspace, branch: string, head: string): Promise<string | undefined> {
  const { repository } = bench;
  const { root } = repository;
  const [status, found] = await Promise.all([workTreeStatus(repository), unfinishedPaths(root)]);
  if (status.unmerged.length > 0) return undefined;
  const { staged } = status;
  const unstaged = unstagedFiles(status).map((each) => each.path);
  if (staged.length > 0 && unstaged.length > 0)
    throw new Failure(
      "not-staged",
      `${pathsWith(unstaged, "has", "have")} changes that are not staged, and the merge would leave them out`,
      { advice: "stage them, or commit first", hint: "session checkpoint" },
    );
  if (found.tracked.length === 0) return head;
  const title = `On ${branch}: what end would commit`;
  const { commit } = await makeWork(bench, { ...found, untracked: [] }, head, title);
  return staged.length > 0 ? ((await refCommit(root, `${commit}^2`)) ?? head) : commit;
}

/**
 * Checks for files of the user that the merge would overwrite.
 * @throws Failure `untracked-in-the-way`, `ignored-in-the-way`
 */
async function refuseBlocked(
  place: Place,
  target: string,
  trees: { readonly from: string; readonly to: string },
): Promise<void> {
  const { root } = place.repository;
  const changes = await treeChanges(root, trees.from, trees.to);
  await checkBlockers(place, target, changes, trees);
  const added = new Set(changes.filter((each) => each.from === undefined).map((each) => each.path));
  const inTheWay = (await unfinishedPaths(root)).untracked.filter((each) => added.has(each));
  if (inTheWay.length > 0)
    throw new Failure(
      "untracked-in-the-way",
      pathsWith(
        inTheWay,
        `is not tracked, and ${target} would overwrite it; move it away, or commit it first`,
        `are not tracked, and ${target} would overwrite them; move them away, or commit them first`,
      ),
    );
}

/**
 * Checks that a merge is possible, and returns its result.
 * @throws Failure `merge-conflict`, `merge-refused`
 */
export function refuseResult(
  request: MergeRequest,
  result: MergeResult,
  ff: FastForward,
): Exclude<MergeResult, { how: "conflicts" | "unrelated" }> {
  const { branch, target } = request;
  if (result.how === "conflicts") {
    const { paths } = result;
    throw new Failure(
      "merge-conflict",
      `${branch} does not merge into ${target}: conflicts in ${paths.slice(0, 5).join(", ")}${paths.length > 5 ? ", ..." : ""}; ${AS_BEFORE}`,
      { hint: `git merge ${shellWord(target)}\n${SAME_COMMAND}` },
    );
  }
  if (result.how === "unrelated") throw refused(request, "their histories have no commit in common");
  if (result.how === "merge" && ff === "--ff-only")
    throw refused(request, "it is not a fast-forward: each branch has commits that the other lacks");
  return result;
}

const AS_BEFORE = "nothing was changed; the session is still active";

/** Returns Failure `merge-refused` with the reason. */
export function refused(
  { branch, target }: MergeRequest,
  why: string,
  way: { readonly hint?: string } = {},
): Failure {
  return new Failure("merge-refused", `git cannot merge ${branch} into ${target}: ${why}; ${AS_BEFORE}`, way);
}

export type FastForward = "--ff" | "--no-ff" | "--ff-only";

const FORWARD = { squash: "--ff", "no-ff": "--no-ff", "ff-only": "--ff-only" } as const;

/** Returns the requested kind of merge, else the kind in the user's settings for the target. */
export async function fastForward(root: string, { kind, target }: MergeRequest): Promise<FastForward> {
  if (kind !== "default") return FORWARD[kind];
  const [options = "", ff = ""] = await Promise.all(
    [`branch.${target}.mergeOptions`, "merge.ff"].map((key) => settingOf(root, key)),
  );
  const said = options.match(/--(?:no-ff|ff-only|ff)(?=\s|$)/g)?.at(-1) as FastForward | undefined;
  const value = ff.trim().toLowerCase();
  return said ?? (value === "only" ? "--ff-only" : /^(false|no|off|0)$/.test(value) ? "--no-ff" : "--ff");
}
