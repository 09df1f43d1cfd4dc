/** Where a session is worked on, so that views and changes of it are made as a command would make them there. */

import { existsSync } from "node:fs";
import { isAnotherWorktree } from "../git/environment.ts";
import { branchTip } from "../git/refs.ts";
import { listWorktrees } from "../git/worktrees.ts";
import { openPlace, type Place } from "../place/place.ts";
import type { KnownSession } from "../record/resolve-session.ts";
import { defined } from "../text/defined.ts";

export interface SessionWorktree {
  readonly place: Place;
  /** The worktree that has the session's branch checked out; undefined where none has. */
  readonly worktree?: string;
}

/** Returns the worktree of a session, else this one as if the session's branch were checked out in it. */
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
