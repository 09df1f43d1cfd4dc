import { foldedIndex, foldRecords } from "../checkpoint/fold.ts";
import { gather } from "../facts/gather.ts";
import { firstLine } from "../git/failure.ts";
import { treeChanges } from "../git/move/changes.ts";
import { type MergeResult, mergeResult } from "../git/move/merge.ts";
import { treeOf } from "../git/objects.ts";
import { ask } from "../git/read.ts";
import { refCommit } from "../git/refs.ts";
import { openRepository } from "../git/repository.ts";
import { workTreeStatus } from "../git/status.ts";
import { makeWork, unfinishedPaths } from "../git/work.ts";
import { change, OUR_ENCODING } from "../git/write.ts";
import type { Place } from "../place/place.ts";
import { commitTexts, refuseSecrets } from "../secrets/secrets.ts";
import { Failure } from "../session/failure.ts";
import { EMPTY_TEXTS } from "../session/reading.ts";
import type { SessionState } from "../session/state.ts";
import { quietWords } from "../text/quiet.ts";
import { word } from "../text/shell.ts";
import { mergeRecords } from "../trailers/merge.ts";
import { nextRecord } from "../trailers/record.ts";
import { writeMessage } from "../trailers/write.ts";
import { checkBlockers } from "../worktree/blockers.ts";
import { type Moved, mergeNoted, moveTo } from "../worktree/move.ts";
import { list } from "../worktree/work.ts";

export type MergeKind = "default" | "squash" | "no-ff" | "ff-only";

/** A merge that git has made, in a command that has not ended. */
export interface Merged extends Moved {
  readonly into: string;
  readonly commit: string;
  /** The target had all of it before. */
  readonly nothing: boolean;
}

/** A target of a merge, and how it is merged into. */
export interface MergeRequest {
  readonly branch: string;
  readonly target: string;
  readonly kind: MergeKind;
  /** Run the user's hooks. */
  readonly verify: boolean;
}

/**
 * Refuses a merge that cannot go, before the last checkpoint is committed. Failures: `not-staged`, `merge-conflict`
 *, `merge-refused`, `untracked-in-the-way`, `ignored-in-the-way`.
 */
export async function refuseMerge(place: Place, request: MergeRequest, folder: string): Promise<void> {
  const { repository } = place;
  const { root, head } = repository;
  const { branch, target } = request;
  const [status, found, onto] = await Promise.all([
    workTreeStatus(repository),
    unfinishedPaths(root),
    refCommit(root, `refs/heads/${target}`),
  ]);
  // Conflicts that are not resolved are refused by the checkpoint itself.
  if (head === undefined || onto === undefined || status.unmerged.length > 0) return;
  const { staged } = status;
  const unstaged = status.unstaged.filter((each) => !each.submodule).map((each) => each.path);
  if (staged.length > 0 && unstaged.length > 0)
    throw new Failure(
      "not-staged",
      `${list(unstaged)} has changes that are not staged, and the merge would leave them out`,
      { hint: "stage them, or commit first: session checkpoint" },
    );
  const trees = { from: await treeOf(root, head), to: await treeOf(root, onto) };
  const changes = await treeChanges(root, trees.from, trees.to);
  await checkBlockers(place, target, changes, trees);
  const added = new Set(changes.filter((each) => each.from === undefined).map((each) => each.path));
  const inTheWay = found.untracked.filter((each) => added.has(each));
  if (inTheWay.length > 0)
    throw new Failure(
      "untracked-in-the-way",
      `${list(inTheWay)} is not tracked, and ${target} would overwrite it`,
      { hint: "move it away, or commit it first" },
    );
  const bench = { repository, scratch: folder };
  let tip = head;
  if (found.tracked.length > 0) {
    const { commit } = await makeWork(
      bench,
      { ...found, untracked: [] },
      head,
      `On ${branch}: what end would commit`,
    );
    tip = staged.length > 0 ? ((await refCommit(root, `${commit}^2`)) ?? head) : commit;
  }
  refuseResult(request, await mergeResult(bench, onto, tip));
}

/**
 * Merges the branch that is checked out into another one, which is checked out then. Where git cannot, everything is as it
 * was: Failure `merge-conflict` with the files in conflict, or `merge-refused`; both exit 4.
 */
export async function mergeInto(
  place: Place,
  request: MergeRequest,
  state: SessionState,
  folder: string,
): Promise<Merged> {
  const { branch, target, kind } = request;
  const { root, head = "" } = place.repository;
  const squashed = kind === "squash" ? await squashOf(place, branch, target, state) : undefined;
  const moved = await moveTo(place, {
    branch: target,
    command: `session end --merge-to ${word(target)}`,
    home: { branch, commit: head, session: { id: state.context.id, branch, until: "ended" } },
  });
  try {
    const here = { ...place, repository: await openRepository(root) };
    const { head: onto = "" } = here.repository;
    const result = await mergeResult({ repository: here.repository, scratch: folder }, onto, head);
    const tree = refuseResult(request, result);
    const nothing = result.how === "nothing" || (kind === "squash" && tree === (await treeOf(root, onto)));
    if (!nothing)
      await mergeNoted(here, tree, async (mark) => {
        await gitMerge(root, request, mark);
        if (squashed) await commitSquash(root, request, mark, await squashed());
        else await expectContained(root, request);
      });
    return { into: target, commit: (await refCommit(root, `refs/heads/${target}`)) ?? "", nothing, ...moved };
  } catch (error) {
    await moved.takeBack().catch((second: Error) => place.notices.push(second.message));
    throw error;
  }
}

