import type { WorktreeState } from "../views/worktrees.ts";
import type { Change } from "./watch-clone.ts";

/** What was seen of each worktree, until something of it may be different: a file that changes is looked at in one of them. */
export class WorktreeCache {
  /** By path of the worktree. */
  readonly seen = new Map<string, Promise<WorktreeState>>();

  changed(change: Change): void {
    if (change.kind === "files") this.seen.delete(change.worktree);
    else if (change.kind === "record") this.seen.clear();
  }
}
