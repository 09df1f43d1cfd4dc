/** Builds a report from sessions and commits. */

import path from "node:path";
import { forgeHere } from "../facts/forge.ts";
import { issuesIn } from "../facts/formats/issues.ts";
import type { Place } from "../place/place.ts";
import { openObjectives } from "../session/progress.ts";
import type { SessionState } from "../session/state.ts";
import { defined } from "../text/defined.ts";
import type { Answer } from "./cached-answer.ts";
import { totalsOf } from "./counting/metrics.ts";
import { byPeriod } from "./counting/periods.ts";
import { paceSince, projectVelocity } from "./counting/velocity.ts";
import { insightsOf } from "./insight.ts";
import { countedOf, filledPeriods, firstDay, objectivesOver, overlaps } from "./report/assemble.ts";
import { blockersOf } from "./report/blockers.ts";
import { dayAt, dayEnds, periodFor, periodsBetween, type ReportPeriod } from "./report/period.ts";
import type { Report, ReportSession } from "./report/report.ts";
import { reportedCommits } from "./report-commits.ts";
import { reportedDecisions } from "./report-decisions.ts";
import { type ReportedSession, reportedSessions } from "./report-sessions.ts";
import type { ScanOptions } from "./scan.ts";

export interface ReportOptions extends Pick<ScanOptions, "onProgress"> {
  /** True for only the user's own commits and sessions. */
  readonly mine?: boolean;
}

/** The part of a report that depends only on commits, records and the day, and can be cached. */
export interface KeptReport {
  readonly report: Omit<Report, "results">;
  /** Time of the last commit in milliseconds since the epoch; 0 without commits. */
  readonly last: number;
}

const DAY = 86_400_000;

/**
 * Builds the part of a report that depends on commits and records, with its time of expiry. Throws the
 * failures of `insightsOf`.
 */
export async function makeReport(
  place: Place,
  period: ReportPeriod,
  made: string,
  options: ReportOptions,
): Promise<Answer<KeptReport>> {
  const mine = options.mine ? { mine: true } : {};
  const today = dayAt(made);
  const { since, until } = period;
  // A report that ends today needs no end date: without one, the cached answer is still right tomorrow.
  const end = until >= Date.parse(made) && since === undefined ? {} : { until };
  const [[insight, recent], known, forge] = await Promise.all([
    insightsOf(
      place,
      [
        { ...defined({ since }), ...end, ...mine },
        { since: paceSince(today), paceOnly: true, ...mine },
      ] as const,
      options,
    ),
    reportedSessions(place),
    forgeHere(place, {}),
  ]);
  const { numbers, tip, shallow, depth } = insight;
  const told = await reportedCommits(place, numbers);
  const recorded = options.mine ? known.filter((each) => each.own) : known;
  const live = recorded.filter((each) => each.live);
  const blockers = blockersOf(statesIn(recorded), period, made);
  const waited = new Set(blockers.map((each) => each.session));
  const worked = new Set(told.sessions.map((each) => each.id));
  // Lists a session of another person only if the user's commits carry it.
  const chosen = known.filter(({ session, own }) =>
    own || !options.mine ? overlaps(period, session) || waited.has(session.id) : worked.has(session.id),
  );
  const ids = new Set(known.map((each) => each.session.id));
  const unknown = told.sessions.filter((each) => !ids.has(each.id));
  const sessions = [...chosen.map((each) => withIssues(place, each, forge)), ...unknown];
  const from = period.from ?? firstDay(numbers.days, sessions);
  const to = [period.to, today].sort()[0] ?? period.to;
  const by = period.by ?? periodFor(from ?? to, to);
  // Adds periods of counted days: in its author's time zone, a commit may have another day.
  const starts = from === undefined ? [] : periodsBetween(from, to, by);
  const counted = byPeriod(numbers.days, by);
  const all = [...new Set([...starts, ...counted.map((each) => each.from)])].sort();
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
  const report: KeptReport["report"] = {
    repository: nameOf(place),
    made,
    scope: since === undefined ? "project" : "period",
    period: { from: from ?? null, to, by, name: period.name },
    author: options.mine ? "me" : "all",
    branch: place.repository.branch ?? null,
    tip,
    shallow,
    depth,
    forge: forge ?? null,
    hours,
    hot,
    numbers: { ...sums, authors, files, undated },
    periods: filledPeriods(counted, all),
    velocity: projectVelocity(
      recent.numbers.days,
      today,
      live.flatMap((each) => openObjectives(each.state?.objectives ?? [])).length,
    ),
    totals: totalsOf([
      ...chosen.map((each) => each.row),
      ...unknown.map((each) => countedOf(each, told.decisions)),
    ]),
    sessions,
    objectives: objectivesOver(sessions, all, by, to),
    decisions: await reportedDecisions(place, period, told, { known, recorded, total: numbers.decisions }),
    blockers,
    commits: { items: told.commits, more: numbers.commits - told.commits.length },
  };
  return { value: { report, last: told.last }, until: holdsUntil(place, made, known) };
}

/** Returns the time at which the report expires: when the day ends, or when a session counts as archived. */
function holdsUntil(place: Place, made: string, recorded: readonly ReportedSession[]): number {
  const after = place.config.session.archive_after_days * DAY;
  const archived = recorded.flatMap(({ row }) =>
    row.state === "ended" ? Date.parse(row.touched) + after : [],
  );
  return Math.min(dayEnds(Date.parse(made)), ...archived);
}

function statesIn(recorded: readonly ReportedSession[]): { state: SessionState; live: boolean }[] {
  return recorded.flatMap(({ state, live }) => (state ? [{ state, live }] : []));
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
  return { ...session, issues: found.map(({ id, url }) => ({ id, ...defined({ url }) })) };
}

function nameOf({ repository: { root, commonDir, bare } }: Place): string {
  return path.basename(bare ? commonDir.replace(/\.git$/, "") : root) || "repository";
}
