/**
 * Finds the worktree of a session, so that the page reads and changes it as a command in that worktree would.
 */

import { existsSync } from "node:fs";
import { isAnotherWorktree } from "../git/environment.ts";
import { branchTip } from "../git/refs.ts";
import { listWorktrees } from "../git/worktrees.ts";
import { openPlace, type Place } from "../place/place.ts";
import type { KnownSession } from "../record/known-sessions.ts";
import { defined } from "../text/defined.ts";

/** The place for a session's views and actions. */
export interface SessionWorktree {
  /**
   * Place of the session's views and actions, marked as `oversees`: an action does not make the user the
   * session's holder.
   */
  readonly place: Place;
  /** Path of the worktree that has the session's branch checked out. */
  readonly worktree?: string;
}

/**
 * Returns the place of the worktree that has the session's branch checked out. Without such a worktree,
 * returns this place with the branch treated as checked out.
 * @throws Failure as `openPlace`
 */
export async function worktreeOf(
  place: Place,
  { branch }: Pick<KnownSession, "branch">,
): Promise<SessionWorktree> {
  const { repository } = place;
  const found = (await listWorktrees(repository.root)).find((each) => each.branch === branch);
  if (found && existsSync(found.path)) {
    isAnotherWorktree(found.path);
    return { place: { ...(await openPlace(found.path)), oversees: true }, worktree: found.path };
  }
  const { head: _ours, about: _other, ...rest } = repository;
  const head = await branchTip(repository, branch);
  return { place: { ...place, repository: { ...rest, branch, ...defined({ head }) }, oversees: true } };
}
