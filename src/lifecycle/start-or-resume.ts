/**
 * Resumes an existing session for `session start`, in this worktree or a new one; otherwise starts a new
 * session.
 */
import { openPlace, type Place } from "../place/place.ts";
import { currentSession } from "../record/find-session.ts";
import { addObjectives } from "../record/items.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { Failure } from "../session/failure.ts";
import { linkedFolder, linkWorktree } from "../worktree/linked-worktree.ts";
import { branchSource, noteCreated } from "./checkout.ts";
import { carriesSession, existingRecord } from "./existing-session.ts";
import { type Resumed, resume, resumeFound } from "./resume.ts";
import { type FoundSession, sessionByName } from "./session-by-name.ts";
import { type Started, type StartRequest, start } from "./start.ts";

/**
 * Resumes the session of a branch, and adds objectives that it lacks; undefined if the branch has none, or
 * does not exist. `worktree`: as for `start`.
 */
export async function resumeExisting(
  place: Place,
  branch: string,
  worktree: string | true | undefined,
  objectives: readonly string[] = [],
): Promise<Resumed | undefined> {
  let resumed: Resumed;
  try {
    resumed = await (worktree === undefined
      ? resume(place, branch)
      : inWorktree(place, await sessionByName(place, branch), worktree));
  } catch (error) {
    if (error instanceof Failure && (error.exit === 3 || error.code === "branch-gone")) return undefined;
    throw error;
  }
  return withObjectives(resumed, objectives);
}

/** Returns a warning for each name of an option or argument that an existing session does not take. */
export const notAppliedTexts = (names: readonly string[]): string[] =>
  names.map((each) => `the session already exists: ${each} was not applied`);

/**
 * Starts a session, or resumes the session that the branch carries: ended, kept, in its commits, or on a
 * remote. Adds objectives that it lacks.
 * @throws as `start` and `resume`
 */
export async function startOrResume(
  place: Place,
  request: StartRequest,
): Promise<{ readonly started: Started } | { readonly resumed: Resumed }> {
  const record = request.anew ? null : await existingRecord(place, request);
  // Leaves the other cases to `start`, which reports an active session, and a session whose branch is not
  // checked out.
  if (!record || record.recorded || !carriesSession(record) || request.switch === false)
    return { started: await start(place, { ...request, record }) };
  const { session } = record;
  const found: FoundSession =
    record.kind === "commits"
      ? await sessionByName(place, request.branch)
      : { branch: request.branch, known: await resolveSession(place, session?.state.context.id ?? "") };
  const resumed = await (request.worktree === undefined
    ? resumeFound(place, found)
    : inWorktree(place, found, request.worktree));
  return { resumed: await withObjectives(resumed, request.objectives ?? []) };
}

/** Adds the objectives that a resumed session lacks. */
export async function withObjectives(resumed: Resumed, texts: readonly string[]): Promise<Resumed> {
  const known = new Set(resumed.state.objectives.map((each) => each.text));
  const added = texts.filter((each) => !known.has(each));
  if (added.length === 0) return resumed;
  await addObjectives(resumed.place, added);
  return { ...resumed, state: (await currentSession(resumed.place)).state };
}

async function inWorktree(place: Place, found: FoundSession, worktree: string | true): Promise<Resumed> {
  const { branch, known } = found;
  const create = await branchSource(place, found);
  const linked = await linkedFolder(place, branch, worktree);
  const undo = await linkWorktree(place, linked, branch, create);
  try {
    const there = { ...(await openPlace(linked.folder)), notices: place.notices };
    const resumed = await resume(there, known?.id ?? branch);
    noteCreated(place, branch, create);
    return resumed;
  } catch (error) {
    await undo();
    throw error;
  }
}
