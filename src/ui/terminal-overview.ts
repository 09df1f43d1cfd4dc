/** The overview as one value, for a terminal: still, or followed. Reads only, but for when somebody looked last. */

import { openPlace } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import type { Conflicts } from "../views/shapes/conflicts.ts";
import type { WorktreesView } from "../views/shapes/worktrees.ts";
import { ALL, Debounce } from "./debounce.ts";
import { SessionsLook } from "./news.ts";
import { type AgentRun, overviewOf, type Sessions } from "./overview.ts";
import { CloneWatch } from "./watch-clone.ts";
import { WorktreeCache } from "./worktree-cache.ts";

export interface TerminalOverview {
  readonly repository: string;
  readonly sessions: Sessions;
  readonly worktrees: WorktreesView;
  readonly conflicts: Conflicts;
  readonly agents: readonly AgentRun[];
}

/** Looks once. Failures of `openPlace`. */
export async function terminalOverview(cwd: string): Promise<TerminalOverview> {
  const place = await openPlace(cwd, true);
  const look = await SessionsLook.begin(place);
  return glanceAt(cwd, look.since, new WorktreeCache());
}

async function glanceAt(
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

/** Shows each change of a clone until the function that it returns is called. Failures of `openPlace`. */
export async function followOverview(
  cwd: string,
  show: (seen: TerminalOverview) => void,
): Promise<() => Promise<void>> {
  const place = await openPlace(cwd, true);
  const look = await SessionsLook.begin(place);
  const known = new WorktreeCache();
  const looker = new Debounce(async () => {
    try {
      if (watched.isOutdated) await watched.follow();
      show(await glanceAt(cwd, look.since, known));
    } catch (error) {
      // git is busy, or something is gone for a moment: the next change looks again.
      if (!(error instanceof Failure)) throw error;
    }
  });
  const watched = new CloneWatch(place, (change) => {
    known.changed(change);
    looker.changed([change.kind]);
  });
  await watched.follow();
  looker.changed(ALL);
  return async () => {
    looker.close();
    await watched.close();
    await look.leave();
  };
}
