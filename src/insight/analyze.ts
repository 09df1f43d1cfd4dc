/** Rates the progress of work, from the numbers of a session or of a repository. */

import { countFindings, type RuleCount } from "../checkpoint/rules.ts";
import { diffArguments } from "../facts/gather.ts";
import { type Measured, measure } from "../facts/metrics.ts";
import { lastBefore } from "../git/commits.ts";
import { emptyTree } from "../git/diff.ts";
import { changesToCommit } from "../git/status.ts";
import type { Place } from "../place/place.ts";
import { type KnownSession, listedSessions } from "../record/known-sessions.ts";
import { openObjectives } from "../session/progress.ts";
import { isLive } from "../session/state.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { parseDuration } from "../text/time/duration.ts";
import { areCounted } from "../trailers/impact.ts";
import { verificationViews } from "../views/view-parts.ts";
import { healthOf } from "./counting/health.ts";
import { linesByRole } from "./counting/metrics.ts";
import type { Patterns } from "./counting/patterns.ts";
import { projectHealth } from "./counting/project.ts";
import { minutesUntil, sessionSpans } from "./counting/time.ts";
import { projectVelocity, velocityOf } from "./counting/velocity.ts";
import { countedIn, type HistoryInsight, insightsOf, RECENT_DAYS, recentSince } from "./insight.ts";
import { dayAt } from "./report/period.ts";
import { type ScanOptions, scanRange } from "./scan.ts";

/** Patterns in how the code changes, in numbers; for the whole repository, never by person. */
export interface PatternsView
  extends Patterns,
    Pick<
      HistoryInsight["numbers"],
      "commits" | "merges" | "files" | "added" | "removed" | "authors" | "types" | "hours" | "hot"
    > {
  /** Depth of detail: lines and files are unknown if a partial clone lacks them. */
  readonly depth: HistoryInsight["depth"];
  /** Number of added lines that break each rule of `context.rules`; absent without rules. */
  readonly rules?: readonly RuleCount[];
}

export type SessionAnalysis = Awaited<ReturnType<typeof analyzeSession>>;

/**
 * Returns health, pace and patterns of one session, from its own commits. Throws the failures of
 * `scanRange`.
 */
export async function analyzeSession(place: Place, known: KnownSession) {
  const measured = await measure(place, known);
  const { id, title, branch, state } = measured.metrics;
  const { revisions, gathered } = measured;
  const tip = gathered?.tip;
  const walk = tip === undefined && gathered !== undefined ? ["--no-walk"] : [];
  // Without a commit, lists nothing: given no revision, git would read the history of HEAD.
  const range =
    revisions.length === 0 ? ["--max-count=0", "HEAD"] : ["--ignore-missing", ...walk, ...revisions];
  const scan = await scanRange(
    place,
    place.repository.head === undefined ? ["--max-count=0", "--all"] : range,
  );
  const between =
    gathered && (await diffArguments(place, gathered.range, tip, gathered.status !== undefined));
  const rules = between && (await countFindings(place, { between, tip }));
  return {
    scope: "session" as const,
    session: { id, title, branch, state },
    health: healthOf(factsOf(place, measured)),
    velocity: velocityOf(paceOf(place, measured)),
    patterns: patternsView(
      { depth: scan.depth, ...(await countedIn(place, { ...scan, ...defined({ tip }) }, {})) },
      rules,
    ),
  };
}

function idleMinutes(place: Place): number {
  return parseDuration(place.config.tracking.idle_timeout) ?? 30;
}

