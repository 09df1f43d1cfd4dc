/** Reads the newest commits of a report, with the decisions and sessions that they carry. */
import { type Commit, log } from "../git/commits.ts";
import type { Place } from "../place/place.ts";
import { type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import type { HistoryInsight } from "./insight.ts";
import { decisionsOfCommits, sessionsOfCommits } from "./report/assemble.ts";
import type { ReportCommit, ReportDecision, ReportSession } from "./report/report.ts";

export interface ReportedCommits {
  /** Commits of the report, newest first, like the next lists. */
  readonly commits: readonly ReportCommit[];
  readonly decisions: readonly ReportDecision[];
  readonly sessions: readonly ReportSession[];
  /** All commits that were read, newest first, with their records. */
  readonly read: readonly ReadCommit<Commit>[];
  /** Time of the last commit in milliseconds since the epoch; 0 without commits. */
  readonly last: number;
}

/** Reads the commits that the numbers name, with one git process. */
export async function reportedCommits(
  place: Place,
  { newest, recorded }: HistoryInsight["numbers"],
): Promise<ReportedCommits> {
  const oids = [...new Set([...newest, ...recorded])];
  if (oids.length === 0) return { commits: [], decisions: [], sessions: [], read: [], last: 0 };
  const found = await log(place.repository.root, ["--no-walk=unsorted", "--ignore-missing", ...oids]);
  const read = readCommits(found.sort((one, other) => other.authored - one.authored));
  return {
    commits: listed(read, newest),
    decisions: decisionsOfCommits(read),
    sessions: sessionsOfCommits(read),
    read,
    last: Math.max(0, ...read.map((each) => each.commit.committed)) * 1000,
  };
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
