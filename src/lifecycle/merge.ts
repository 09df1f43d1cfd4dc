import { firstLine } from "../git/failure.ts";
import { treeChanges } from "../git/move/changes.ts";
import { type MergeResult, mergeResult } from "../git/move/merge-result.ts";
import type { IndexWorkspace } from "../git/move/separate-index.ts";
import { commitTree, treeOf } from "../git/objects.ts";
import { ask } from "../git/read.ts";
import { refCommit, updateRef } from "../git/refs.ts";
import { openRepository } from "../git/repository.ts";
import { isOn, settingOf } from "../git/settings.ts";
import { makeWork, unfinishedPaths } from "../git/stash-commit.ts";
import { workTreeStatus } from "../git/status.ts";
import { change, OUR_ENCODING } from "../git/write.ts";
import type { Place } from "../place/place.ts";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import type { SessionState } from "../session/state.ts";
import { shellWord } from "../text/shell.ts";
import { shortId } from "../text/time/format-time.ts";
import { checkBlockers } from "../worktree/blockers.ts";
import { type Moved, mergeNoted, moveTo, stayNoted } from "../worktree/move.ts";
import { pathList } from "../worktree/stash-work.ts";
import type { MergeLocation } from "./merge-location.ts";
import { type Squashed, squashOf } from "./squash.ts";

export type MergeKind = "default" | "squash" | "no-ff" | "ff-only";

/** A merge that git made while the command has not finished yet. */
export interface Merged extends Moved {
  readonly into: string;
  readonly commit: string;
  /** True if the target already had all commits. */
  readonly nothing: boolean;
}

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
 * Returns the commit that the branch will have after the last checkpoint; undefined while files have
 * conflicts.
 */
async function tipToBe(bench: IndexWorkspace, branch: string, head: string): Promise<string | undefined> {
  const { repository } = bench;
  const { root } = repository;
  const [status, found] = await Promise.all([workTreeStatus(repository), unfinishedPaths(root)]);
  if (status.unmerged.length > 0) return undefined;
  const { staged } = status;
  const unstaged = status.unstaged.filter((each) => !each.submodule).map((each) => each.path);
  if (staged.length > 0 && unstaged.length > 0)
    throw new Failure(
      "not-staged",
      `${pathList(unstaged)} has changes that are not staged, and the merge would leave them out`,
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
      `${pathList(inTheWay)} is not tracked, and ${target} would overwrite it`,
      { advice: "move it away, or commit it first" },
    );
}

/**
 * Merges a session's branch. On failure, restores the state before.
 * @throws Failure `merge-conflict` with the files in conflict, or `merge-refused`; both exit with 4
 */
export async function mergeInto(
  place: Place,
  request: MergeRequest,
  state: SessionState,
  folder: string,
): Promise<Merged> {
  const { branch, target, kind, where } = request;
  const { root } = place.repository;
  const ref = `refs/heads/${target}`;
  const [head = "", onto = ""] = await Promise.all([
    refCommit(root, `refs/heads/${branch}`),
    refCommit(root, ref),
  ]);
  const ff = await fastForward(root, request);
  const bench = { repository: place.repository, scratch: folder };
  const result = refuseResult(request, await mergeResult(bench, onto, head), ff);
  const { tree } = result;
  const nothing = result.how === "nothing" || (kind === "squash" && tree === (await treeOf(root, onto)));
  const squashed =
    kind === "squash" && !nothing ? await squashOf(place, request, state, { head, onto }) : undefined;
  if (where.kind === "alone") {
    await refuseUnsigned(place, request, head);
    const isForward = result.how === "forward" && ff !== "--no-ff" && !squashed;
    const made = nothing ? onto : isForward ? head : undefined;
    const commit =
      made ?? (await commitAlone(place, request, tree, squashed ? [onto] : [onto, head], squashed));
    const move = (to: string, from: string) => updateRef(root, ref, to, from);
    if (!nothing) await move(commit, onto);
    const takeBack = async () => (nothing ? undefined : move(onto, commit));
    return { into: target, commit, nothing, done: async () => {}, takeBack };
  }
  const session = { id: state.context.id, branch, until: "ended" } as const;
  const command = `session end --merge-to ${shellWord(target)}`;
  const there = where.kind === "there" ? where.place : place;
  const moved =
    where.kind === "there"
      ? await stayNoted(there, { command, home: { branch: target, commit: onto, session } })
      : await moveTo(place, { branch: target, command, home: { branch, commit: head, session } });
  try {
    const repository = await openRepository(there.repository.root);
    const here = { ...there, repository };
    if (repository.head !== onto) throw refused(request, `${target} was moved by another process`);
    if (!nothing)
      await mergeNoted(here, tree, async (mark) => {
        await gitMerge(repository.root, request, mark, ff, result.strategy);
        if (squashed) await commitSquash(repository.root, request, mark, await squashed(here));
        await expectMerged(repository.root, request, { head, onto });
      });
    return { into: target, commit: (await refCommit(root, ref)) ?? "", nothing, ...moved };
  } catch (error) {
    await moved.takeBack().catch((second: Error) => place.notices.push(second.message));
    throw error;
  }
}

