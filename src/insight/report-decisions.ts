/** Selects the decisions of a report, and finds what ended them. */
import { allRefs, type Commit, log } from "../git/commits.ts";
import { revertsOf } from "../history/reverts.ts";
import type { Place } from "../place/place.ts";
import { type ReadCommit, searchedCommit } from "../trailers/checkpoints.ts";
import { namedBy, quotedBy, type SearchedCommit } from "../trailers/reverts.ts";
import { decisionsOfStates, unitedDecisions, withStandings } from "./report/assemble.ts";
import { type Edges, isWithin } from "./report/period.ts";
import type { Report, ReportDecision } from "./report/report.ts";
import type { ReportedCommits } from "./report-commits.ts";
import type { ReportedSession } from "./report-sessions.ts";

/** Maximum decisions with their full text. */
const MAX_DECISIONS = 500;

/**
 * Returns the decisions of a period that commits carry, or that a session of `recorded` made. `known`: all
 * sessions, whose decisions may end a listed one. `total`: number of decisions that commits carry.
 */
export async function reportedDecisions(
  place: Place,
  period: Edges,
  { decisions: told, read }: ReportedCommits,
  { known, recorded, total }: Record<"known" | "recorded", readonly ReportedSession[]> & { total: number },
): Promise<Report["decisions"]> {
  const taken = decisionsOfStates(known.flatMap((each) => each.state ?? []));
  const ids = new Set<string | null>(recorded.map((each) => each.session.id));
  const carried = told.filter((each) => isWithin(period, each.at));
  const own = taken.filter((each) => ids.has(each.session) && isWithin(period, each.at));
  const found = unitedDecisions(carried, own);
  const items = found.slice(0, MAX_DECISIONS);
  const reverts = await revertsOfCarriers(place, items, read);
  return {
    items: withStandings(items, [...told, ...taken], reverts),
    more: found.length - items.length + Math.max(0, total - carried.length),
  };
}

/** Maximum clock difference between machines to tolerate, in seconds. */
const SLACK = 86_400;

/**
 * Returns reverted commits, each with its revert, of all branches, tags and remotes: a report of last month
 * shows what was reverted since. `read`: the commits of the report. Runs no git without a carried decision.
 */
async function revertsOfCarriers(
  place: Place,
  decisions: readonly ReportDecision[],
  read: readonly ReadCommit<Commit>[],
): Promise<ReadonlyMap<string, string>> {
  const { root } = place.repository;
  const ids = new Set(decisions.flatMap((each) => each.commit ?? []));
  const made = decisions.map((each) => Date.parse(each.at ?? "") / 1000).filter(Number.isFinite);
  if (ids.size === 0 || made.length === 0) return new Map();
  const since = made.reduce((least, each) => Math.min(least, each)) - SLACK;
  const grep = ["This reverts commit", 'Revert "', 'Reapply "'];
  // Searches only the report's own commits if git cannot read a commit.
  const found = await log(root, allRefs(), { grep, since }).catch(() => read.map((each) => each.commit));
  const carriers = read.filter((each) => ids.has(each.commit.oid));
  const reverts = revertsConcerning(
    found.map(searchedCommit),
    ids,
    new Set(carriers.map((each) => each.subject)),
  );
  const own = new Set(carriers.map((each) => each.commit.oid));
  const all = [...reverts.filter((each) => !own.has(each.commit.oid)), ...carriers];
  return revertsOf(
    root,
    all.sort((one, other) => other.commit.committed - one.commit.committed),
  );
}

/**
 * Returns the commits that may revert a commit among `ids` or `subjects`, or another of these reverts. Leaves
 * out reverts of other commits, except of a merge, which may contain any commit.
 */
function revertsConcerning<C extends SearchedCommit>(
  reverts: readonly C[],
  ids: ReadonlySet<string>,
  subjects: ReadonlySet<string>,
): C[] {
  const known = new Set([...ids, ...reverts.map((each) => each.commit.oid)]);
  return reverts.filter(({ commit, subject }) => {
    const quoted = quotedBy(subject);
    return (
      (quoted !== undefined && subjects.has(quoted)) ||
      namedBy(commit.message).some((each) => known.has(each.oid) || each.mainline !== undefined)
    );
  });
}
