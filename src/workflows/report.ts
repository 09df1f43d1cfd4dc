/** What was done in a period, or in all of a repository's history. */
import path from "node:path";
import { type Commit, log } from "../git/commits.ts";
import { type ReadCommit, readCommits } from "../model/checkpoints.ts";
import { byPeriod } from "../model/insight/periods.ts";
import { projectVelocity } from "../model/insight/velocity.ts";
import { issuesIn } from "../model/issues.ts";
import { totalsOf } from "../model/metrics.ts";
import {
  blockersOf,
  decisionsOfCommits,
  decisionsOfStates,
  filledPeriods,
  firstDay,
  isWithin,
  objectivesOver,
  overlaps,
  progressOf,
  sessionsOfCommits,
  unitedDecisions,
} from "../model/report/assemble.ts";
import {
  dayAt,
  type PeriodRequest,
  periodFor,
  periodsBetween,
  reportPeriod,
} from "../model/report/period.ts";
import type { Report, ReportCommit, ReportSession } from "../model/report/report.ts";
import type { NamedText } from "../model/secrets.ts";
import { openObjectives, type SessionState } from "../model/state.ts";
import { type HistoryInsight, insightsOf } from "./insight.ts";
import { forgeHere } from "./issues.ts";
import { now, type Place } from "./place.ts";
import { reportResults } from "./report-results.ts";
import { type ReportedSession, reportedSessions } from "./report-sessions.ts";
import type { ScanOptions } from "./scan.ts";

export interface ReportRequest extends PeriodRequest {
  readonly mine?: boolean;
}

/** As many decisions are told in full. */
const MAX_DECISIONS = 500;
const RECENT_DAYS = 90;
const DAY = 86_400_000;

/** Failures of `insightsOf`. */
export async function reportOf(
  place: Place,
  request: ReportRequest,
  options: Pick<ScanOptions, "onProgress"> = {},
): Promise<Report> {
  const made = now();
  const mine = request.mine ? { mine: true } : {};
  const period = reportPeriod(request, Date.parse(made));
  const { since, until } = period;
  // The same for all of a day, so that the answer is.
  const recently = Date.parse(made.slice(0, 10)) - RECENT_DAYS * DAY;
  // What ends today or later ends with the history: the same answer tomorrow.
  const end = until >= Date.parse(made) && since === undefined ? {} : { until };
  const [[insight, recent], recorded, forge] = await Promise.all([
    insightsOf(
      place,
      [
        { ...(since === undefined ? {} : { since }), ...end, ...mine },
        { since: recently, ...mine },
      ] as const,
      options,
    ),
    reportedSessions(place, request.mine ?? false),
    forgeHere(place, {}),
  ]);
  const { numbers, tip, shallow, depth } = insight;
  const commits = await listedCommits(place, insight);
  const live = recorded.filter((each) => each.live);
  const blockers = blockersOf(statesIn(recorded), period, made);
  const waited = new Set(blockers.map((each) => each.session));
  const chosen = recorded.filter((each) => overlaps(period, each.session) || waited.has(each.session.id));
  const known = new Set(recorded.map((each) => each.session.id));
  const sessions = [
    ...chosen.map((each) => withIssues(place, each, forge)),
    ...sessionsOfCommits(commits, known),
  ];
  const from = period.from ?? firstDay(numbers.days, sessions);
  const to = [period.to, dayAt(made)].sort()[0] ?? period.to;
  const by = period.by ?? periodFor(from ?? to, to);
  // A commit may be dated on another day where its author was.
  const starts = from === undefined ? [] : periodsBetween(from, to, by);
  const counted = byPeriod(numbers.days, by);
  const all = [...new Set([...starts, ...counted.map((each) => each.from)])].sort();
  const carried = decisionsOfCommits(commits).filter((each) => isWithin({ ...period, ...end }, each.at));
  const decisions = unitedDecisions(
    carried,
    decisionsOfStates(
      statesIn(recorded).map((each) => each.state),
      period,
    ),
  );
  const {
    authors,
    files,
    undated,
    days: _days,
    hours,
    hot,
    newest: _newest,
    recorded: _ids,
    ...sums
  } = numbers;
  return {
    ...{ repository: nameOf(place), made, scope: since === undefined ? "project" : "period" },
    period: { from: from ?? null, to, by, name: period.name },
    ...{ author: request.mine ? "me" : "all", branch: place.repository.branch ?? null },
    ...{ tip, shallow, depth, forge: forge ?? null, hours, hot },
    numbers: { ...sums, authors, files, undated },
    periods: filledPeriods(counted, all),
    velocity: projectVelocity(
      recent.numbers.days,
      made.slice(0, 10),
      live.flatMap((each) => openObjectives(each.state?.objectives ?? [])).length,
    ),
    totals: totalsOf(chosen.map((each) => each.row)),
    sessions,
    objectives: objectivesOver(sessions, all, to),
    decisions: {
      items: decisions.slice(0, MAX_DECISIONS),
      more: Math.max(0, decisions.length - MAX_DECISIONS) + Math.max(0, numbers.decisions - carried.length),
    },
    blockers,
    commits: listedOf(commits, insight),
    results: await reportResults(place, commits),
  };
}

