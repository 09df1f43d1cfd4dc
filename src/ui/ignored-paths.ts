/** Reports which changed paths git ignores, with few git processes. */

import { ignoredAmong } from "../git/status.ts";

/** Milliseconds during which changed paths are collected for one git process. */
const BATCH_TIME = 20;

/** Maximum answers to cache. */
const MAX_CACHED = 20_000;

/**
 * The paths of a worktree that git ignores. Caches answers, and queries git once for paths that change
 * together.
 */
export class IgnoredPaths {
  private readonly known = new Map<string, boolean>();
  private next: Promise<ReadonlySet<string>> | undefined;
  private asked: string[] = [];

  constructor(
    private readonly root: string,
    /** Ignored folders and files found so far, relative to the worktree. */
    readonly ignored: Set<string>,
  ) {}

  /** Reports whether git ignores a path; false if git fails. */
  async ignores(file: string): Promise<boolean> {
    // Clears the cache: a changed .gitignore can change every answer.
    if (/(?:^|\/)\.gitignore$/.test(file)) this.known.clear();
    const known = this.known.get(file);
    if (known !== undefined) return known;
    this.asked.push(file);
    this.next ??= this.ask();
    const isIgnored = (await this.next).has(file);
    if (this.known.size >= MAX_CACHED) this.known.clear();
    this.known.set(file, isIgnored);
    if (isIgnored) this.ignored.add(file);
    return isIgnored;
  }

  private async ask(): Promise<ReadonlySet<string>> {
    await new Promise((resolve) => setTimeout(resolve, BATCH_TIME));
    const asked = this.asked;
    this.asked = [];
    this.next = undefined;
    // If git fails, treats every path as not ignored: a needless refresh is better than a missed change.
    return ignoredAmong(this.root, asked).catch(() => new Set<string>());
  }
}
