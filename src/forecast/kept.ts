/** What two commits come to when they are merged, kept for as long as they are compared. May be deleted. */
import { readCache, writeCache } from "../store/cache.ts";
import { type Forecast, swapSides } from "../views/shapes/conflicts.ts";

const FILE = "forecasts";

/** Changes when a forecast says something else of the same commits. */
const VERSION = 1;

/** Most pairs of commits that are kept: those asked for last. */
const MOST = 2_000;

interface Commit {
  readonly commit: string;
}

/** Forecasts by their two commits. */
export class Forecasts {
  private constructor(private readonly byPair: Map<string, Forecast>) {}

  static async read(sessionsDir: string): Promise<Forecasts> {
    try {
      const text = (await readCache(sessionsDir, FILE))?.toString("utf8") ?? "";
      const { version, pairs } = JSON.parse(text) as { version: number; pairs: [string, Forecast][] };
      if (version === VERSION) return new Forecasts(new Map(pairs));
    } catch {
      // None, or written by another version.
    }
    return new Forecasts(new Map());
  }

  get(one: string, other: string): Forecast | undefined {
    const found = this.byPair.get(keyOf(one, other));
    return found && one > other ? swapSides(found) : found;
  }

  set(one: string, other: string, forecast: Forecast): void {
    this.byPair.set(keyOf(one, other), one > other ? swapSides(forecast) : forecast);
  }

  /** Writes the forecasts, those of `pairs` first. */
  async write(sessionsDir: string, pairs: readonly (readonly [Commit, Commit])[]): Promise<void> {
    const wanted = new Set(pairs.map(([one, other]) => keyOf(one.commit, other.commit)));
    const all = [...this.byPair].sort(
      ([one], [other]) => Number(wanted.has(other)) - Number(wanted.has(one)),
    );
    const text = JSON.stringify({ version: VERSION, pairs: all.slice(0, MOST) });
    await writeCache(sessionsDir, FILE, Buffer.from(text));
  }
}

const keyOf = (one: string, other: string) => (one > other ? `${other} ${one}` : `${one} ${other}`);
