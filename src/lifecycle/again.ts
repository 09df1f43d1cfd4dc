/** `start --resume`: taking up the session that the branch has already, here or in a worktree of its own. */
import { refCommit } from "../git/refs.ts";
import { remoteBranch } from "../history/base.ts";
import { openPlace, type Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { link, linkedFolder } from "../worktree/linked.ts";
import { branchGone, named, type Resumed, resume } from "./resume.ts";

/** Undefined where the branch has no session, or there is no branch. `worktree`: as for `start`. */
export async function resumeAgain(
  place: Place,
  branch: string,
  worktree: string | true | undefined,
): Promise<Resumed | undefined> {
  try {
    return await (worktree === undefined ? resume(place, branch) : inWorktree(place, branch, worktree));
  } catch (error) {
    if (error instanceof Failure && (error.exit === 3 || error.code === "branch-gone")) return undefined;
    throw error;
  }
}

async function inWorktree(place: Place, name: string, worktree: string | true): Promise<Resumed> {
  const { branch, known, rebuilt } = await named(place, name);
  const isHere = (await refCommit(place.repository.root, `refs/heads/${branch}`)) !== undefined;
  const from = isHere ? undefined : (rebuilt?.from ?? (await remoteBranch(place, branch)));
  if (!isHere && from === undefined) throw await branchGone(place, branch, known);
  const folder = await linkedFolder(place, branch, worktree);
  const undo = await link(place, folder, branch, from === undefined ? undefined : { from, track: true });
  try {
    return await resume({ ...(await openPlace(folder)), notices: place.notices }, known?.id ?? branch);
  } catch (error) {
    await undo();
    throw error;
  }
}
