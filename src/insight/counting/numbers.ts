/** Counts the commits of a history, or of a part of it. No other module counts commits. Pure. */
import { idIn, nameAt } from "./column.ts";
import { type History, isMerge, oidAt, typeAt } from "./history.ts";

/** Conditions that a commit must meet to count; without any, all commits count. */
export interface HistoryFilter {
  /**
   * First and last author date in milliseconds since the epoch, both included. A commit without a date is in
   * no period.
   */
  readonly since?: number;
  readonly until?: number;
  /** Hash of an author's address: only this author's commits count. */
  readonly author?: string;
}

/** Sums over commits. Lines and files are those of commits that are not merges. */
export interface CommitSums {
  readonly commits: number;
  readonly merges: number;
  readonly added: number;
  readonly removed: number;
  /** Number of added and removed lines in tests, and in other code. */
  readonly testAdded: number;
  readonly testRemoved: number;
  readonly codeAdded: number;
  readonly codeRemoved: number;
  /** Number of file changes: one for each file of each commit. */
  readonly fileChanges: number;
  /** Number of commits that carry a session's trailers. */
  readonly checkpoints: number;
  /** Number of decisions and finished objectives, each counted in the first commit that names it. */
  readonly decisions: number;
  readonly objectives: number;
  /** Number of commits that are not merges, by the type in their subject. */
  readonly types: Readonly<Record<string, number>>;
}

export interface DayNumbers extends CommitSums {
  /** Day in the author's time zone, such as `2024-01-31`. */
  readonly day: string;
  /** Full id of the last commit of the day. */
  readonly last: string;
}

export interface HotFile {
  readonly path: string;
  readonly commits: number;
  /** Number of added and removed lines. */
  readonly lines: number;
}

export interface HistoryNumbers extends CommitSums {
  readonly authors: number;
  /** Number of distinct paths; a renamed file counts under each name. */
  readonly files: number;
  /** Number of commits with a damaged date: they count in the sums, but on no day. */
  readonly undated: number;
  /** Numbers of each day with a commit, in order. */
  readonly days: readonly DayNumbers[];
  /** Number of commits by weekday (Monday first) and hour, in the author's time zone. */
  readonly hours: readonly (readonly number[])[];
  /** The most changed files, at most 20, sorted by number of changes. */
  readonly hot: readonly HotFile[];
  /**
   * Full ids of the newest commits, and of the commits that first named a decision or a finished objective.
   */
  readonly newest: readonly string[];
  readonly recorded: readonly string[];
}

/** The sums of a period without commits. */
export const NOTHING: CommitSums = {
  commits: 0,
  merges: 0,
  added: 0,
  removed: 0,
  fileChanges: 0,
  types: {},
  testAdded: 0,
  testRemoved: 0,
  codeAdded: 0,
  codeRemoved: 0,
  checkpoints: 0,
  decisions: 0,
  objectives: 0,
};

type Sums = { -readonly [K in keyof CommitSums]: K extends "types" ? Record<string, number> : number };

const DAY = 86_400;
/** Maximum ids of each kind to list; lists of commits show how many they leave out. */
const NEWEST = 200;
/** Maximum number of most changed files to list. */
const TOP = 20;

/** Counts the commits that match a filter. `decode` turns the bytes of a path into text. */
export function historyNumbers(
  history: History,
  filter: HistoryFilter,
  decode: (bytes: string) => string,
): HistoryNumbers {
  const chosen = chooser(history, filter);
  const all = noSums();
  const days = new Map<number, Sums>();
  const lasts = new Map<number, number>();
  const found: number[] = [];
  const hours = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  const people = new Uint8Array(history.people.ends.length);
  const touched = new Uint32Array(history.paths.ends.length);
  const lines = new Float64Array(history.paths.ends.length);
  let undated = 0;
  const sumsOf = (day: number) => {
    const sums = days.get(day) ?? noSums();
    days.set(day, sums);
    return sums;
  };
  for (let at = 0; at < history.commits; at++) {
    if (!chosen(at)) continue;
    people[history.authors[at] ?? 0] = 1;
    addCommit(all, history, at);
    found.push(at);
    const local = localSeconds(history, at);
    if (local === undefined) undated++;
    else {
      const day = Math.floor(local / DAY);
      addCommit(sumsOf(day), history, at);
      const last = lasts.get(day);
      // Among commits of the same second, git lists the later commit first.
      if (last === undefined || (history.times[at] ?? 0) > (history.times[last] ?? 0)) lasts.set(day, at);
      const row = hours[(((day + 3) % 7) + 7) % 7];
      const hour = Math.floor((local - day * DAY) / 3600);
      if (row) row[hour] = (row[hour] ?? 0) + 1;
    }
    for (let n = history.fileEnds[at - 1] ?? 0; n < (history.fileEnds[at] ?? 0); n++) {
      const file = history.files[n] ?? 0;
      touched[file] = (touched[file] ?? 0) + 1;
      lines[file] = (lines[file] ?? 0) + (history.lines[n] ?? 0);
    }
  }
  const recorded: number[] = [];
  for (const { commit, decisions, objectives } of recordsInOrder(history)) {
    if (!chosen(commit)) continue;
    if (decisions + objectives > 0) recorded.push(commit);
    const local = localSeconds(history, commit);
    for (const sums of [all, ...(local === undefined ? [] : [sumsOf(Math.floor(local / DAY))])]) {
      sums.checkpoints++;
      sums.decisions += decisions;
      sums.objectives += objectives;
    }
  }
  return {
    ...all,
    authors: people.reduce((sum, each) => sum + each, 0),
    files: touched.reduce((sum, each) => sum + (each > 0 ? 1 : 0), 0),
    undated,
    days: [...days]
      .sort(([one], [other]) => one - other)
      .map(([day, sums]) => ({
        day: new Date(day * DAY * 1000).toISOString().slice(0, 10),
        last: oidAt(history, lasts.get(day) ?? 0),
        ...sums,
      })),
    hours,
    hot: hottest(touched, lines).map((file) => ({
      path: decode(nameAt(history.paths, file)),
      commits: touched[file] ?? 0,
      lines: lines[file] ?? 0,
    })),
    newest: newestOf(inOrder(history.times, found)).map((at) => oidAt(history, at)),
    recorded: newestOf(recorded).map((at) => oidAt(history, at)),
  };
}