function factsOf(place: Place, { metrics, session, gathered, commits, checkpoints, files }: Measured) {
  const { context, objectives, blockers } = gathered?.state ?? session.state;
  const spans = sessionSpans({ context, events: session.events }, commits, idleMinutes(place));
  const lines = files && areCounted(files) ? linesByRole(files) : undefined;
  const status = gathered?.status;
  const last = commits[0]?.commit.committed ?? 0;
  return {
    now: now(),
    ended: context.ended !== undefined,
    isFree: status !== undefined && gathered?.operation === undefined && context.ended === undefined,
    started: context.created,
    objectives: objectives.map((each) => {
      const changed = context.items[each.id]?.changed;
      return changed === undefined ? each : { ...each, changed };
    }),
    blockers,
    ...(status ? { dirty: changesToCommit(status).length + status.untracked.length } : {}),
    commits: commits.length,
    ...(last > 0 ? { lastCommit: new Date(last * 1000).toISOString() } : {}),
    checkpoints: metrics.checkpoints,
    minutes: metrics.minutes,
    minutesSince:
      minutesUntil(spans, Number.POSITIVE_INFINITY) - minutesUntil(spans, Math.max(0, ...checkpoints)),
    ...(lines ? { codeLines: lines.code, testLines: lines.tests } : {}),
    checks: (gathered ? verificationViews(gathered) : context.verified).map((each) => ({
      ...each,
      own: gathered?.own.wrote(each.command) ?? false,
    })),
    ...(gathered?.range.drift ? { drift: gathered.range.drift } : {}),
  };
}

function paceOf(place: Place, { metrics, session, gathered, commits, checkpoints }: Measured) {
  const { context, objectives } = gathered?.state ?? session.state;
  const spans = sessionSpans({ context, events: session.events }, commits, idleMinutes(place));
  const until = Date.parse(context.ended ?? now());
  const created = Date.parse(context.created);
  return {
    started: Number.isNaN(created) ? Math.min(until, ...checkpoints) : created,
    until,
    completed: objectives.flatMap((each) => {
      const at = Date.parse(each.finished ?? "");
      return each.mark === "done" && !Number.isNaN(at) ? [at] : [];
    }),
    checkpoints,
    spans,
    minutes: metrics.minutes,
    open: openObjectives(objectives).length,
  };
}

/**
 * Returns health, pace and patterns of the history of HEAD and of this clone's open sessions. Throws the
 * failures of `insightsOf`.
 */
export async function analyzeProject(place: Place, options: ScanOptions) {
  const at = now();
  const [[all, recent], { sessions }] = await Promise.all([
    insightsOf(place, [{}, { since: recentSince(at) }] as const, options),
    listedSessions(place),
  ]);
  const live = sessions.filter((each) => each.loaded && isLive(each.state));
  const open = live.flatMap((each) => openObjectives(each.loaded?.state.objectives ?? []));
  const { codeAdded, codeRemoved, testAdded, testRemoved } = recent.numbers;
  const health = projectHealth({
    now: at,
    sessions: live.map(({ branch, touched, loaded }) => ({
      branch,
      touched,
      blockers: loaded?.state.blockers ?? [],
    })),
    days: RECENT_DAYS,
    codeLines: codeAdded + codeRemoved,
    testLines: testAdded + testRemoved,
    fixes: recent.patterns.fixes,
  });
  return {
    scope: "project" as const,
    /** Id of the newest commit of the analyzed history; null before the first commit. */
    tip: all.tip,
    shallow: all.shallow,
    health,
    patterns: patternsView(all, await recentFindings(place, all.tip, at)),
    velocity: projectVelocity(recent.numbers.days, dayAt(at), open.length),
  };
}

/** Counts rule violations in the lines that the last weeks added and HEAD still has. */
async function recentFindings(place: Place, tip: string | null, at: string) {
  if (tip === null || place.config.context.rules.length === 0) return undefined;
  const { root } = place.repository;
  const before = await lastBefore(root, tip, recentSince(at) / 1000);
  return countFindings(place, { between: [before ?? (await emptyTree(root)), tip], tip });
}

function patternsView(
  { numbers, patterns, depth }: Pick<HistoryInsight, "numbers" | "patterns" | "depth">,
  rules: readonly RuleCount[] | undefined,
): PatternsView {
  const { commits, merges, files, added, removed, authors, types, hours, hot } = numbers;
  const counted = { commits, merges, files, added, removed, authors, types, hours, depth, hot, ...patterns };
  return { ...counted, ...defined({ rules }) };
}
