/** What a history came to, for any of its parts: an answer that was given for the same commits is given again. */
import { pathsAt } from "../git/scan-log.ts";
import type { Place } from "../place/place.ts";
import { readCache, writeCache } from "../store/cache.ts";
import { decodeAnswer, encodeAnswer } from "./counting/encode.ts";
import { fingerprint } from "./counting/history.ts";
import { type HistoryNumbers, type HotFile, historyNumbers } from "./counting/numbers.ts";
import { type Patterns, patternsOf } from "./counting/patterns.ts";
import { type PackedDay, packDays, unpackDays } from "./counting/periods.ts";
import {
  decodeName,
  filterOf,
  type HistoryScan,
  openHistory,
  type ScanOptions,
  type Wanted,
} from "./scan.ts";

/** Numbers and patterns of the commits that were wanted. */
export interface HistoryInsight {
  /** Commit whose history it is; null before the first one. */
  readonly tip: string | null;
  /** What the numbers know: a partial clone may lack lines, or files too. */
  readonly depth: HistoryScan["depth"];
  /** The history ends early: what came before was not cloned. */
  readonly shallow: boolean;
  readonly numbers: Omit<HistoryNumbers, "hot"> & {
    /** `gone`: the tip does not have it any more. */
    readonly hot: readonly (HotFile & { readonly gone: boolean })[];
  };
  readonly patterns: Patterns;
}

/** What is told of the last weeks is of so many days. */
export const RECENT_DAYS = 90;

/** When they began, the same for all of a day so that the answer is; milliseconds since the epoch. `now`: ISO 8601. */
export function recentSince(now: string): number {
  return Date.parse(now.slice(0, 10)) - RECENT_DAYS * 86_400_000;
}

type KeptInsight = Omit<HistoryInsight, "numbers"> & {
  readonly numbers: Omit<HistoryInsight["numbers"], "days"> & { readonly days: readonly PackedDay[] };
};

/**
 * One answer for each wish. The history is read, or brought up to date, at most once, and not at all where all answers
 * are known. Failures of `scanHistory`, and `no-identity`.
 */
export async function insightsOf<W extends readonly Wanted[]>(
  place: Place,
  wishes: W,
  options: ScanOptions = {},
): Promise<{ [K in keyof W]: HistoryInsight }> {
  const history = await openHistory(place, options);
  const { tip = null, shallow } = history;
  const answers = wishes.map(async (wanted): Promise<HistoryInsight> => {
    const filter = await filterOf(place, wanted);
    const question = JSON.stringify([filter.since, filter.until, filter.author]);
    const name = `answer-${fingerprint(question)}`;
    const key = `${tip} ${history.key} ${question}`;
    const known = decodeAnswer<KeptInsight>(await readCache(place.sessionsDir, name), key);
    if (known) return { ...known, numbers: withDays(known.numbers) };
    const scan = await history.scan();
    const found = { tip, shallow, depth: scan.depth, ...(await countedIn(place, scan, filter)) };
    const kept: KeptInsight = { ...found, numbers: { ...found.numbers, days: packDays(found.numbers.days) } };
    if (tip !== null) await writeCache(place.sessionsDir, name, encodeAnswer(kept, key));
    return found;
  });
  return (await Promise.all(answers)) as { [K in keyof W]: HistoryInsight };
}

/** Not everybody looks at the days: there may be thousands. */
function withDays(numbers: KeptInsight["numbers"]): HistoryInsight["numbers"] {
  let days: HistoryNumbers["days"] | undefined;
  return {
    ...numbers,
    get days() {
      days ??= unpackDays(numbers.days);
      return days;
    },
  };
}

/** Counts what was scanned. */
export async function countedIn(
  place: Place,
  { history, tip }: Pick<HistoryScan, "history" | "tip">,
  filter: Parameters<typeof historyNumbers>[1],
): Promise<Pick<HistoryInsight, "numbers" | "patterns">> {
  const numbers = historyNumbers(history, filter, decodeName);
  const paths = numbers.hot.map((each) => each.path);
  const there = tip === undefined ? new Set(paths) : await pathsAt(place.repository.root, tip, paths);
  const hot = numbers.hot.map((each) => ({ ...each, gone: !there.has(each.path) }));
  return { numbers: { ...numbers, hot }, patterns: patternsOf(history, filter, decodeName) };
}
