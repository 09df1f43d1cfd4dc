/** Merges a session's branch at its end. */
import { firstLine } from "../git/failure.ts";
import { mergeResult } from "../git/move/merge-result.ts";
import { commitTree, treeOf } from "../git/objects.ts";
import { ask } from "../git/read.ts";
import { refCommit, updateRef } from "../git/refs.ts";
import { openRepository } from "../git/repository.ts";
import { isOn } from "../git/settings.ts";
import { change, OUR_ENCODING } from "../git/write.ts";
import { squashIn } from "../history/squashes.ts";
import { commandText, type Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import type { SessionState } from "../session/state.ts";
import { shellWord } from "../text/shell.ts";
import { shortId } from "../text/time/format-time.ts";
import { type Moved, mergeNoted, moveTo, stayNoted } from "../worktree/move.ts";
import { type FastForward, fastForward, type MergeRequest, refused, refuseResult } from "./check-merge.ts";
import { type Squashed, squashOf } from "./squash.ts";

/** A merge that git made while the command has not finished yet. */
export interface Merged extends Moved {
  readonly into: string;
  readonly commit: string;
  /** True if the target already had all commits, or all their changes, so that no commit was made. */
  readonly nothing: boolean;
  /** True if the target has the changes in commits of its own. */
  readonly hasChanges: boolean;
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
  const hasChanges =
    result.how !== "nothing" &&
    tree === (await treeOf(root, onto)) &&
    (kind === "squash" || (await squashIn(root, state.context.id, onto, head)) !== undefined);
  const nothing = result.how === "nothing" || hasChanges;
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
    return { into: target, commit, nothing, hasChanges, done: async () => {}, takeBack };
  }
  const session = { id: state.context.id, branch, until: "ended" } as const;
  const command = await commandText(place, `session end --merge-to ${shellWord(target)}`);
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
    return { into: target, commit: (await refCommit(root, ref)) ?? "", nothing, hasChanges, ...moved };
  } catch (error) {
    await moved.takeBack().catch((second: Error) => place.notices.push(second.message));
    throw error;
  }
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
