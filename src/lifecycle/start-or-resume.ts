/** `start` on a branch that has a session already: takes it up, here or in a worktree of its own. */
import { openPlace, type Place } from "../place/place.ts";
import { currentSession } from "../record/find-session.ts";
import { addObjectives } from "../record/items.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { Failure } from "../session/failure.ts";
import { link, linkedFolder } from "../worktree/linked-worktree.ts";
import { branchSource, tellCreated } from "./checkout.ts";
import { carries, recordFor } from "./existing-session.ts";
import { type Resumed, resume, resumeFound } from "./resume.ts";
import { type Found, named } from "./session-by-name.ts";
import { type Started, type StartRequest, start } from "./start.ts";

/** Undefined where the branch has no session, or there is no branch. `worktree`: as for `start`. */
export async function resumeAgain(
  place: Place,
  branch: string,
  worktree: string | true | undefined,
): Promise<Resumed | undefined> {
  try {
    return await (worktree === undefined
      ? resume(place, branch)
      : inWorktree(place, await named(place, branch), worktree));
  } catch (error) {
    if (error instanceof Failure && (error.exit === 3 || error.code === "branch-gone")) return undefined;
    throw error;
  }
}

/**
 * Starts a session, or takes up the one that the branch carries: ended, kept, in its commits, or on a remote. Objectives
 * that it does not have are added to it. Failures: those of `start` and `resume`.
 */
export async function startOrResume(
  place: Place,
  request: StartRequest,
): Promise<{ readonly started: Started } | { readonly resumed: Resumed }> {
  const record = request.anew ? null : await recordFor(place, request);
  // One that is at work is named by `start`, and one that is not checked out either.
  if (!record || record.recorded || !carries(record) || request.switch === false)
    return { started: await start(place, { ...request, record }) };
  const { session } = record;
  const found: Found =
    record.kind === "commits"
      ? await named(place, request.branch)
      : { branch: request.branch, known: await resolveSession(place, session?.state.context.id ?? "") };
  const resumed = await (request.worktree === undefined
    ? resumeFound(place, found)
    : inWorktree(place, found, request.worktree));
  return { resumed: await withObjectives(resumed, request.objectives ?? []) };
}

async function withObjectives(resumed: Resumed, texts: readonly string[]): Promise<Resumed> {
  const known = new Set(resumed.state.objectives.map((each) => each.text));
  const added = texts.filter((each) => !known.has(each));
  if (added.length === 0) return resumed;
  await addObjectives(resumed.place, added);
  return { ...resumed, state: (await currentSession(resumed.place)).state };
}

async function inWorktree(place: Place, found: Found, worktree: string | true): Promise<Resumed> {
  const { branch, known } = found;
  const create = await branchSource(place, found);
  const linked = await linkedFolder(place, branch, worktree);
  const undo = await link(place, linked, branch, create);
  try {
    const there = { ...(await openPlace(linked.folder)), notices: place.notices };
    const resumed = await resume(there, known?.id ?? branch);
    tellCreated(place, branch, create);
    return resumed;
  } catch (error) {
    await undo();
    throw error;
  }
}
