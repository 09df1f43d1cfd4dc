/** Decides whether a recorded check is still valid: only while the files equal the files that it ran on. */

import { type WorkTreeStatus, workTreeStatus } from "../git/status.ts";
import type { Place } from "../place/place.ts";
import type { Verification } from "../session/session.ts";
import type { ReadCommit } from "../trailers/checkpoints.ts";
import { checkedPaths, lastChecks, markEarlier } from "../trailers/checks.ts";
import type { ComparedFiles } from "../worktree/compare-files.ts";

/**
 * Returns the tree or commit whose files a check ran on. Records of older versions lack the tree. For them,
 * use the commit that carries the result, since the check may have run on uncommitted files.
 */
function checkedFiles(check: Verification, commits: readonly ReadCommit[]): string | undefined {
  return check.tree ?? commits[checkedAt(check, commits)]?.commit.oid ?? check.commit;
}

/**
 * Returns the index of the commit that carries a check's result, or else of the commit that was checked out.
 * Returns -1 if neither is in the list.
 */
export function checkedAt(check: Verification, commits: readonly ReadCommit[]): number {
  const carried = commits.findLastIndex(({ record }) =>
    record?.verified.some(
      (each) => each.earlier === undefined && each.command === check.command && each.result === check.result,
    ),
  );
  const checked = commits.findIndex((each) => isCommit(each.commit.oid, check.commit));
  return carried >= 0 && (checked < 0 || carried < checked) ? carried : checked;
}

/** Returns whether a name is the beginning of a commit id, of at least four characters. */
export function isCommit(oid: string | undefined, name: string | undefined): boolean {
  return name !== undefined && name.length >= 4 && oid?.startsWith(name) === true;
}

/**
 * Returns the newest checks that ran on the current files: the files of the work tree, or of `tip` if its
 * branch is not checked out.
 */
export async function standingChecks(
  place: Place,
  verified: readonly Verification[],
  commits: readonly ReadCommit[],
  tip: string | undefined,
  status: WorkTreeStatus | undefined,
): Promise<ReadonlySet<Verification>> {
  const { repository } = place;
  const { root } = repository;
  const checks = lastChecks(verified).slice(0, MAX_COMPARED);
  if (checks.length === 0 || tip === undefined) return new Set();
  const { sameFiles, withWorkTreeTree } = await import("../worktree/compare-files.ts");
  const paths = checkedPaths(checks);
  const isDirty =
    status !== undefined && status.staged.length + status.unstaged.length + status.unmerged.length > 0;
  const isLittered = isDirty || (status !== undefined && status.untracked.length > 0);
  const same = async (check: Verification, now: ComparedFiles): Promise<Verification | undefined> => {
    const before = checkedFiles(check, commits);
    if (before === undefined) return undefined;
    return (await sameFiles(root, before, now, paths)) ? check : undefined;
  };
  const all = async (some: readonly Verification[], now: ComparedFiles) =>
    Promise.all(some.map((each) => same(each, now)));
  const committed = checks.filter((each) => each.tree === undefined);
  // Records of older versions do not cover untracked files, so untracked files do not invalidate such a
  // check.
  const byCommit = isDirty ? [] : await all(isLittered ? committed : checks, { tree: tip });
  const ofTrees = checks.filter((each) => each.tree !== undefined);
  const byTree =
    isLittered && committed.length < checks.length
      ? await withWorkTreeTree(repository, await listed(place, status), (now) => all(ofTrees, now))
      : [];
  return new Set([...byCommit, ...(byTree ?? [])].filter((each) => each !== undefined));
}

/** Maximum checks to compare with the current files; older checks count as invalid. */
const MAX_COMPARED = 20;

/**
 * Returns the status with each untracked file: git-status(1) shows an untracked folder as one path by
 * default.
 */
async function listed({ repository }: Place, status: WorkTreeStatus): Promise<WorkTreeStatus> {
  return status.untracked.some((each) => each.endsWith("/")) ? workTreeStatus(repository, true) : status;
}

/**
 * Returns checks as a commit of these files records them: a check of other files is marked with its own
 * commit. Records of older versions do not change.
 */
export async function checksFor(
  place: Place,
  verified: readonly Verification[],
  files: ComparedFiles | undefined,
): Promise<Verification[]> {
  const paths = checkedPaths(verified);
  return Promise.all(
    verified.map(async (each) => {
      if (each.tree === undefined || each.earlier !== undefined) return each;
      const { sameFiles } = await import("../worktree/compare-files.ts");
      const { root } = place.repository;
      const holds = files !== undefined && (await sameFiles(root, each.tree, files, paths));
      return holds ? each : markEarlier(each);
    }),
  );
}
