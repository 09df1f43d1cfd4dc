/** Returns the ref of stashed work; warns of an unfinished stash, and refuses to continue over it. */
import { moveInProgress } from "../git/move/note.ts";
import { refCommit } from "../git/refs.ts";
import { storedSession } from "../history/stored-session.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { readLock } from "../store/journal/lock.ts";
import { withHint } from "../text/hint.ts";

/** Returns the ref of a session's stashed work, which is not in the user's own stash. */
export const stashRef = (id: string) => `refs/session-stash/${id}`;

/** Returns a warning of a command that is stashing or restoring work, or was interrupted. */
export async function halfwayText(folder: string): Promise<string> {
  return (await readLock(folder))?.alive
    ? "A switch is running; the work tree is half changed until it has ended."
    : withHint("A switch was interrupted; the work tree may be half changed.", "session resume");
}

/**
 * Refuses a change while a command that stashes or restores work runs, or is interrupted.
 * @throws Failure `move-in-progress`, `work-interrupted`
 */
export async function refuseHalfway(place: Place): Promise<void> {
  const { branch, root } = place.repository;
  const session =
    branch === undefined ? undefined : await storedSession(place, branch).catch(() => undefined);
  const { work, id } = session?.state.context ?? {};
  if (!work?.step || id === undefined || (await refCommit(root, stashRef(id))) !== work.commit) return;
  const holder = await readLock(session?.folder ?? "");
  if (holder?.alive) throw moveInProgress(undefined, holder.pid);
  throw new Failure("work-interrupted", "a switch was interrupted, and the work tree may be half changed", {
    hint: "session resume",
  });
}