/** Returns the tree that the merge comes to. Failures `merge-conflict`, `merge-refused`. */
function refuseResult({ branch, target, kind }: MergeRequest, result: MergeResult): string {
  if (result.how === "conflicts") {
    const { paths } = result;
    throw new Failure(
      "merge-conflict",
      `${branch} does not merge into ${target}: conflicts in ${paths.slice(0, 5).join(", ")}${paths.length > 5 ? ", …" : ""}; ${AS_BEFORE}`,
      { hint: `git merge ${word(target)}, resolve, and end again` },
    );
  }
  if (result.how === "unrelated") throw refused(branch, target, "their histories have no commit in common");
  if (result.how === "merge" && kind === "ff-only")
    throw refused(branch, target, "it cannot be moved forward, both have commits of their own");
  return result.tree;
}

const AS_BEFORE = "everything is as it was before the merge, and the session goes on";

function refused(branch: string, target: string, why: string): Failure {
  return new Failure("merge-refused", `git does not merge ${branch} into ${target}: ${why}; ${AS_BEFORE}`);
}

/** Said in full: the user's `merge.ff`, `merge.autoStash` and `branch.<name>.mergeOptions` are for merges by hand. */
const HOW: Readonly<Record<MergeKind, readonly string[]>> = {
  default: ["--commit", "--no-squash"],
  squash: ["--ff", "--no-commit", "--squash"],
  "no-ff": ["--commit", "--no-squash", "--no-ff"],
  "ff-only": ["--commit", "--no-squash", "--ff-only"],
};

async function gitMerge(
  root: string,
  { branch, target, kind, verify }: MergeRequest,
  mark: readonly string[],
): Promise<void> {
  const args = ["merge", ...HOW[kind], "--no-edit", "--no-autostash", ...(verify ? [] : ["--no-verify"])];
  const said = await change(root, [...mark, ...args, branch], { runsHooks: true });
  if (said.code !== 0) throw refused(branch, target, firstLine(said.stderr) || firstLine(said.stdout));
}

async function commitSquash(
  root: string,
  { branch, target, verify }: MergeRequest,
  mark: readonly string[],
  message: string,
): Promise<void> {
  const args = ["commit", "--quiet", "--file=-", "--cleanup=whitespace", ...(verify ? [] : ["--no-verify"])];
  const said = await change(root, [...mark, ...OUR_ENCODING, ...args], {
    runsHooks: true,
    input: message,
    env: { SESSION_CHECKPOINT: "1" },
  });
  if (said.code !== 0) throw refused(branch, target, firstLine(said.stderr) || firstLine(said.stdout));
}

/** git may say that it merged although it did not commit, by whatever the user's settings or hooks do. */
async function expectContained(root: string, { branch, target }: MergeRequest): Promise<void> {
  const args = ["merge-base", "--is-ancestor", `refs/heads/${branch}`, `refs/heads/${target}`];
  if ((await ask(root, args)).code !== 0)
    throw refused(branch, target, `it ended well, and ${target} has not got the commits`);
}

/**
 * Prepares one commit for the whole session that carries every decision of the commits it replaces. The message is made
 * once the merge is staged: then it is known what the commit changes.
 */
async function squashOf(
  place: Place,
  branch: string,
  target: string,
  state: SessionState,
): Promise<() => Promise<string>> {
  const { commits } = await gather(place, branch, undefined, "all");
  const title = quietWords(state.context.title);
  const subject = commits.length === 1 ? (commits[0]?.subject ?? title) : title;
  const subjects = commits.map((each) => `* ${each.subject}`).reverse();
  const text = commits.length > 1 ? `${subject}\n\n${subjects.join("\n")}` : subject;
  const records = commits.flatMap((each) => each.record ?? []).reverse();
  const record = { ...mergeRecords([...records, nextRecord(state)]), id: state.context.id };
  const texts = commitTexts(state, EMPTY_TEXTS, record, writeMessage(text, record));
  await refuseSecrets(place, texts, `the commit on ${target}`, { stays: true });
  return async () => {
    const parent = await refCommit(place.repository.root, `refs/heads/${target}`);
    const replaced = commits.map((each) => each.commit).reverse();
    const folded = await foldRecords(place, replaced, [nextRecord(state)], await foldedIndex(place, parent));
    return writeMessage(text, { ...folded, id: state.context.id });
  };
}
