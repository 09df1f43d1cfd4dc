/** What the newest commits of a history say, for a report: read once for these commits, and then kept. */
import { type Commit, log } from "../git/commits.ts";
import { type ReadCommit, readCommits } from "../model/checkpoints.ts";
import { decodeAnswer, encodeAnswer } from "../model/insight/encode.ts";
import { fingerprint } from "../model/insight/history.ts";
import { decisionsOfCommits, sessionsOfCommits } from "../model/report/assemble.ts";
import type { ReportCommit, ReportDecision, ReportSession } from "../model/report/report.ts";
import { readCache, writeCache } from "../store/cache.ts";
import type { HistoryInsight } from "./insight.ts";
import type { Place } from "./place.ts";

export interface ToldCommits {
  /** The newest first, as the next ones. */
  readonly commits: readonly ReportCommit[];
  readonly decisions: readonly ReportDecision[];
  readonly sessions: readonly ReportSession[];
  /** When the last one was made, milliseconds since the epoch; 0 without any. */
  readonly last: number;
}

/** One git process, or none where it was asked before. */
export async function toldCommits(
  place: Place,
  { numbers, key: depends }: HistoryInsight,
): Promise<ToldCommits> {
  const oids = [...new Set([...numbers.newest, ...numbers.recorded])];
  if (oids.length === 0) return { commits: [], decisions: [], sessions: [], last: 0 };
  const key = `${depends} ${numbers.newest.length} ${oids.join(" ")}`;
  const name = `told-${fingerprint(key)}`;
  const known = decodeAnswer<ToldCommits>(await readCache(place.sessionsDir, name), key);
  if (known) return known;
  const found = await log(place.repository.root, ["--no-walk=unsorted", "--ignore-missing", ...oids]);
  const read = readCommits(found.sort((one, other) => other.authored - one.authored));
  const told: ToldCommits = {
    commits: listed(read, numbers.newest),
    decisions: decisionsOfCommits(read),
    sessions: sessionsOfCommits(read, new Set()),
    last: Math.max(0, ...read.map((each) => each.commit.committed)) * 1000,
  };
  await writeCache(place.sessionsDir, name, encodeAnswer(told, key));
  return told;
}

function listed(commits: readonly ReadCommit<Commit>[], newest: readonly string[]): ReportCommit[] {
  const byId = new Map(commits.map((each) => [each.commit.oid, each]));
  return newest.flatMap((oid): ReportCommit[] => {
    const found = byId.get(oid);
    if (!found) return [];
    const { commit, subject, record } = found;
    const at = commit.authored > 0 ? new Date(commit.authored * 1000).toISOString() : null;
    return [{ commit: oid, subject, at, session: record?.id ?? null }];
  });
}