/** Returns the last of the given commits (sorted, oldest first), newest first. */
function newestOf(commits: Iterable<number> & { readonly length: number }): number[] {
  return Array.from(commits).slice(-NEWEST).reverse();
}

/** Returns a function that reports whether a commit of the history matches the filter. */
export function chooser(history: History, { since, until, author }: HistoryFilter): (at: number) => boolean {
  const { times, authors } = history;
  const person = author === undefined ? undefined : (idIn(history.people, author) ?? -1);
  const from = since === undefined ? undefined : since / 1000;
  const to = until === undefined ? undefined : until / 1000;
  return (at) => {
    if (person !== undefined && authors[at] !== person) return false;
    const time = times[at] ?? 0;
    if ((from !== undefined || to !== undefined) && time === 0) return false;
    return (from === undefined || time >= from) && (to === undefined || time <= to);
  };
}

/** Returns a commit's time in seconds on its author's local clock; undefined for a damaged date. */
function localSeconds({ times, zones }: History, at: number): number | undefined {
  const time = times[at] ?? 0;
  return time === 0 ? undefined : time + (zones[at] ?? 0) * 60;
}

const MOST = 2 ** 21;

/** Sorts commits by time, oldest first. For equal times, the commit that git listed last comes first. */
export function inOrder(times: Uint32Array, commits: Iterable<number>): Uint32Array {
  const list = Uint32Array.from(commits);
  if (times.length > MOST)
    return list.sort((one, other) => (times[one] ?? 0) - (times[other] ?? 0) || other - one);
  // Combines time and position into one number: sorting numbers takes a tenth of the time.
  const keys = Float64Array.from(list, (each) => (times[each] ?? 0) * MOST + (MOST - 1 - each)).sort();
  return Uint32Array.from(keys, (key) => MOST - 1 - (key % MOST));
}

function addCommit(sums: Sums, history: History, at: number): void {
  sums.commits++;
  if (isMerge(history, at)) sums.merges++;
  else {
    const type = typeAt(history, at);
    sums.types[type] = (sums.types[type] ?? 0) + 1;
  }
  sums.added += history.added[at] ?? 0;
  sums.removed += history.removed[at] ?? 0;
  sums.testAdded += history.testAdded[at] ?? 0;
  sums.testRemoved += history.testRemoved[at] ?? 0;
  sums.codeAdded += history.codeAdded[at] ?? 0;
  sums.codeRemoved += history.codeRemoved[at] ?? 0;
  sums.fileChanges += (history.fileEnds[at] ?? 0) - (history.fileEnds[at - 1] ?? 0);
}

/**
 * Returns the checkpoints, oldest first, with the number of decisions and objectives that each names first.
 */
export function recordsInOrder(history: History) {
  const said = new Set<number>();
  const times = history.records.map((commit) => history.times[commit] ?? 0);
  const order = inOrder(times, history.records.keys());
  return Array.from(order, (record) => {
    const counts = [0, 0];
    for (let n = history.itemEnds[record - 1] ?? 0; n < (history.itemEnds[record] ?? 0); n++) {
      const code = history.itemCodes[n] ?? 0;
      const key = (history.itemSessions[n] ?? 0) * 2 ** 31 + code;
      if (said.has(key)) continue;
      said.add(key);
      counts[code % 2] = (counts[code % 2] ?? 0) + 1;
    }
    return { commit: history.records[record] ?? 0, objectives: counts[0] ?? 0, decisions: counts[1] ?? 0 };
  });
}

/**
 * Returns the files that most commits changed; for equal counts, the file with more lines comes first, then
 * the file seen first.
 */
function hottest(touched: Uint32Array, lines: Float64Array): number[] {
  const weight = (file: number) => (touched[file] ?? 0) * 2 ** 32 + Math.min(lines[file] ?? 0, 2 ** 32 - 1);
  const best: number[] = [];
  for (let file = 0; file < touched.length; file++) {
    if (touched[file] === 0) continue;
    if (best.length === TOP && weight(file) <= weight(best[TOP - 1] ?? 0)) continue;
    const at = best.findIndex((each) => weight(file) > weight(each));
    best.splice(at < 0 ? best.length : at, 0, file);
    best.length = Math.min(best.length, TOP);
  }
  return best;
}

function noSums(): Sums {
  const { types: _types, ...sums } = NOTHING;
  return { ...sums, types: {} };
}
