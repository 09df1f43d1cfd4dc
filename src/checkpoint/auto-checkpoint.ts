/** Makes automatic checkpoints after recorded changes (the setting `session.auto_checkpoint`). */

import type { Place } from "../place/place.ts";
import { currentSession } from "../record/find-session.ts";
import { Failure } from "../session/failure.ts";
import { clock } from "../surroundings.ts";
import { parseDuration } from "../text/time/duration.ts";

/** Waits for a recorded change, makes a checkpoint if one is due, and returns the result of the change. */
export async function thenCheckpoint<T>(place: Place, change: Promise<T>): Promise<T> {
  const result = await change;
  await checkpointWhenDue(place);
  return result;
}

/**
 * Makes a checkpoint if the last is at least `checkpoint_interval` old and tracked files have changed.
 * Reports it as a notice.
 */
export async function checkpointWhenDue(place: Place): Promise<void> {
  const { auto_checkpoint, checkpoint_interval } = place.config.session;
  if (!auto_checkpoint || place.repository.branch === undefined) return;
  try {
    const { state } = await currentSession(place);
    const last = Date.parse(state.context.checkpointed ?? state.context.created);
    if (clock() - last < (parseDuration(checkpoint_interval) ?? 30) * 60_000) return;
    const { checkpoint } = await import("./checkpoint.ts");
    const made = await checkpoint(place, { label: "auto", unattended: true });
    place.notices.push(
      `checkpoint ${made.commit?.slice(0, 8)} was due (session.auto_checkpoint): ${made.subject}`,
    );
  } catch (error) {
    // If git is busy or no file has changed, the next recorded change tries again.
    if (!(error instanceof Failure)) throw error;
  }
}
