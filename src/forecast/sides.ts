/** Finds the branches of open sessions, each as one commit that includes uncommitted changes. */
import { existsSync } from "node:fs";
import path from "node:path";
import { canMergeEach } from "../git/move/merge-many.ts";
import { ask } from "../git/read.ts";
import { baseBranch } from "../git/refs.ts";
import { workTreeStatus } from "../git/status.ts";
import { listWorktrees, type Worktree, worktreeAt } from "../git/worktrees.ts";
import type { Place } from "../place/place.ts";
import { type KnownSession, listedSessions } from "../record/known-sessions.ts";
import { remoteSessions } from "../record/remote-branches.ts";
import { Failure } from "../session/failure.ts";
import { isLive } from "../session/state.ts";
import { mapLimited } from "../text/concurrency.ts";
import { defined } from "../text/defined.ts";
import type { ConflictSide } from "../views/shapes/conflicts.ts";
import { type ObjectFolders, treeIn } from "../worktree/compare-files.ts";

/** A branch to merge, with its commits. */
export interface Side extends ConflictSide {
  /** Id of the newest commit of the branch. */
  readonly tip: string;
  /** The commit to merge: the tip, or a temporary commit on top of it with the uncommitted changes. */
  readonly commit: string;
}

/** Maximum worktrees read at the same time. */
const AT_ONCE = 4;

/**
 * A fixed author and date: the same files then always make the same commit, so the cache finds its forecast.
 */
const NOBODY = {
  ...{ GIT_AUTHOR_NAME: "session", GIT_AUTHOR_EMAIL: "session@localhost" },
  ...{ GIT_COMMITTER_NAME: "session", GIT_COMMITTER_EMAIL: "session@localhost" },
  ...{ GIT_AUTHOR_DATE: "@0 +0000", GIT_COMMITTER_DATE: "@0 +0000" },
};

type Tip = Omit<Side, "commit" | "uncommitted">;

/**
 * Returns the branches of all sessions that have not ended, and the default branch, sorted by name. With
 * `remotes`, includes sessions of remotes, as last fetched.
 */
export async function tipsOf(place: Place, remotes: boolean): Promise<Tip[]> {
  const { root } = place.repository;
  const [{ sessions, refs }, base, worktrees] = await Promise.all([
    listedSessions(place),
    // Asks for the base of HEAD: no branch can have this name, so the answer is always the default branch.
    baseBranch(root, "HEAD"),
    listWorktrees(root),
  ]);
  const folders = new Map(worktrees.map((each: Worktree) => [each.branch, each.path]));
  const isOpen = ({ state }: KnownSession) => isLive(state);
  const tips = new Map<string, Tip>();
  for (const each of sessions) {
    const { branch, id, title, state, touched, where, gone, remote } = each;
    const session = { id, title, state, touched };
    const tip = refs.get(`refs/heads/${branch}`);
    if (!isOpen(each)) continue;
    if (where === "local" && !gone && tip !== undefined)
      tips.set(branch, { branch, session, tip, ...defined({ worktree: folders.get(branch) }) });
    const theirs = remotes ? refs.get(`refs/remotes/${remote}/${branch}`) : undefined;
    if (where === "snapshot" && remote !== undefined && theirs !== undefined)
      tips.set(`${remote}/${branch}`, { branch, session, tip: theirs, remote });
  }
  if (remotes)
    for (const each of await remoteSessions(place, new Set(sessions.map(({ id }) => id)), refs)) {
      const { branch, id, title, touched, remote } = each;
      const tip = refs.get(`refs/remotes/${remote}/${branch}`);
      const session = { id, title, state: "not resumed", touched };
      if (tip !== undefined) tips.set(`${remote}/${branch}`, { branch, session, tip, remote });
    }
  const tip = refs.get(base?.refs[0] ?? "");
  if (base && tip !== undefined && !tips.has(base.name))
    tips.set(base.name, { branch: base.name, session: null, tip });
  return [...tips].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each);
}

/**
 * Commits the uncommitted changes of each branch's worktree to a temporary object store, and returns the
 * branches with these commits. With git older than 2.39, uncommitted changes are left out.
 * @see git-commit-tree(1)
 */
export async function withWork(
  place: Place,
  tips: readonly Tip[],
  objects: ObjectFolders,
  folder: string,
): Promise<Side[]> {
  return mapLimited(tips, AT_ONCE, async (each) => {
    const work = await uncommittedOf(place, each, objects, folder);
    return { ...each, uncommitted: work?.files ?? 0, commit: work?.commit ?? each.tip };
  });
}

let count = 0;

/**
 * Returns the temporary commit and its count of files; undefined if no file has uncommitted changes or git
 * cannot read the worktree.
 */
async function uncommittedOf(place: Place, { worktree, tip }: Tip, objects: ObjectFolders, folder: string) {
  if (worktree === undefined || !existsSync(worktree)) return undefined;
  try {
    const isOurs = path.resolve(worktree) === place.repository.root;
    const repository = isOurs ? place.repository : await worktreeAt(place.repository, worktree);
    const status = await workTreeStatus(repository, true);
    const { staged, unstaged, untracked, unmerged } = status;
    const files = new Set([...[...staged, ...unstaged].map((one) => one.path), ...untracked, ...unmerged]);
    if (files.size === 0 || !(await canMergeEach(place.repository.root))) return undefined;
    const tree = await treeIn(repository, status, path.join(folder, `index-${++count}`), objects);
    if (tree === undefined) return undefined;
    const args = ["commit-tree", tree, "-p", tip, "-m", "uncommitted"];
    const { code, stdout } = await ask(repository.root, args, undefined, { ...objects, ...NOBODY });
    return code === 0 ? { files: files.size, commit: stdout.trim() } : undefined;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
