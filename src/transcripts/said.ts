/** What a list says of conversations: how long they are, and what the user said. Loaded only where a list asks. */
import type { Place } from "../place/place.ts";
import type { KnownSession } from "../record/resolve-session.ts";
import type { RunRecord } from "../session/runs.ts";
import { readRuns } from "../store/runs.ts";
import { hasTranscripts, keptTranscripts } from "../store/transcripts.ts";
import type { SessionRow } from "../views/shapes/listing.ts";
import { sumOf } from "./formats/shape.ts";

export type Said = Pick<SessionRow, "message_count" | "first_message" | "last_prompt">;

/** Returns what adds to a row what was said in its session. The runs of agents are read once. */
export function saidIn(place: Place): (row: SessionRow, known: KnownSession) => Promise<SessionRow> {
  let runs: Promise<RunRecord[]> | undefined;
  return async (row, { loaded, folder = loaded?.folder }) => {
    const has = folder !== undefined && folder !== "" && hasTranscripts(folder);
    const sum = has ? sumOf((await keptTranscripts(folder)).map((each) => each.numbers)) : null;
    runs ??= readRuns(place.sessionsDir);
    const run = (await runs).find(({ session, prompt }) => session.id === row.id && prompt !== undefined);
    return {
      ...row,
      // What was imported may tell of more than it brought.
      message_count: Math.max(sum?.messages ?? 0, Number(row.meta.messages) || 0),
      first_message: sum?.first ?? null,
      last_prompt: later(run, sum?.to) ?? sum?.last ?? null,
    };
  };
}

/** The prompt of a run, unless somebody said something after it began. */
function later(run: RunRecord | undefined, said: string | null | undefined): string | undefined {
  return run && (said ?? "") < run.began ? run.prompt : undefined;
}
