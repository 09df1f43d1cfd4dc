/**
 * Reads a whole history as columns of numbers, from one `git log` and from the cached history of an earlier
 * scan.
 */

import path from "node:path";
import {
  DEPTHS,
  type Depth,
  historySettings,
  type LeftOut,
  ownHash,
  rangeIds,
  type Source,
  scanLog,
} from "../git/history/scan-log.ts";
import { decodePaths } from "../git/path-bytes.ts";
import { mailmapFiles } from "../git/settings.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { readCache, writeCache } from "../store/cache.ts";
import { readBytes } from "../store/files.ts";
import { onSignals } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { decodeHistory, encodeHistory } from "./counting/encode.ts";
import { fingerprint, type History, historyBuilder } from "./counting/history.ts";
import type { HistoryFilter } from "./counting/numbers.ts";

export interface ScanOptions {
  /**
   * Called while git reads: the number of commits so far, and the author date of the last one, in seconds.
   */
  readonly onProgress?: (commits: number, reached: number) => void;
}

export interface HistoryScan {
  /** Full id of the newest commit; undefined before the first commit. */
  readonly tip?: string;
  /** Depth of the numbers: a partial clone may lack lines, or files too. */
  readonly depth: Depth;
  readonly shallow: boolean;
  readonly history: History;
  /** Commits that do not count in the numbers because git cannot read one of their objects. */
  readonly leftOut: readonly LeftOut[];
}

/** A request for numbers: the commits of a history that count. */
export interface Wanted {
  /** First author date that counts, in milliseconds since the epoch. */
  readonly since?: number;
  readonly until?: number;
  /** True for only the user's own commits, by the addresses in the mailmap. */
  readonly mine?: boolean;
  /**
   * True for only the number of commits, checkpoints and objectives per day, for which no changed files are
   * read.
   */
  readonly paceOnly?: boolean;
}

const CACHE = "history";
const EVERY = 2000;

/** A history that is only read on demand. */
export interface OpenHistory extends Pick<HistoryScan, "tip" | "shallow"> {
  /** Text of all other inputs of the history besides its newest commit. */
  readonly key: string;
  /**
   * Returns all commits as columns. Starts from the cached history of an earlier commit: adds new commits,
   * and removes commits that a rewrite or another branch left out. Throws Failure `interrupted` after Ctrl-C,
   * and then caches nothing.
   */
  readonly scan: () => Promise<HistoryScan>;
}

/** Opens the history of the commit that is checked out. */
export async function openHistory(place: Place, options: ScanOptions = {}): Promise<OpenHistory> {
  const { shallow, head: tip } = place.repository;
  const key = await keyOf(place);
  let scan: Promise<HistoryScan> | undefined;
  return { ...defined({ tip }), shallow, key, scan: () => (scan ??= scanTip(place, tip, key, options)) };
}

async function scanTip(
  place: Place,
  tip: string | undefined,
  key: string,
  options: ScanOptions,
): Promise<HistoryScan> {
  const { shallow, root } = place.repository;
  if (tip === undefined) return emptyScan(shallow);
  const bytes = await readCache(place.sessionsDir, CACHE);
  const kept = bytes && decodeHistory(bytes);
  const [keptKey, depth] = (kept?.label.key.split(" ") ?? []) as [string?, Depth?];
  const known =
    kept && depth && keptKey === key ? { ...kept.label, history: kept.history, depth } : undefined;
  if (known?.tip === tip) return { tip, depth: known.depth, shallow, history: known.history, leftOut: [] };
  const found =
    (known && (await extended(root, tip, known, options))) ?? (await scanned(place, [tip], options));
  const label = { tip, key: `${key} ${found.depth}` };
  // Does not cache an incomplete scan: git may be able to read the objects later.
  if (found.leftOut.length === 0)
    await writeCache(place.sessionsDir, CACHE, encodeHistory(found.history, label));
  return { tip, shallow, ...found };
}

/** Returns the scan of a repository without a commit. */
export function emptyScan(shallow: boolean): HistoryScan {
  return { depth: "lines", shallow, history: historyBuilder(20).build(), leftOut: [] };
}

type Scanned = Pick<HistoryScan, "history" | "depth" | "leftOut">;

/**
 * Reads the commits of any range as columns, with all details that the clone has, and warns of objects that
 * git cannot read. Throws Failure `interrupted`.
 */
export async function scanRange(place: Place, range: readonly string[]): Promise<Scanned> {
  const scan = await scanned(place, range, {});
  warnOf(place, scan.leftOut);
  return scan;
}

