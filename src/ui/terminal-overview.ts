/** Gathers the overview for a terminal, once or after each change. Stores only the time of the visit. */

import { openPlace } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import type { Conflicts } from "../views/shapes/conflicts.ts";
import type { WorktreesView } from "../views/shapes/worktrees.ts";
import { ALL_KINDS, Debounce } from "./debounce.ts";
import { type AgentRun, overviewOf, type Sessions } from "./overview.ts";
import { Visit } from "./visit.ts";
import { CloneWatch } from "./watch-clone.ts";
import { WorktreeCache } from "./worktree-cache.ts";

/** The overview, with all its parts already gathered. */
export interface TerminalOverview {
  /** Name of the repository. */
  readonly repository: string;
  readonly sessions: Sessions;
  readonly worktrees: WorktreesView;
  readonly conflicts: Conflicts;
  readonly agents: readonly AgentRun[];
}

/**
 * Returns the overview of the repository around `cwd`. Does not store the visit.
 * @throws Failure as `openPlace`
 */
export async function terminalOverview(cwd: string): Promise<TerminalOverview> {
  const place = await openPlace(cwd, true);
  const visit = await Visit.begin(place);
  return readOverview(cwd, visit.since, new WorktreeCache());
}

async function readOverview(
  cwd: string,
  since: string | undefined,
  known: WorktreeCache,
): Promise<TerminalOverview> {
  const place = await openPlace(cwd, true);
  const { repository, ...parts } = overviewOf(place, since, known);
  const [sessions, worktrees, conflicts, agents] = await Promise.all([
    ...([parts.sessions(), parts.worktrees()] as const),
    ...([parts.conflicts(), parts.agents()] as const),
  ]);
  return { repository, sessions, worktrees, conflicts, agents };
}

/**
 * Calls `show` with the overview, at once and after each change of the clone. Returns a function that stops
 * this and stores the visit.
 * @throws Failure as `openPlace`
 */
export async function followOverview(
  cwd: string,
  show: (seen: TerminalOverview) => void,
): Promise<() => Promise<void>> {
  const place = await openPlace(cwd, true);
  const visit = await Visit.begin(place);
  const known = new WorktreeCache();
  const debounce = new Debounce(async () => {
    try {
      if (watched.isOutdated) await watched.follow();
      show(await readOverview(cwd, visit.since, known));
    } catch (error) {
      // Ignores a failure while git is busy or a file is missing for a moment: the next change refreshes
      // again.
      if (!(error instanceof Failure)) throw error;
    }
  });
  const watched = new CloneWatch(place, (change) => {
    known.changed(change);
    debounce.changed([change.kind]);
  });
  await watched.follow();
  debounce.changed(ALL_KINDS);
  return async () => {
    debounce.close();
    await watched.close();
    await visit.leave();
  };
}
