/** Settles a move or a checkpoint that was interrupted, before the next change of the work tree. */
import { interruptedMove, isMoving, readMoveNote } from "../git/move/note.ts";
import { openRepository } from "../git/repository.ts";
import { storedSession } from "../history/stored-session.ts";
import type { Place } from "../place/place.ts";
import { settleCommit } from "../record/change.ts";
import type { SessionState } from "../session/state.ts";

/**
 * Settles an unfinished move and an unfinished checkpoint in this work tree: finishes or reverses them.
 * Returns the place afterwards.
 * @throws Failure `move-in-progress` (exit 4) while the command still runs, `half-checkout` (exit 4)
 */
export async function settleBeforeChange(place: Place): Promise<Place> {
  const settled = await settleMove(place);
  await settleCommit(settled);
  return settled;
}

async function settleMove(place: Place): Promise<Place> {
  const { repository } = place;
  const note = readMoveNote(repository.gitDir);
  if (!note || (note.pid === process.pid && isMoving(note))) return place;
  const { settleInterrupted } = await import("./settle-move.ts");
  await settleInterrupted(place, note);
  return { ...place, repository: await openRepository(repository.root) };
}

/**
 * Settles like `settleBeforeChange`. `begun`: the session that an interrupted `start` or `fork` has already
 * written, so that the repeated command finishes it.
 */
export async function settleBeforeStart(
  asked: Place,
): Promise<{ readonly place: Place; readonly begun?: SessionState }> {
  const note = interruptedMove(asked.repository.gitDir);
  const place = await settleBeforeChange(asked);
  if (note?.home?.session.until !== "started") return { place };
  const { id, branch } = note.home.session;
  const found = await storedSession(place, branch).catch(() => undefined);
  return found?.state.context.id === id ? { place, begun: found.state } : { place };
}
