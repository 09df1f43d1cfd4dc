/** Combines changes of a clone into few refreshes. Does not know the work of a refresh. */

import { clock } from "../surroundings.ts";
import type { Change } from "./watch-clone.ts";

/**
 * Milliseconds to wait for further changes after the first, and minimum milliseconds between two refreshes.
 */
const MIN_PAUSE = 80;

type Kind = Change["kind"];

/** Every kind of change that a clone reports. */
export const ALL_KINDS: readonly Kind[] = ["record", "files", "log"];

/**
 * Calls `refresh` after changes, once for changes that arrive together. Pauses as long as the last refresh
 * took, so that refreshes use at most half of the time.
 */
export class Debounce {
  private timer: NodeJS.Timeout | undefined;
  private isRefreshing = false;
  /** Kinds of change since the last refresh began. */
  private due = new Set<Kind>();
  /** End of the last refresh, and its duration in milliseconds. */
  private refreshedAt = 0;
  private took = 0;

  constructor(
    private readonly refresh: (kinds: ReadonlySet<Kind>) => Promise<void>,
    /** Reports whether anybody reads the result: without readers, no refresh runs. */
    private readonly isWanted: () => boolean = () => true,
  ) {}

  /** Schedules a refresh for these kinds of change. */
  changed(kinds: readonly Kind[]): void {
    for (const each of kinds) this.due.add(each);
    if (this.isRefreshing || this.timer || this.due.size === 0 || !this.isWanted()) return;
    const pause = Math.max(MIN_PAUSE, this.refreshedAt + this.took - clock());
    this.timer = setTimeout(() => void this.run(), pause);
  }

  /** Cancels a scheduled refresh. A running refresh finishes. */
  close(): void {
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    const kinds = this.due;
    this.timer = undefined;
    this.due = new Set();
    this.isRefreshing = true;
    const began = clock();
    await this.refresh(kinds);
    this.refreshedAt = clock();
    this.took = this.refreshedAt - began;
    this.isRefreshing = false;
    this.changed([]);
  }
}
