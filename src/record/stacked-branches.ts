/** Finds sessions stacked on a merged branch, with the command that rebases each. Rebases nothing itself. */

import { isAncestor } from "../git/commits.ts";
import { mergeThatBrought } from "../git/history/ancestry.ts";
import { defaultBranch, refCommit } from "../git/refs.ts";
import { worktreeBranches } from "../git/worktrees.ts";
import { sessionWork } from "../history/range.ts";
import { squashIn } from "../history/squashes.ts";
import type { Place } from "../place/place.ts";
import { branchOf, isLive, type SessionContext } from "../session/state.ts";
import { localSessions } from "../store/sessions.ts";
import { shellWord } from "../text/shell.ts";
import { readCommits } from "../trailers/checkpoints.ts";
import { parentOf } from "./child-sessions.ts";

/** A session to rebase, and the command for it. */
export interface ToRebase {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  /** Branch of the parent. */
  readonly from: string;
  /** Branch into which the parent was merged. */
  readonly onto: string;
  readonly command: string;
}

/**
 * Returns those children of a session merged into `onto` (default: the default branch) that lack the merge.
 */
export async function childrenToRebase(place: Place, parent: string, onto?: string): Promise<ToRebase[]> {
  const going = (await localSessions(place.sessionsDir)).flatMap(({ state: { context } }) =>
    context.parent === parent && isLive(context.state) ? [context] : [],
  );
  const found: ToRebase[] = [];
  for (const each of going) {
    const child = await toRebase(place, each, { onto });
    if (child) found.push(child);
  }
  return found;
}

/** Returns the rebase of a session whose parent was merged into the default branch, by `end` or a forge. */
export async function rebaseOf(place: Place, context: SessionContext): Promise<ToRebase | undefined> {
  if (context.parent === undefined || context.base.branch === undefined) return undefined;
  return toRebase(place, context, { goesOn: isLive((await parentOf(place, context))?.state) });
}

/**
 * Returns the rebase of a session whose parent was merged or squashed into `onto`; default: the default
 * branch. Undefined without a parent, or if no rebase is needed. While the parent is active (`goesOn`), a
 * squash counts only if it contains all commits of the parent that the branch contains.
 */
async function toRebase(
  place: Place,
  context: SessionContext,
  { onto, goesOn = false }: { readonly onto?: string | undefined; readonly goesOn?: boolean } = {},
): Promise<ToRebase | undefined> {
  const { root, commonDir } = place.repository;
  const { parent, id, title } = context;
  const branch = branchOf(context);
  const [target = await defaultBranch(root), tip] = await Promise.all([onto, refCommit(root, context.ref)]);
  if (parent === undefined || target === undefined || tip === undefined) return undefined;
  // Commits that the parent made on the target itself need no merge.
  if (context.base.branch === target) return undefined;
  const into = `refs/heads/${target}`;
  const upstream = await lastOfParent(place, context, parent, tip);
  if (upstream === undefined) return undefined;
  const merge = await mergeThatBrought(root, upstream, into);
  const landed = merge ?? (await squashIn(root, parent, into, tip));
  if (landed === undefined || (await isAncestor(root, landed, tip))) return undefined;
  if (goesOn && merge === undefined && !(await holdsAll(place, landed, upstream))) return undefined;
  const folder = (await worktreeBranches(commonDir)).get(branch);
  const where = folder === undefined || folder === root ? "" : ` -C ${shellWord(folder)}`;
  const which = folder === undefined || folder === root ? ` ${shellWord(branch)}` : "";
  const command = `git${where} rebase --onto ${shellWord(target)} ${upstream.slice(0, 12)}${which}`;
  return { id, title, branch, from: context.base.branch ?? "", onto: target, command };
}

/** Returns the newest commit of a branch that belongs to the parent session's work. */
async function lastOfParent(place: Place, context: SessionContext, parent: string, tip: string) {
  const { range, history } = await sessionWork(place, context, tip);
  const carried = readCommits(history).find((each) => each.record?.id === parent);
  const from = carried?.commit.oid ?? range.from;
  return from === undefined ? undefined : refCommit(place.repository.root, from);
}

/** Reports whether a commit contains all changes of another commit, so that a merge would change nothing. */
export async function holdsAll(
  { repository, sessionsDir }: Place,
  commit: string,
  other: string,
): Promise<boolean> {
  const [{ mergeResult }, { treeOf }] = await Promise.all([
    import("../git/move/merge-result.ts"),
    import("../git/objects.ts"),
  ]);
  // On a read-only disk, git cannot compute the merge.
  const merged = await mergeResult({ repository, scratch: sessionsDir }, commit, other).catch(
    () => undefined,
  );
  return merged !== undefined && "tree" in merged && merged.tree === (await treeOf(repository.root, commit));
}
