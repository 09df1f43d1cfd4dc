/** Reads the sessions of this clone for a report. */

import { gatherStored } from "../facts/gather-stored.ts";
import { isLost } from "../facts/metrics.ts";
import { userName } from "../git/settings.ts";
import type { Place } from "../place/place.ts";
import type { KnownSession } from "../record/known-sessions.ts";
import { progressOf } from "../session/progress.ts";
import { isLive, type SessionState } from "../session/state.ts";
import { snapshotFiles, stateOfFiles } from "../snapshots/read-snapshot.ts";
import { defined } from "../text/defined.ts";
import { checkpointsOf } from "../trailers/checkpoints.ts";
import { type Survey, surveySessions } from "../views/session-rows.ts";
import type { SessionRow } from "../views/shapes/listing.ts";
import type { ReportSession } from "./report/report.ts";

export interface ReportedSession {
  readonly session: ReportSession;
  readonly row: SessionRow;
  /** True if the session is open. */
  readonly live: boolean;
  /** True if the user began the session: a record has the name of its author, and no address. */
  readonly own: boolean;
  /** State of the session; undefined for a session whose record was not opened because there are too many. */
  readonly state?: SessionState;
}

/** Maximum sessions whose records are opened, last used first; lists have enough data about the others. */
const MAX_OPENED = 1000;

/** Maximum open sessions whose commits git lists; the numbers of the others come from their logs. */
const MAX_MEASURED = 20;

/**
 * Returns rows of all sessions, last used first, with working time and checkpoints from the commits that git
 * has now.
 */
export async function measuredSessions(place: Place): Promise<Pick<Survey, "rows" | "known">> {
  const { rows, known } = await surveySessions(place);
  const live = known.filter((each) => isLive(each.state)).slice(0, MAX_MEASURED);
  const measured = await measuredOf(place, live);
  return { rows: rows.map((each) => ({ ...each, ...measured.get(each.id) })), known };
}

/** Returns all sessions, last used first. */
export async function reportedSessions(place: Place): Promise<ReportedSession[]> {
  const [{ rows, known }, me] = await Promise.all([measuredSessions(place), userName(place.repository.root)]);
  const states = await statesOf(place, known.slice(0, MAX_OPENED));
  return rows.map((row) => {
    const state = states.get(row.id);
    const own = state?.context.author === me;
    return { session: sessionOf(row, state), row, live: isLive(row.state), own, ...defined({ state }) };
  });
}

/**
 * Returns working time and checkpoints of open sessions, from their commits. For an ended session, the
 * snapshot has them.
 */
async function measuredOf(place: Place, known: readonly KnownSession[]) {
  const found = known.map(async ({ id, branch, loaded }) => {
    if (!loaded) return [];
    const gathered = await gatherStored(place, branch, loaded);
    if (isLost(gathered)) return [];
    const { minutes, commits } = gathered;
    return [[id, { minutes, checkpoints: checkpointsOf(commits, id).length }] as const];
  });
  return new Map((await Promise.all(found)).flat());
}

/** Reads all sessions that exist only as snapshots with one git process. */
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
  const state = stateOfFiles(texts);
  return state?.context.id === id ? state : undefined;
}

function sessionOf(row: SessionRow, state: SessionState | undefined): ReportSession {
  const { id, title, branch, created, ended, touched, minutes, checkpoints, tags } = row;
  return {
    id,
    title,
    branch,
    state: row.state,
    started: created,
    until: ended ?? touched,
    minutes,
    checkpoints,
    tags,
    issues: [],
    objectives: (state?.objectives ?? []).map(({ id: name, text, mark, added, finished }) => ({
      id: name,
      text,
      mark,
      ...defined({ added, finished }),
    })),
    progress: state ? progressOf(state.objectives) : row.objectives,
  };
}
