/** Caches forecasts on disk, by pair of commits. Deleting the cache only costs time. */
import { readCache, writeCache } from "../store/cache.ts";
import { type Forecast, swapSides } from "../views/shapes/conflicts.ts";

const FILE = "forecasts";

/** Version of the file's format: increased whenever a forecast for the same commits changes. */
const VERSION = 1;

/** Maximum pairs of commits in the cache file; the pairs of the last command stay longest. */
const MOST = 2_000;

interface Commit {
  readonly commit: string;
}

/** A cache of forecasts, by their two commits in either order. */
export class Forecasts {
  private constructor(private readonly byPair: Map<string, Forecast>) {}

  /** Reads the cache; empty if it is missing, damaged or of another version. */
  static async read(sessionsDir: string): Promise<Forecasts> {
    try {
      const text = (await readCache(sessionsDir, FILE))?.toString("utf8") ?? "";
      const { version, pairs } = JSON.parse(text) as { version: number; pairs: [string, Forecast][] };
      if (version === VERSION) return new Forecasts(new Map(pairs));
    } catch {
      // A missing or damaged cache counts as empty, so the error is ignored.
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

  /** Writes at most `MOST` forecasts to the cache, the forecasts of `pairs` first. */
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
