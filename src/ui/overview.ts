/**
 * Gathers the overview of a clone: sessions, worktrees, predicted conflicts and agent runs. Changes nothing.
 */

import path from "node:path";
import { backgroundRuns, lastLines } from "../agents/background.ts";
import { conflictsOf } from "../forecast/conflicts.ts";
import type { Place } from "../place/place.ts";
import type { KnownSession } from "../record/known-sessions.ts";
import { currentObjective } from "../session/progress.ts";
import { isLive, type RunView } from "../session/runs.ts";
import type { Blocker, Objective } from "../session/session.ts";
import { surveySessions } from "../views/session-rows.ts";
import type { Conflicts } from "../views/shapes/conflicts.ts";
import { type SessionRow, treeRows } from "../views/shapes/listing.ts";
import type { WorktreesView } from "../views/shapes/worktrees.ts";
import { worktreesOf } from "../views/worktrees.ts";
import { type NewEvent, newEvents } from "./new-events.ts";
import { WorktreeCache } from "./worktree-cache.ts";

/** Maximum agent runs to show. */
const MAX_RUNS = 12;

/** Number of lines of an agent's log on the overview. */
const LOG_LINES = 6;

/** A session that is neither ended nor archived. */
export interface OpenSession extends SessionRow {
  /** The objective in progress, else the next open objective; null without open objectives. */
  readonly current: Pick<Objective, "id" | "mark" | "text"> | null;
  /** Open blockers of the session. */
  readonly blocked: readonly Pick<Blocker, "id" | "text" | "link">[];
  /** Number of the session's open ancestors in the list; 0 for a root. */
  readonly depth: number;
  /** Parent session; null without a parent, or if this clone does not know the parent. */
  readonly childOf: Pick<SessionRow, "id" | "title" | "state"> | null;
}

/** All sessions of a clone, and new events. */
export interface Sessions {
  /** Open sessions, last used first, children below their parents. */
  readonly open: readonly OpenSession[];
  /** Ended and archived sessions, last used first. */
  readonly past: readonly SessionRow[];
  /** The newest events since the last visit, at most 30. */
  readonly news: readonly NewEvent[];
  /** Number of older new events, left out of `news`. */
  readonly moreNews: number;
  /** Time after which events are new, in ISO 8601; null on the first visit. */
  readonly since: string | null;
}

/** An agent run with the end of its log. */
export interface AgentRun extends RunView {
  /** The last lines of the log; empty unless the run is live or failed. */
  readonly lines: readonly string[];
}

/** The overview. Each part is gathered separately, so that a slow part does not delay the others. */
export interface Overview {
  readonly repository: string;
  readonly sessions: () => Promise<Sessions>;
  readonly worktrees: () => Promise<WorktreesView>;
  readonly conflicts: () => Promise<Conflicts>;
  readonly agents: () => Promise<readonly AgentRun[]>;
}

/** Returns the parts of the overview. Each part is gathered at its first call, and only once. */
export function overviewOf(
  place: Place,
  since: string | undefined,
  known: WorktreeCache = new WorktreeCache(),
): Overview {
  const { root } = place.repository;
  return {
    repository: nameOf(place),
    sessions: once(() => sessionsOf(place, since)),
    worktrees: once(() => worktreesOf(place, root, { known: known.seen, forecasts: false })),
    conflicts: once(() => conflictsOf(place)),
    agents: once(() => agentsOf(place)),
  };
}

/** Returns the name of the repository: its folder's name. */
export function nameOf({ repository: { root, commonDir, bare } }: Place): string {
  return path.basename(bare ? commonDir : root);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

async function sessionsOf(place: Place, since: string | undefined): Promise<Sessions> {
  const { rows, known } = await surveySessions(place);
  const isOpen = ({ state }: SessionRow) => state !== "ended" && state !== "archived";
  const { news, more } = newEvents(known, since);
  const all = new Map(rows.map((row, at) => [row.id, { row, known: known[at] }]));
  return {
    open: treeRows(rows.filter(isOpen)).map(({ row, depth }) => ({
      ...openSession(row, all.get(row.id)?.known),
      depth,
      childOf: nameIn(all, row.parent),
    })),
    past: rows.filter((row) => !isOpen(row)),
    ...{ news, moreNews: more, since: since ?? null },
  };
}

function nameIn(
  all: ReadonlyMap<string, { readonly row: SessionRow }>,
  parent: string | undefined,
): OpenSession["childOf"] {
  const found = parent === undefined ? undefined : all.get(parent)?.row;
  return found ? { id: found.id, title: found.title, state: found.state } : null;
}

function openSession(row: SessionRow, known: KnownSession | undefined) {
  const { objectives = [], blockers = [] } = known?.loaded?.state ?? {};
  return {
    ...row,
    current: currentObjective(objectives) ?? null,
    blocked: blockers.filter((each) => !each.resolved),
  };
}

/** Returns up to 12 agent runs, live runs first. Reads the logs of live and failed runs only. */
export async function agentsOf(place: Place): Promise<AgentRun[]> {
  const { runs } = await backgroundRuns(place, { limit: MAX_RUNS });
  return Promise.all(
    runs.map(async (run) => ({
      ...run,
      lines: isLive(run.state) || run.state === "failed" ? await endOfLog(place, run.id) : [],
    })),
  );
}

async function endOfLog(place: Place, id: string): Promise<string[]> {
  return (await lastLines(place, id, LOG_LINES)).lines;
}
