/**
 * Adds the length of conversations and the user's last message to rows of `list`. Loaded only for such lists.
 */
import type { Place } from "../place/place.ts";
import type { KnownSession } from "../record/known-sessions.ts";
import type { RunRecord } from "../session/runs.ts";
import { readRuns } from "../store/runs.ts";
import { hasTranscripts, keptTranscripts } from "../store/transcripts.ts";
import type { SessionRow } from "../views/shapes/listing.ts";
import { sumOf } from "./formats/shape.ts";

export type ConversationColumns = Pick<SessionRow, "message_count" | "first_message" | "last_prompt">;

/** Returns a function that adds the columns to a row. Reads the records of agent runs once for all rows. */
export function addConversationColumns(
  place: Place,
): (row: SessionRow, known: KnownSession) => Promise<SessionRow> {
  let runs: Promise<RunRecord[]> | undefined;
  return async (row, { loaded, folder = loaded?.folder }) => {
    const has = folder !== undefined && folder !== "" && hasTranscripts(folder);
    const sum = has ? sumOf((await keptTranscripts(folder)).map((each) => each.numbers)) : null;
    runs ??= readRuns(place.sessionsDir);
    const run = (await runs).find(({ session, prompt }) => session.id === row.id && prompt !== undefined);
    return {
      ...row,
      // Uses the larger number: an import may name more messages than it contained.
      message_count: Math.max(sum?.messages ?? 0, Number(row.meta.messages) || 0),
      first_message: sum?.first ?? null,
      last_prompt: later(run, sum?.to) ?? sum?.last ?? null,
    };
  };
}

/** Returns the prompt of a run, unless a message is newer than the run. */
function later(run: RunRecord | undefined, said: string | null | undefined): string | undefined {
  return run && (said ?? "") < run.began ? run.prompt : undefined;
}