/**
 * Checks that a merge is possible, and returns its result.
 * @throws Failure `merge-conflict`, `merge-refused`
 */
function refuseResult(
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

function refused({ branch, target }: MergeRequest, why: string): Failure {
  return new Failure("merge-refused", `git cannot merge ${branch} into ${target}: ${why}; ${AS_BEFORE}`);
}

type FastForward = "--ff" | "--no-ff" | "--ff-only";

const FORWARD = { squash: "--ff", "no-ff": "--no-ff", "ff-only": "--ff-only" } as const;

/** Returns the requested kind of merge, else the kind in the user's settings for the target. */
async function fastForward(root: string, { kind, target }: MergeRequest): Promise<FastForward> {
  if (kind !== "default") return FORWARD[kind];
  const [options = "", ff = ""] = await Promise.all(
    [`branch.${target}.mergeOptions`, "merge.ff"].map((key) => settingOf(root, key)),
  );
  const said = options.match(/--(?:no-ff|ff-only|ff)(?=\s|$)/g)?.at(-1) as FastForward | undefined;
  const value = ff.trim().toLowerCase();
  return said ?? (value === "only" ? "--ff-only" : /^(false|no|off|0)$/.test(value) ? "--no-ff" : "--ff");
}

/**
 * States every option explicitly: `branch.<target>.mergeOptions` may choose a strategy, but it is meant for
 * manual merges.
 */
async function gitMerge(
  root: string,
  request: MergeRequest,
  mark: readonly string[],
  ff: FastForward,
  strategy = "recursive",
): Promise<void> {
  const { branch, target, kind, verify, message } = request;
  // A branch name with `=` cannot be in such an option: `-c` uses the text before the first `=` as the key.
  const own = target.includes("=") ? [] : ["-c", `branch.${target}.mergeOptions=`];
  const how = kind === "squash" ? ["--no-commit", "--squash"] : ["--commit", "--no-squash"];
  const said = await change(
    root,
    [
      ...[...mark, ...own, ...OUR_ENCODING, "merge", ...how, ff, `--strategy=${strategy}`],
      ...["--no-edit", "--no-autostash", "--cleanup=whitespace", verify ? "--verify" : "--no-verify"],
      ...(message === undefined || kind === "squash" ? [] : ["-m", message]),
      branch,
    ],
    { runsHooks: true },
  );
  if (said.code !== 0) throw refused(request, firstLine(said.stderr) || firstLine(said.stdout));
}

async function commitSquash(
  root: string,
  request: MergeRequest,
  mark: readonly string[],
  message: string,
): Promise<void> {
  const verify = request.verify ? "--verify" : "--no-verify";
  const args = ["commit", "--quiet", "--file=-", "--cleanup=whitespace", "--no-edit", verify];
  const said = await change(root, [...mark, ...OUR_ENCODING, ...args], {
    runsHooks: true,
    input: message,
    env: { SESSION_CHECKPOINT: "1" },
  });
  if (said.code !== 0) throw refused(request, firstLine(said.stderr) || firstLine(said.stdout));
}

/** Checks that git made the merge: because of settings or hooks, it may report success without a commit. */
async function expectMerged(
  root: string,
  request: MergeRequest,
  { head, onto }: { readonly head: string; readonly onto: string },
): Promise<void> {
  const ref = `refs/heads/${request.target}`;
  const isMerged =
    request.kind === "squash"
      ? (await refCommit(root, ref)) !== onto
      : (await ask(root, ["merge-base", "--is-ancestor", head, ref])).code === 0;
  if (!isMerged) throw refused(request, `git merge succeeded, but ${request.target} lacks the commits`);
}

/**
 * Refuses an unsigned commit if the user's settings require signatures, as `git merge` does.
 * @throws Failure `merge-refused`
 */
async function refuseUnsigned({ repository: { root } }: Place, request: MergeRequest, head: string) {
  if (!(await isOn(root, "merge.verifySignatures"))) return;
  if ((await ask(root, ["verify-commit", head])).code !== 0)
    throw refused(request, `Commit ${shortId(head)} does not have a good GPG signature`);
}

/**
 * Commits a merge without a work tree. git runs no hooks, and signs the commit if the user's settings require
 * it.
 */
async function commitAlone(
  place: Place,
  request: MergeRequest,
  tree: string,
  parents: readonly string[],
  squashed: Squashed | undefined,
): Promise<string> {
  const { root } = place.repository;
  const { branch, target, message = `Merge branch '${branch}' into ${target}` } = request;
  const text = squashed ? await squashed(place, tree) : `${message.trimEnd()}\n`;
  const sign = await isOn(root, "commit.gpgSign");
  try {
    return await commitTree(root, tree, text, parents, undefined, sign);
  } catch (error) {
    if (error instanceof Failure && error.code === "git-failed") throw refused(request, error.message);
    throw error;
  }
}
