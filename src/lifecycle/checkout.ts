/** Checks out the branch of a resumed session, and creates it if this clone lacks it. */
import { type BranchSource, refCommit } from "../git/refs.ts";
import { remoteBranch } from "../history/base.ts";
import { lastTip } from "../history/find-by-content.ts";
import type { Place } from "../place/place.ts";
import { type KnownSession, loadKnown } from "../record/known-sessions.ts";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";
import { shortId } from "../text/time/format-time.ts";
import { type MoveRequest, moveTo } from "../worktree/move.ts";
import type { FoundSession } from "./session-by-name.ts";

type Wanted = Partial<FoundSession> & Pick<FoundSession, "branch">;

/**
 * Checks a branch out, and creates it if it does not exist. Returns false if it was checked out
 * already.
 * @throws Failure `branch-gone`
 */
export async function checkOut(
  place: Place,
  wanted: Wanted,
  how: Pick<MoveRequest, "command" | "away">,
): Promise<boolean> {
  const { branch } = wanted;
  if (place.repository.branch === branch) return false;
  const create = await branchSource(place, wanted);
  await moveTo(place, { ...how, branch, ...defined({ create }) });
  noteCreated(place, branch, create);
  return true;
}

/**
 * Returns the start point of a missing branch: a remote's branch, else the commit at which HEAD left it, or
 * the last commit in the record. Undefined for an existing branch.
 * @throws Failure `branch-gone` if git has no such commit
 */
export async function branchSource(
  place: Place,
  { branch, known, rebuilt }: Wanted,
): Promise<(BranchSource & { readonly from: string; readonly track: boolean }) | undefined> {
  const { root } = place.repository;
  const isHere = rebuilt
    ? rebuilt.from === undefined
    : (await refCommit(root, `refs/heads/${branch}`)) !== undefined;
  if (isHere) return undefined;
  const remote = rebuilt?.from ?? (await remoteBranch(place, branch));
  if (remote !== undefined) return { from: remote, track: true };
  const session = known && (await loadKnown(place, known).catch(() => undefined));
  const from = session && (await lastTip(place, session));
  if (from === undefined) throw branchGone(branch, known);
  return { from, track: false };
}

/** Adds a notice that a missing branch was created again. */
export function noteCreated(
  { notices }: Place,
  branch: string,
  create: { readonly from: string; readonly track: boolean } | undefined,
): void {
  if (create && !create.track) notices.push(`Recreated the branch ${branch} at ${shortId(create.from)}.`);
}

function branchGone(branch: string, found: KnownSession | undefined): Failure {
  // Warns of commits that only the remote of the session may have.
  if (found?.where === "snapshot")
    return new Failure("branch-gone", `there is no branch ${branch} in this clone or on fetched remotes`, {
      hint: `git fetch\nsession clone ${found.id}`,
    });
  return new Failure("branch-gone", `the branch ${branch} is gone, and git does not have its commits`, {
    hint: `git branch ${shellWord(branch)} <commit>\n${SAME_COMMAND}`,
  });
}
