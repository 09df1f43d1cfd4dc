/** Finds the git command that reverts a commit, which undo does not remove. */
import { isAncestor, resolveCommit } from "../git/commits.ts";
import { ask } from "../git/read.ts";
import { branchReflog } from "../history/branch-identity.ts";
import type { Place } from "../place/place.ts";
import { defined } from "../text/defined.ts";

/**
 * A commit that undo does not remove, and the command that reverts it. `on`: the branch into which the
 * session was merged.
 */
export interface TakenBack {
  readonly oid: string;
  readonly command: string;
  readonly on?: string;
}

/**
 * Returns the command that reverts a commit; undefined if the branch no longer has the commit. `end`: the
 * event with which the session ended.
 */
export async function takenBack(
  place: Place,
  branch: string,
  oid: string,
  end: { readonly commit?: string | undefined; readonly merged?: string | undefined } | undefined,
): Promise<TakenBack | undefined> {
  const { root, head, branch: here } = place.repository;
  const on = end?.commit === oid ? end.merged : undefined;
  if (!(await isAncestor(root, oid, `refs/heads/${on ?? branch}`))) return undefined;
  const [first, second, before, pushed] = await Promise.all([
    resolveCommit(root, `${oid}^1`),
    resolveCommit(root, `${oid}^2`),
    on === undefined ? undefined : commitBefore(place, on, oid),
    ask(root, ["for-each-ref", "--count=1", `--contains=${oid}`, "refs/remotes/"]),
  ]);
  // Never proposes to rewrite a commit that other clones may have.
  const isLast = head === oid && here === (on ?? branch) && pushed.stdout === "";
  const to = before ?? first;
  const name = oid.slice(0, 12);
  const revert = second
    ? `-m 1 ${name}`
    : before && before !== first
      ? `${before.slice(0, 12)}..${name}`
      : name;
  const command =
    !isLast || to === undefined
      ? `git revert ${revert}`
      : on === undefined
        ? "git reset --soft HEAD~1"
        : `git reset --keep ${to.slice(0, 12)}`;
  return { oid, command, ...defined({ on }) };
}

/** Returns the commit that a branch had before this commit, from its reflog. */
async function commitBefore(place: Place, branch: string, oid: string): Promise<string | undefined> {
  const entries = await branchReflog(place, branch);
  const at = entries.findIndex((each) => each.oid === oid);
  return at < 0 ? undefined : entries[at + 1]?.oid;
}
