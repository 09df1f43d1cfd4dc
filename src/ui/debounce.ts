import { clock } from "../surroundings.ts";
import type { Change } from "./watch-clone.ts";

/** Waits for further changes after the first, and rests at least that long between two looks, in milliseconds. */
const REST = 80;

type Kind = Change["kind"];

export const ALL: readonly Kind[] = ["record", "files", "log"];

/** Looks again after changes: those that come together count as one, and a look that took long is followed by a rest as long. */
export class Debounce {
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;
  /** What changed since the last look began. */
  private due = new Set<Kind>();
  private lookedAt = 0;
  private took = 0;

  constructor(
    private readonly look: (kinds: ReadonlySet<Kind>) => Promise<void>,
    /** Whether anybody reads; nothing is looked at for nobody. */
    private readonly isWanted: () => boolean = () => true,
  ) {}

  /** Looks soon. */
  changed(kinds: readonly Kind[]): void {
    for (const each of kinds) this.due.add(each);
    if (this.isLooking || this.timer || this.due.size === 0 || !this.isWanted()) return;
    const rest = Math.max(REST, this.lookedAt + this.took - clock());
    this.timer = setTimeout(() => void this.now(), rest);
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private async now(): Promise<void> {
    const kinds = this.due;
    this.timer = undefined;
    this.due = new Set();
    this.isLooking = true;
    const began = clock();
    await this.look(kinds);
    this.lookedAt = clock();
    this.took = this.lookedAt - began;
    this.isLooking = false;
    this.changed([]);
  }
}
