/** Reads the commits of a period, even in a very long history. Caches nothing. */
import { type LeftOut, walkLog } from "../git/history/scan-log.ts";
import type { Place } from "../place/place.ts";
import type { CheckpointRecord } from "../session/session.ts";
import { historyBuilder, type ScannedCommit } from "./counting/history.ts";
import type { HistoryFilter } from "./counting/numbers.ts";
import { emptyScan, type HistoryScan, interruptible, type ScanOptions, scanned } from "./scan.ts";

/** A request for the commits of a period; `since` limits the commits to read. */
export interface PeriodWish extends HistoryFilter {
  readonly since: number;
  readonly paceOnly?: boolean;
}

/** Number of consecutive commits before the period that end the scan: fewer may just have a wrong date. */
const STOP = 100;

/** Seconds before a session's first commit in the period within which its earlier commits are read too. */
const LOOK_BACK = 30 * 86_400;

/**
 * Reads the commits of periods as columns: messages of all commits back to the earliest period, and files of
 * the commits in a period. Reads earlier commits of the periods' sessions too, so that a decision or
 * objective that they name is not counted again. Throws Failure `interrupted`, and Failure `git-failed`.
 */
export async function scanPeriods(
  place: Place,
  wishes: readonly PeriodWish[],
  options: ScanOptions = {},
): Promise<HistoryScan> {
  const { root, head: tip, shallow } = place.repository;
  if (tip === undefined) return emptyScan(shallow);
  const { ids, others, leftOut } = await walked(root, tip, wishes);
  if (ids.length === 0) return { tip, shallow, depth: "lines", history: others, leftOut };
  const scan = await scanned(place, { ids }, options, others);
  return { tip, shallow, ...scan, leftOut: [...leftOut, ...scan.leftOut] };
}

async function walked(root: string, tip: string, wishes: readonly PeriodWish[]) {
  const others = historyBuilder(tip.length / 2);
  const ids: string[] = [];
  const sessions = new Set<string>();
  let edge = Math.min(...wishes.map((each) => each.since)) / 1000;
  let tooOld = 0;
  const leftOut: LeftOut[] = await interruptible((signal) =>
    walkLog(root, tip, signal, (commit, message) => {
      const { oid, time, committed = 0 } = commit;
      if (Math.max(time, committed) >= edge) tooOld = 0;
      else if (++tooOld > STOP) return false;
      const wanted = wishes.filter((each) => isWanted(each, commit));
      const isRead = wanted.length > 0 || namesAny(message, sessions);
      const record = isRead ? commit.record : undefined;
      const names = record ? sessionsIn(record) : [];
      if (wanted.length > 0) for (const each of names) sessions.add(each);
      if (time > 0 && names.some((each) => sessions.has(each))) edge = Math.min(edge, time - LOOK_BACK);
      // Copies the id: a substring would keep all of git's output in memory.
      if (wanted.some((each) => !each.paceOnly)) ids.push(Buffer.from(oid, "latin1").toString("latin1"));
      else if (wanted.length > 0 || record) others.add(commit);
      return true;
    }),
  );
  return { ids, others: others.build(), leftOut };
}

function isWanted({ since, until, author }: PeriodWish, commit: ScannedCommit): boolean {
  const at = commit.time * 1000;
  return at >= since && at <= (until ?? at) && commit.author === (author ?? commit.author);
}

/** Reports whether a message contains one of these session ids, without parsing the message. */
function namesAny(message: string, ids: ReadonlySet<string>): boolean {
  return (message.match(/[0-9a-z]{12,}/g) ?? []).some((each) => ids.has(each));
}

/** Returns the sessions for which a record names decisions or finished objectives. */
function sessionsIn({ id, objectives, decisions }: CheckpointRecord): string[] {
  const isDone = objectives.some((each) => each.mark === "done");
  const named = [...(isDone ? [id] : []), ...decisions.map((each) => each.session ?? id)];
  return named.filter((each) => each !== undefined);
}