function statesIn(recorded: readonly ReportedSession[]): { state: SessionState; live: boolean }[] {
  return recorded.flatMap(({ state, live }) => (state ? [{ state, live }] : []));
}

/** The newest commits, and those that carry what is told: one git process. */
async function listedCommits(place: Place, { numbers }: HistoryInsight): Promise<ReadCommit<Commit>[]> {
  const oids = [...new Set([...numbers.newest, ...numbers.recorded])];
  if (oids.length === 0) return [];
  const commits = await log(place.repository.root, ["--no-walk=unsorted", "--ignore-missing", ...oids]);
  return readCommits(commits.sort((one, other) => other.authored - one.authored));
}

function listedOf(commits: readonly ReadCommit<Commit>[], { numbers }: HistoryInsight): Report["commits"] {
  const byId = new Map(commits.map((each) => [each.commit.oid, each]));
  const items = numbers.newest.flatMap((oid): ReportCommit[] => {
    const found = byId.get(oid);
    if (!found) return [];
    const { commit, subject, record } = found;
    const at = commit.authored > 0 ? new Date(commit.authored * 1000).toISOString() : null;
    return [{ commit: oid, subject, at, session: record?.id ?? null }];
  });
  return { items, more: numbers.commits - items.length };
}

function withIssues(
  place: Place,
  { session, state }: ReportedSession,
  forge: Parameters<typeof issuesIn>[2]["forge"],
): ReportSession {
  const texts = [
    ...session.objectives,
    ...(state?.blockers ?? []).map((each) => ({
      id: each.id,
      text: [each.text, each.link, each.note].filter(Boolean).join("\n"),
    })),
  ];
  const sources = texts.map((each) => ({ name: each.id, text: each.text }));
  const found = issuesIn(session.branch ?? "", sources, { forge, keys: place.config.tracking.issue_url });
  return {
    ...session,
    issues: found.map(({ id, url }) => ({ id, ...(url === undefined ? {} : { url }) })),
    progress: state ? progressOf(state.objectives) : session.progress,
  };
}

function nameOf({ repository: { root, commonDir, bare } }: Place): string {
  return path.basename(bare ? commonDir.replace(/\.git$/, "") : root) || "repository";
}

/** What a file of the report would carry out of the clone, for the secret scan. */
export function reportTexts(report: Report): NamedText[] {
  const { sessions, decisions, blockers, commits } = report;
  return [
    ...sessions.flatMap(({ id, title, objectives }) => [
      { name: `the title of ${id}`, text: title },
      ...objectives.map((each) => ({ name: `${each.id} of ${id}`, text: each.text })),
    ]),
    ...decisions.items.map((each) => ({
      name: `${each.id} of ${each.session ?? "a commit"}`,
      text: [each.text, each.rationale ?? "", ...each.alternatives].join("\n"),
    })),
    ...blockers.map((each) => ({
      name: `${each.id} of ${each.session}`,
      text: [each.text, each.link ?? "", each.note ?? ""].join("\n"),
    })),
    ...commits.items.map((each) => ({ name: `commit ${each.commit.slice(0, 8)}`, text: each.subject })),
  ];
}
