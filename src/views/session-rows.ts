/**
 * Lists sessions as rows. Uses the snapshot's commit message where possible and does not open the
 * snapshot.
 */

import { minutesOf } from "../history/minutes.ts";
import type { Place } from "../place/place.ts";
import { isShared, type KnownSession, listedSessions } from "../record/known-sessions.ts";
import { remoteSessions } from "../record/remote-branches.ts";
import { sessionsAtWork } from "../record/runs.ts";
import { filesIn, type Worker, workerIn } from "../session/events/agent-events.ts";
import { loggedCheckpoints } from "../session/events/checkpoints.ts";
import type { SessionEvent } from "../session/events/events.ts";
import { progressOf } from "../session/progress.ts";
import type { SnapshotHead } from "../snapshots/list-snapshots.ts";
import type { LoadedSession } from "../store/load.ts";
import type { ConversationColumns } from "../transcripts/list-columns.ts";
import type { SessionRow } from "./shapes/listing.ts";

/** Rows of the selected sessions, and data about all sessions that callers need. */
export interface Survey {
  /** Rows of the selected sessions. */
  readonly rows: readonly SessionRow[];
  /** The selected sessions, in the order of the rows. */
  readonly known: readonly KnownSession[];
  /** Ids of all sessions of this clone, also of sessions that are not selected. */
  readonly ids: readonly string[];
  /** Commit ids by ref, for branches of this clone and of remotes. */
  readonly refs: ReadonlyMap<string, string>;
}

/**
 * Returns the agent, provider and model that last worked on a session, from its metadata, else from its
 * events.
 */
export function workerOf({ loaded, snapshot }: Pick<KnownSession, "loaded" | "snapshot">): Worker {
  const { agent, provider, model } = (loaded?.state.context ?? snapshot)?.meta ?? {};
  const told = loaded ? workerIn(loaded.events) : (snapshot?.worker ?? {});
  return { agent: agent ?? told.agent, provider: provider ?? told.provider, model: model ?? told.model };
}

/**
 * Returns rows of sessions, last used first. `choose`: filters and sorts the rows without copying them,
 * because fields are computed lazily. `says`: adds columns about conversations.
 */
export async function surveySessions(
  place: Place,
  choose: (rows: readonly SessionRow[]) => readonly SessionRow[] = (rows) => rows,
  says = false,
): Promise<Survey> {
  const [{ sessions, refs }, agents] = await Promise.all([listedSessions(place), sessionsAtWork(place)]);
  const all = sessions.map((each) => new Row(place, each, agents.has(each.id)));
  const said = says
    ? (await import("../transcripts/list-columns.ts")).addConversationColumns(place)
    : undefined;
  const chosen = choose(all as unknown as readonly SessionRow[]) as unknown as readonly Row[];
  return {
    rows: said
      ? await Promise.all(chosen.map((each) => said(each.plain(), each.session)))
      : chosen.map((each) => each.plain()),
    known: chosen.map((each) => each.session),
    ids: sessions.map((each) => each.id),
    refs,
  };
}

/**
 * Returns rows of sessions that only commits of remote branches carry. `ids`: ids of this clone's sessions,
 * which are left out.
 */
export async function surveyRemotes(
  place: Place,
  { ids, refs }: Pick<Survey, "ids" | "refs">,
): Promise<SessionRow[]> {
  return (await remoteSessions(place, new Set(ids), refs)).map(
    ({ record, title, branch, remote, touched, ...rest }) => ({
      ...rest,
      title,
      branch,
      remote,
      touched,
      state: "not resumed",
      where: "remote",
      created: touched,
      ended: undefined,
      tags: [],
      meta: {},
      parent: undefined,
      shared: false,
      gone: false,
      renamedTo: undefined,
      objectives: progressOf(record.objectives),
      blockers: record.blockers.filter((each) => !each.resolved).length,
      minutes: record.minutes ?? null,
      ...{ agent: undefined, provider: undefined, model: undefined, file_count: null },
    }),
  );
}

type Source = Pick<Row, "session" | "isBackground" | "counts" | "worker">;