/**
 * Reads commits as columns, with all details that the clone has, and adds them to the history `before`.
 * Throws Failure `interrupted`.
 */
export async function scanned(
  place: Place,
  source: Source,
  options: ScanOptions,
  before?: History,
): Promise<Scanned> {
  const { root, head } = place.repository;
  const oidBytes = (head?.length ?? 40) / 2;
  for (const depth of DEPTHS) {
    const builder = historyBuilder(oidBytes, before && { history: before, without: new Set() });
    const leftOut = await read(root, source, depth, options, builder);
    if (leftOut) return { history: builder.build(), depth, leftOut };
  }
  throw new Failure("git-failed", "git log could not read the history: too many of its objects are missing", {
    hint: "git fsck",
  });
}

/** Adds a warning to the place for each commit whose numbers are left out. */
export function warnOf(place: Place, leftOut: readonly LeftOut[]): void {
  const left = {
    lines: "is counted without its files",
    commit: "is not counted",
    history: "is counted without its files, and no commit before it is counted",
  };
  for (const { commit, what, object } of leftOut) {
    const why = object === undefined ? "an object of it" : object.slice(0, 12);
    const line = `commit ${commit.slice(0, 12)} ${left[what]}: git cannot read ${why}`;
    if (!place.notices.includes(line)) place.notices.push(line);
  }
}

/**
 * Adds the new commits to a known history and removes the lost ones; undefined if git no longer knows the old
 * newest commit.
 */
async function extended(
  root: string,
  tip: string,
  known: { readonly tip: string; readonly history: History; readonly depth: Depth },
  options: ScanOptions,
): Promise<Scanned | undefined> {
  const gone = await rangeIds(root, [known.tip, `^${tip}`]);
  if (!gone) return undefined;
  const { depth } = known;
  const builder = historyBuilder(tip.length / 2, { history: known.history, without: new Set(gone) });
  const leftOut = await read(root, [tip, `^${known.tip}`], depth, options, builder);
  return leftOut && { history: builder.build(), depth, leftOut };
}

async function read(
  root: string,
  source: Source,
  depth: Depth,
  { onProgress }: ScanOptions,
  builder: ReturnType<typeof historyBuilder>,
): Promise<LeftOut[] | undefined> {
  let commits = 0;
  return interruptible((signal) =>
    scanLog(root, source, { depth, signal }, (commit) => {
      builder.add(commit);
      if (++commits % EVERY === 0) onProgress?.(commits, commit.time);
    }),
  );
}

/** Runs a scan that Ctrl-C ends with Failure `interrupted`. */
export async function interruptible<T>(scan: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const { signal } = stop;
  const ignoreSignals = onSignals(() => stop.abort());
  try {
    return await scan(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Failure("interrupted", "interrupted; nothing of the scan was kept");
  } finally {
    ignoreSignals();
  }
}

/**
 * Returns a digest of all inputs of a history besides its newest commit: replaced commits, the end of a
 * shallow clone, the mailmap.
 */
async function keyOf({ repository }: Place): Promise<string> {
  const { root, commonDir, shallow, bare, head } = repository;
  const settings = await historySettings(root);
  const files = await mailmapFiles(repository, settings);
  if (shallow) files.push(path.join(commonDir, "shallow"));
  const texts = files.map((file) => readBytes(file).catch(() => undefined));
  const parts = (await Promise.all(texts)).map((each) => each?.toString("latin1") ?? "");
  // Without a work tree, git reads the mailmap from HEAD.
  return fingerprint([settings, ...parts, bare ? (head ?? "") : ""].join("\0"));
}

/** Returns the filter of a request, for `historyNumbers` and the patterns. Throws Failure `no-identity`. */
export async function filterOf(place: Place, { mine, since, until }: Wanted): Promise<HistoryFilter> {
  const period = defined({ since, until });
  if (!mine) return period;
  const author = await ownHash(place.repository.root);
  if (author !== undefined) return { ...period, author };
  throw new Failure(
    "no-identity",
    "git does not know who you are, so it cannot tell which commits are yours",
    { hint: 'git config user.email "you@example.com"' },
  );
}

/**
 * Returns a path of a history's table as text; decodes bytes that are not UTF-8 in the same way as
 * `git/path-bytes.ts`.
 */
export function decodeName(bytes: string): string {
  return /^[\x00-\x7f]*$/.test(bytes) ? bytes : decodePaths(Buffer.from(bytes, "latin1"));
}
