/** Everything that whoever oversees a clone has to see at a glance. Reads only. */

import path from "node:path";
import { backgroundRuns, lastLines } from "../agents/background.ts";
import { conflictsOf } from "../forecast/conflicts.ts";
import type { Place } from "../place/place.ts";
import type { KnownSession } from "../record/resolve-session.ts";
import { isLive, type RunView } from "../session/runs.ts";
import type { Blocker, Objective } from "../session/session.ts";
import { currentObjective } from "../session/state.ts";
import { surveySessions } from "../views/session-rows.ts";
import type { Conflicts } from "../views/shapes/conflicts.ts";
import { type SessionRow, treeRows } from "../views/shapes/listing.ts";
import type { WorktreesView } from "../views/shapes/worktrees.ts";
import { worktreesOf } from "../views/worktrees.ts";
import { type News, newsOf } from "./news.ts";
import { WorktreeCache } from "./worktree-cache.ts";

/** Runs that are over and shown beside those that go on. */
const RUNS = 12;

/** Lines of an agent's log on the overview. */
const LINES = 6;

/** A session that has not ended, with what somebody has to know of it. */
export interface OpenSession extends SessionRow {
  readonly current: Pick<Objective, "id" | "mark" | "text"> | null;
  readonly blocked: readonly Pick<Blocker, "id" | "text" | "link">[];
  /** How many of the open sessions it stands on, one on the other. */
  readonly depth: number;
  /** The session that it stands on; null for one that stands on none, or on one that is not known. */
  readonly childOf: Pick<SessionRow, "id" | "title" | "state"> | null;
}

export interface Sessions {
  /** The last touched first, each below its parent. */
  readonly open: readonly OpenSession[];
  /** The last touched first. */
  readonly past: readonly SessionRow[];
  readonly news: readonly News[];
  readonly moreNews: number;
  /** The moment after which something is new, ISO 8601; null at the first look. */
  readonly since: string | null;
}

export interface AgentRun extends RunView {
  /** The last lines that it wrote. */
  readonly lines: readonly string[];
}

/** The parts are gathered apart, so that a slow one keeps no other waiting. */
export interface Overview {
  readonly repository: string;
  readonly sessions: () => Promise<Sessions>;
  readonly worktrees: () => Promise<WorktreesView>;
  readonly conflicts: () => Promise<Conflicts>;
  readonly agents: () => Promise<readonly AgentRun[]>;
}

/** Returns the parts of the overview; each is gathered once, when it is asked for. */
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

/** What people call the repository: the name of its folder. */
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
  const { news, more } = newsOf(known, since);
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

/** Agents that run first; those that are over without their output. */
export async function agentsOf(place: Place): Promise<AgentRun[]> {
  const { runs } = await backgroundRuns(place, { limit: RUNS });
  return Promise.all(
    runs.map(async (run) => ({
      ...run,
      lines: isLive(run.state) || run.state === "failed" ? await endOfLog(place, run.id) : [],
    })),
  );
}

async function endOfLog(place: Place, id: string): Promise<string[]> {
  return (await lastLines(place, id, LINES)).lines;
}