const contextOf = ({ session: { loaded, snapshot } }: Source) => loaded?.state.context ?? snapshot;

/** Functions that compute each field of a row. */
const FIELDS: {
  readonly [K in keyof Required<Omit<SessionRow, "project" | keyof ConversationColumns>>]: (
    row: Source,
  ) => SessionRow[K];
} = {
  id: ({ session }) => session.id,
  title: ({ session }) => session.title,
  branch: ({ session }) => session.branch,
  state: ({ session: { state }, isBackground }) =>
    isBackground && state === "active" ? "background" : state,
  created: ({ session }) => session.created,
  ended: (row) => contextOf(row)?.ended,
  touched: ({ session }) => session.touched,
  tags: ({ session }) => session.tags,
  meta: (row) => contextOf(row)?.meta ?? {},
  parent: ({ session }) => session.parent,
  where: ({ session }) => session.where,
  remote: ({ session }) => session.remote,
  shared: ({ session }) => isShared(session),
  gone: ({ session }) => session.gone ?? false,
  renamedTo: ({ session }) => session.renamedTo,
  objectives: ({ counts }) => counts.objectives,
  blockers: ({ counts }) => counts.blockers,
  decisions: ({ counts }) => counts.decisions,
  checkpoints: ({ counts }) => counts.checkpoints,
  minutes: ({ counts }) => counts.minutes,
  agent: ({ worker }) => worker.agent,
  provider: ({ worker }) => worker.provider,
  model: ({ worker }) => worker.model,
  file_count: ({ session: { loaded, snapshot } }) => {
    const meta = (loaded?.state.context ?? snapshot)?.meta.files;
    return (loaded ? filesIn(loaded.events) : snapshot?.files) ?? (Number(meta) || null);
  },
};

const KEYS = Object.keys(FIELDS) as (keyof typeof FIELDS)[];

/**
 * A row with fields that are computed on access: lists may have thousands of sessions, and filters read few
 * fields.
 */
class Row {
  private counted: Counts | undefined;
  private working: Worker | undefined;

  constructor(
    private readonly place: Place,
    readonly session: KnownSession,
    /** True if an agent works on the session in the background. */
    readonly isBackground: boolean,
  ) {}

  get counts(): Counts {
    const { loaded, snapshot } = this.session;
    this.counted ??= loaded ? countsOfLoaded(this.place, loaded) : countsOfSnapshot(snapshot);
    return this.counted;
  }

  get worker(): Worker {
    this.working ??= workerOf(this.session);
    return this.working;
  }

  plain(): SessionRow {
    return Object.fromEntries(KEYS.map((key) => [key, FIELDS[key](this)])) as unknown as SessionRow;
  }
}

for (const key of KEYS)
  Object.defineProperty(Row.prototype, key, {
    get(this: Row) {
      return FIELDS[key](this);
    },
  });

type Counts = Pick<SessionRow, "objectives" | "blockers" | "decisions" | "checkpoints" | "minutes">;

function countsOfLoaded(place: Place, { state, events }: LoadedSession): Counts {
  const { context, objectives, blockers } = state;
  return {
    objectives: progressOf(objectives),
    blockers: blockers.filter((each) => !each.resolved).length,
    decisions: context.decisions.length,
    checkpoints: logsCheckpoints(events) ? loggedCheckpoints(events).length : null,
    minutes: minutesOf(place, { context, events }, []),
  };
}

/**
 * Reports whether the log names every checkpoint: the log of a session that was restored from commits lacks
 * those of other clones.
 */
function logsCheckpoints(events: readonly SessionEvent[]): boolean {
  const restored = events.findIndex((each) => each.type === "session.resumed" && each.from === "commits");
  return restored < 0 || events.slice(0, restored).some((each) => each.type === "checkpoint");
}

function countsOfSnapshot(head: SnapshotHead | undefined): Counts {
  return {
    objectives: head?.objectives ?? { done: 0, total: 0 },
    blockers: head?.blockers ?? 0,
    decisions: head?.decisions ?? 0,
    checkpoints: head?.checkpoints ?? 0,
    minutes: head?.minutes ?? null,
  };
}
