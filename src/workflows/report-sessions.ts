/** Sessions of this clone as a report tells them. */
import { ask } from "../git/read.ts";
import type { SessionRow } from "../model/listing.ts";
import { parseContext, stateFromTexts } from "../model/reading.ts";
import { progressOf } from "../model/report/assemble.ts";
import type { ReportSession } from "../model/report/report.ts";
import type { SessionState } from "../model/state.ts";
import type { Place } from "./place.ts";
import type { KnownSession } from "./resolve.ts";
import { snapshotFiles } from "./snapshot.ts";
import { surveySessions } from "./survey.ts";

export interface ReportedSession {
  readonly session: ReportSession;
  readonly row: SessionRow;
  /** Its work goes on. */
  readonly live: boolean;
  /** Undefined where there are so many that its record was not opened. */
  readonly state?: SessionState;
}

/** Records of that many sessions are opened, the last touched first; of the others, lists know enough. */
const MAX_OPENED = 1000;

/** All sessions, the last touched first. `mine`: only those that the user began. */
export async function reportedSessions(place: Place, mine: boolean): Promise<ReportedSession[]> {
  const [{ rows, known }, me] = await Promise.all([
    surveySessions(place),
    mine ? ask(place.repository.root, ["config", "user.name"]) : undefined,
  ]);
  const states = await statesOf(place, known.slice(0, MAX_OPENED));
  const all = rows.map((row): ReportedSession => {
    const state = states.get(row.id);
    const live = row.state === "active" || row.state === "paused";
    return { session: sessionOf(row, state), row, live, ...(state ? { state } : {}) };
  });
  const name = me?.stdout.trim();
  return mine ? all.filter((each) => each.state?.context.author === name) : all;
}

/** One git process for all that are kept as snapshots. */
async function statesOf(place: Place, known: readonly KnownSession[]): Promise<Map<string, SessionState>> {
  const heads = known.flatMap((each) => (each.loaded ? [] : (each.snapshot ?? [])));
  const names = ["context.json", "objectives.md", "blockers.md"] as const;
  const files =
    heads.length === 0
      ? new Map<string, Map<string, string>>()
      : await snapshotFiles(place.repository.root, heads, names, place.notices);
  return new Map(
    known.flatMap((each) => {
      const texts = files.get(each.id);
      const state = each.loaded?.state ?? (texts && stateIn(each.id, texts));
      return state ? [[each.id, state] as const] : [];
    }),
  );
}

function stateIn(id: string, texts: ReadonlyMap<string, string>): SessionState | undefined {
  const context = parseContext(texts.get("context.json") ?? "");
  if (context?.id !== id) return undefined;
  return stateFromTexts(context, {
    objectives: texts.get("objectives.md") ?? "",
    blockers: texts.get("blockers.md") ?? "",
  });
}

function sessionOf(row: SessionRow, state: SessionState | undefined): ReportSession {
  const { id, title, branch, created, ended, touched, minutes, checkpoints, tags } = row;
  return {
    ...{ id, title, branch, state: row.state, started: created, until: ended ?? touched },
    ...{ minutes, checkpoints, tags, issues: [] },
    objectives: (state?.objectives ?? []).map(({ id: name, text, mark, added, finished }) => ({
      ...{ id: name, text, mark },
      ...(added === undefined ? {} : { added }),
      ...(finished === undefined ? {} : { finished }),
    })),
    progress: state ? progressOf(state.objectives) : row.objectives,
  };
}
