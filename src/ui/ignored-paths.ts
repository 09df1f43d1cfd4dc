import { ignoredAmong } from "../git/status.ts";

/** Paths that change within this time are asked for together, in milliseconds. */
const TOGETHER = 20;

/** Answers that are kept. */
const MOST = 20_000;

/** Tells the paths of a worktree that git ignores from others; git is asked once for those that come together. */
export class IgnoredPaths {
  private readonly known = new Map<string, boolean>();
  private next: Promise<ReadonlySet<string>> | undefined;
  private asked: string[] = [];

  constructor(
    private readonly root: string,
    /** Folders that git ignores as a whole; more are added as they are found. */
    readonly ignored: Set<string>,
  ) {}

  async ignores(file: string): Promise<boolean> {
    // What was ignored may not be any more.
    if (/(?:^|\/)\.gitignore$/.test(file)) this.known.clear();
    const known = this.known.get(file);
    if (known !== undefined) return known;
    this.asked.push(file);
    this.next ??= this.ask();
    const isIgnored = (await this.next).has(file);
    if (this.known.size >= MOST) this.known.clear();
    this.known.set(file, isIgnored);
    if (isIgnored) this.ignored.add(file);
    return isIgnored;
  }

  private async ask(): Promise<ReadonlySet<string>> {
    await new Promise((resolve) => setTimeout(resolve, TOGETHER));
    const asked = this.asked;
    this.asked = [];
    this.next = undefined;
    // Where git cannot tell, everything counts.
    return ignoredAmong(this.root, asked).catch(() => new Set<string>());
  }
}
