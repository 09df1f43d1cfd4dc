/** Computes numbers about a history or a period, and caches them until the commits change. */
import { pathsAt } from "../git/history/scan-log.ts";
import type { Place } from "../place/place.ts";
import { readCache, writeCache } from "../store/cache.ts";
import { decodeAnswer, encodeAnswer } from "./counting/encode.ts";
import { fingerprint } from "./counting/history.ts";
import { type HistoryFilter, type HistoryNumbers, type HotFile, historyNumbers } from "./counting/numbers.ts";
import { type Patterns, patternsOf } from "./counting/patterns.ts";
import { type PackedDay, packDays, unpackDays } from "./counting/periods.ts";
import { dayAt } from "./report/period.ts";
import {
  decodeName,
  filterOf,
  type HistoryScan,
  openHistory,
  type ScanOptions,
  type Wanted,
  warnOf,
} from "./scan.ts";
import { type PeriodWish, scanPeriods } from "./scan-period.ts";

/** The answer to a request: numbers and patterns of the commits that it covers. */
export interface HistoryInsight {
  /** Id of the newest commit of the history; null before the first commit. */
  readonly tip: string | null;
  /** Depth of the numbers: a partial clone may lack lines, or files too. */
  readonly depth: HistoryScan["depth"];
  /** True in a shallow clone: its history lacks older commits. */
  readonly shallow: boolean;
  readonly numbers: Omit<HistoryNumbers, "hot"> & {
    /** The most changed files. `gone`: the newest commit no longer contains the file. */
    readonly hot: readonly (HotFile & { readonly gone: boolean })[];
  };
  readonly patterns: Patterns;
}

/** Number of days that `recentSince` goes back. */
export const RECENT_DAYS = 90;

/**
 * Returns the start of the recent weeks in milliseconds since the epoch; equal for all times of a reader's
 * day. `now`: ISO 8601.
 */
export function recentSince(now: string): number {
  return Date.parse(dayAt(now)) - RECENT_DAYS * 86_400_000;
}

type KeptInsight = Omit<HistoryInsight, "numbers"> & {
  readonly numbers: Omit<HistoryInsight["numbers"], "days"> & { readonly days: readonly PackedDay[] };
};

/**
 * Returns an answer for each requested history or period. If all requests are periods, reads only their
 * commits; otherwise reads the whole history, or updates the cached one, at most once. Reads no history if
 * all answers are cached. Throws the failures of the scans, and Failure `no-identity`.
 */
export async function insightsOf<W extends readonly Wanted[]>(
  place: Place,
  wishes: W,
  options: ScanOptions = {},
): Promise<{ [K in keyof W]: HistoryInsight }> {
  const history = await openHistory(place, options);
  const { tip = null, shallow } = history;
  const filters = await Promise.all(wishes.map((wanted) => filterOf(place, wanted)));
  const periods = periodsOf(wishes, filters);
  let scan: Promise<HistoryScan> | undefined;
  const scanOnce = () => {
    scan ??= periods ? scanPeriods(place, periods, options) : history.scan();
    return scan;
  };
  const answers = filters.map(async (filter, at): Promise<HistoryInsight> => {
    const kind = periods && (wishes[at]?.paceOnly ? "pace" : "period");
    const question = JSON.stringify([filter.since, filter.until, filter.author, kind]);
    const name = `answer-${fingerprint(question)}`;
    const key = `${tip} ${history.key} ${question}`;
    const known = decodeAnswer<KeptInsight>(await readCache(place.sessionsDir, name), key);
    if (known) return { ...known, numbers: withDays(known.numbers) };
    const read = await scanOnce();
    warnOf(place, read.leftOut);
    const found = { tip, shallow, depth: read.depth, ...(await countedIn(place, read, filter)) };
    const kept: KeptInsight = { ...found, numbers: { ...found.numbers, days: packDays(found.numbers.days) } };
    const isWhole = tip !== null && read.leftOut.length === 0;
    if (isWhole) await writeCache(place.sessionsDir, name, encodeAnswer(kept, key));
    return found;
  });
  return (await Promise.all(answers)) as { [K in keyof W]: HistoryInsight };
}

/** Returns the requests as periods; undefined if one of them covers the whole history. */
function periodsOf(
  wishes: readonly Wanted[],
  filters: readonly HistoryFilter[],
): readonly PeriodWish[] | undefined {
  const found = filters.flatMap((filter, at): PeriodWish[] => {
    const { since } = filter;
    return since === undefined ? [] : [{ ...filter, since, paceOnly: wishes[at]?.paceOnly ?? false }];
  });
  return found.length === filters.length ? found : undefined;
}

/** Unpacks the days when a caller first reads them: a history may have thousands. */
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

/** Counts the commits of a scanned history. */
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
