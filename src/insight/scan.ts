/** A whole history as columns of numbers, from one `git log` and from what an earlier one read. */

import path from "node:path";
import { decodePaths } from "../git/path-bytes.ts";
import { DEPTHS, type Depth, historySettings, ownHash, rangeIds, scanLog } from "../git/scan-log.ts";
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
  /** Called now and then while git reads: how many commits so far, and the author date of the last, in seconds. */
  readonly onProgress?: (commits: number, reached: number) => void;
}

export interface HistoryScan {
  /** Full id; undefined before the first commit. */
  readonly tip?: string;
  /** What the numbers know: a partial clone may lack lines, or files too. */
  readonly depth: Depth;
  readonly shallow: boolean;
  readonly history: History;
}

/** Which commits of a history count. */
export interface Wanted {
  /** Author dates, milliseconds since the epoch, both included. */
  readonly since?: number;
  readonly until?: number;
  /** Only the user's own, as the mailmap says it. */
  readonly mine?: boolean;
}

const CACHE = "history";
const EVERY = 2000;

/** A history that is read when it is asked for. */
export interface OpenHistory extends Pick<HistoryScan, "tip" | "shallow"> {
  /** All that the history depends on beside its tip. */
  readonly key: string;
  /**
   * All its commits as columns. What is known of an earlier tip is taken over: commits that are new are added, those that
   * a rewrite or another branch left out are taken away. Failure `interrupted` after Ctrl-C: then nothing is kept.
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
  if (tip === undefined) return { depth: "lines", shallow, history: historyBuilder(20).build() };
  const bytes = await readCache(place.sessionsDir, CACHE);
  const kept = bytes && decodeHistory(bytes);
  const [keptKey, depth] = (kept?.label.key.split(" ") ?? []) as [string?, Depth?];
  const known =
    kept && depth && keptKey === key ? { ...kept.label, history: kept.history, depth } : undefined;
  if (known?.tip === tip) return { tip, depth: known.depth, shallow, history: known.history };
  const found =
    (known && (await extended(root, tip, known, options))) ?? (await scanRange(place, [tip], options));
  const label = { tip, key: `${key} ${found.depth}` };
  await writeCache(place.sessionsDir, CACHE, encodeHistory(found.history, label));
  return { tip, shallow, ...found };
}

/** The commits of any range as columns, read anew; as deep as the clone goes. Failure `interrupted`. */
export async function scanRange(
  place: Place,
  range: readonly string[],
  options: ScanOptions = {},
): Promise<Pick<HistoryScan, "history" | "depth">> {
  const { root } = place.repository;
  const oidBytes = (range.find((each) => /^[0-9a-f]{40,64}$/.test(each))?.length ?? 40) / 2;
  for (const depth of DEPTHS) {
    const history = await read(root, range, depth, options, historyBuilder(oidBytes));
    if (history) return { history, depth };
  }
  throw new Failure("git-failed", "git log could not read the history of this partial clone");
}

/** What is known with what came since and without what went; undefined where git cannot tell the difference. */
async function extended(
  root: string,
  tip: string,
  known: { readonly tip: string; readonly history: History; readonly depth: Depth },
  options: ScanOptions,
): Promise<Pick<HistoryScan, "history" | "depth"> | undefined> {
  const gone = await rangeIds(root, [known.tip, `^${tip}`]);
  if (!gone) return undefined;
  const { depth } = known;
  const builder = historyBuilder(tip.length / 2, { history: known.history, without: new Set(gone) });
  const history = await read(root, [tip, `^${known.tip}`], depth, options, builder);
  return history && { history, depth };
}

async function read(
  root: string,
  range: readonly string[],
  depth: Depth,
  { onProgress }: ScanOptions,
  builder: ReturnType<typeof historyBuilder>,
): Promise<History | undefined> {
  let commits = 0;
  const stop = new AbortController();
  const { signal } = stop;
  const ignoreSignals = onSignals(() => stop.abort());
  try {
    const whole = await scanLog(root, range, { depth, signal }, (commit) => {
      builder.add(commit);
      if (++commits % EVERY === 0) onProgress?.(commits, commit.time);
    });
    return whole ? builder.build() : undefined;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Failure("interrupted", "interrupted; nothing of the scan was kept");
  } finally {
    ignoreSignals();
  }
}

/** What the answer depends on beside the tip: replaced commits, where a shallow clone ends, and who is who. */
async function keyOf({ repository }: Place): Promise<string> {
  const { root, commonDir, shallow, bare, head } = repository;
  const settings = await historySettings(root);
  const files = await mailmapFiles(repository, settings);
  if (shallow) files.push(path.join(commonDir, "shallow"));
  const texts = files.map((file) => readBytes(file).catch(() => undefined));
  const parts = (await Promise.all(texts)).map((each) => each?.toString("latin1") ?? "");
  // Without a work tree git takes the mailmap out of HEAD.
  return fingerprint([settings, ...parts, bare ? (head ?? "") : ""].join("\0"));
}

/** The filter for these wishes, for `historyNumbers` and the patterns. Failure `no-identity`. */
export async function filterOf(place: Place, { mine, ...period }: Wanted): Promise<HistoryFilter> {
  if (!mine) return period;
  const author = await ownHash(place.repository.root);
  if (author !== undefined) return { ...period, author };
  throw new Failure("no-identity", "git does not know who you are, so no commit can be told to be yours", {
    hint: 'git config user.email "you@example.com"',
  });
}

/** A path of a history's table as text; bytes that are no UTF-8 are kept as `git/path-bytes.ts` does it. */
export function decodeName(bytes: string): string {
  return /^[\x00-\x7f]*$/.test(bytes) ? bytes : decodePaths(Buffer.from(bytes, "latin1"));
}
