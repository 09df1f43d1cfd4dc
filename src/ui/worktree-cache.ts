/** Caches the state of worktrees between refreshes. */

import type { WorktreeState } from "../views/worktrees.ts";
import type { Change } from "./watch-clone.ts";

/** The last known state of each worktree. A changed file invalidates only the state of its worktree. */
export class WorktreeCache {
  /** Cached states, by path of the worktree. */
  readonly seen = new Map<string, Promise<WorktreeState>>();

  /** Drops the states that a change can affect. */
  changed(change: Change): void {
    if (change.kind === "files") this.seen.delete(change.worktree);
    else if (change.kind === "record") this.seen.clear();
  }
}
