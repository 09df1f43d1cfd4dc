/**
 * Renders a report as Markdown with Mermaid charts, which GitHub and GitLab draw, and with tables for other
 * readers.
 */

import { codeSpan, inline } from "../../render/escape-markdown.ts";
import { boxOf } from "../../session/files/tasklist.ts";
import { headline } from "../../session/session.ts";
import { neutralizeMarkdown } from "../../text/neutralize.ts";
import { plural, thousands } from "../../text/plural.ts";
import { formatMinutes } from "../../text/time/duration.ts";
import { commitAddress, fileAddress } from "../report/links.ts";
import { dayAt } from "../report/period.ts";
import type { Report, ReportDecision } from "../report/report.ts";
import { bars, gantt, pie } from "./mermaid.ts";
import { endText, limitsOf, restText, stateName, trendText } from "./words.ts";

/** Maximum items in each list; the report counts the others. */
const MOST = {
  sessions: 50,
  decisions: 50,
  blockers: 50,
  commits: 30,
  objectives: 20,
  files: 10,
  periods: 60,
};

/** Renders a report as Markdown. */
export function reportMarkdown(report: Report): string {
  const sections = [
    headOf(report),
    numbersOf(report),
    sessionsOf(report),
    objectivesOf(report),
    velocityOf(report),
    decisionsOf(report),
    blockersOf(report),
    filesOf(report),
    resultsOf(report),
    commitsOf(report),
  ];
  return `${neutralizeMarkdown(
    sections
      .filter((each) => each.length > 0)
      .map((each) => each.join("\n\n"))
      .join("\n\n"),
  )}\n`;
}

function headOf({ repository, period, author, branch, tip, shallow, depth, made }: Report): string[] {
  const days = period.from === null ? "" : `${period.from} to ${period.to}. `;
  const whose = author === "me" ? "Only the work of one person. " : "";
  const where =
    tip === null
      ? "No commits yet."
      : `Commits of ${branch === null ? "" : `${codeSpan(branch)} at `}${codeSpan(tip.slice(0, 12))}.`;
  return [
    `# ${inline(repository)}: ${period.name}`,
    `${days}${whose}${where} Made on ${dayAt(made)}.`,
    ...limitsOf({ shallow, depth }),
  ];
}

function numbersOf({ numbers, totals, blockers, decisions, depth }: Report): string[] {
  const waiting = blockers.filter((each) => !each.resolved).length;
  const merges = numbers.merges > 0 ? `, ${thousands(numbers.merges)} of them merges` : "";
  const lines = `+${thousands(numbers.added)} -${thousands(numbers.removed)} in ${plural(numbers.files, "file")}`;
  const rows = [
    ["Commits", `${thousands(numbers.commits)}${merges}`],
    ...(depth === "lines" ? [["Lines", lines]] : []),
    ["Sessions", thousands(totals.sessions)],
    ["Objectives done", `${totals.objectives.done} of ${totals.objectives.total}`],
    ["Decisions", thousands(decisions.items.length + decisions.more)],
    ["Checkpoints", thousands(numbers.checkpoints)],
    ["Blockers open", thousands(waiting)],
    ["Working time of the sessions", formatMinutes(totals.minutes)],
  ];
  return [table(["", ""], rows)];
}

function sessionsOf({ sessions }: Report): string[] {
  if (sessions.length === 0) return ["## Sessions", "No sessions in this period."];
  const chart = gantt(sessions);
  const rows = sessions
    .slice(0, MOST.sessions)
    .map((each) => [
      cell(inline(each.title)),
      each.branch === null ? "" : cell(codeSpan(each.branch)),
      stateName(each.state),
      dayAt(each.started),
      dayAt(each.until),
      `${each.progress.done} of ${each.progress.total}`,
      each.minutes === null ? "" : formatMinutes(each.minutes),
      cell(each.issues.map((issue) => linked(issue.id, issue.url)).join(", ")),
    ]);
  return [
    "## Sessions",
    ...(chart === undefined ? [] : [chart]),
    table(
      ["Session", "Branch", "State", "Start", "End or last change", "Objectives done", "Time", "Issues"],
      rows,
    ),
    ...moreOf(sessions.length - MOST.sessions, "session"),
  ];
}

function objectivesOf({ sessions }: Report): string[] {
  const parts = sessions.slice(0, MOST.sessions).flatMap(({ title, objectives }) => {
    if (objectives.length === 0) return [];
    const items = objectives
      .slice(0, MOST.objectives)
      .map((each) => `- \`${boxOf(each.mark)}\` ${inline(headline(each.text))}`);
    const more = objectives.length - MOST.objectives;
    return [`**${inline(title)}**`, [...items, ...(more > 0 ? [`- … ${more} more`] : [])].join("\n")];
  });
  return parts.length === 0 ? ["## Objectives", "No objectives were recorded."] : ["## Objectives", ...parts];
}

function velocityOf({ periods, period, numbers, velocity }: Report): string[] {
  const some = periods.filter((each) => each.commits > 0);
  // Ends the chart at the newest commits: a history may have ended years ago.
  const until = periods.slice(0, periods.findLastIndex((each) => each.commits > 0) + 1);
  const drawn = until.slice(-MOST.periods);
  const chart = bars(drawn, period.by);
  const since = drawn.length < until.length ? ` since ${drawn[0]?.from}` : "";
  const rows = some
    .slice(-MOST.periods)
    .map((each) => [
      each.from,
      ...[each.commits, each.checkpoints, each.objectives, each.decisions].map(thousands),
      `+${thousands(each.added)} -${thousands(each.removed)}`,
    ]);
  const types = pie(numbers.types);
  return [
    "## Velocity",
    ...(chart === undefined ? [] : [`Commits a ${period.by}${since}:`, chart]),
    rows.length === 0
      ? "No commits in this period."
      : table(
          [
            period.by === "day" ? "Day" : `First day of the ${period.by}`,
            "Commits",
            "Checkpoints",
            "Objectives done",
            "Decisions",
            "Lines",
          ],
          rows,
        ),
    ...moreOf(some.length - MOST.periods, period.by, "earlier"),
    ...(types === undefined ? [] : ["Commits by type:", types]),
    `${trendText(velocity.trend)} ${restText(velocity.rest)}`,
  ];
}

function decisionsOf(report: Report): string[] {
  const { items, more } = report.decisions;
  if (items.length === 0) return ["## Decisions", "No decisions in this period."];
  const shown = items.slice(0, MOST.decisions).map((each) => decisionItem(report, each));
  return ["## Decisions", shown.join("\n"), ...moreOf(items.length - MOST.decisions + more, "decision")];
}

function decisionItem(report: Report, decision: ReportDecision): string {
  const { forge, sessions } = report;
  const { id, text, rationale, alternatives, supersedes, commit, at, session } = decision;
  const from = sessions.find((each) => each.id === session)?.title;
  const where = [
    ...(at === null ? [] : [dayAt(at)]),
    ...(from === undefined ? [] : [inline(from)]),
    commit === null ? "in no commit yet" : commitLink(forge, commit),
  ];
  return [
    `- **${id}** ${inline(text)} (${where.join(", ")})${standingOf(report, decision)}`,
    ...(rationale === null ? [] : [`  - Why: ${inline(rationale)}`]),
    ...alternatives.map((each) => `  - Rejected: ${inline(each)}`),
    ...(supersedes === null ? [] : [`  - Replaces ${inline(supersedes)}`]),
  ].join("\n");
}

/** Returns what ended a decision, after a comma; empty for a binding decision. */
function standingOf({ forge }: Report, { reverted, ...decision }: ReportDecision): string {
  const end = endText(decision);
  const all = [
    ...(reverted === null ? [] : [`reverted by ${commitLink(forge, reverted)}`]),
    ...(end === undefined ? [] : [inline(end)]),
  ];
  return all.map((each) => `, ${each}`).join("");
}

function blockersOf({ blockers, sessions }: Report): string[] {
  if (blockers.length === 0) return ["## Blockers", "No blockers."];
  const rows = blockers
    .slice(0, MOST.blockers)
    .map((each) => [
      each.resolved ? "resolved" : "open",
      each.days === null ? "" : String(each.days),
      cell(
        `${each.id}: ${inline(headline(each.text))}${each.link === null ? "" : ` (${inline(each.link)})`}`,
      ),
      cell(inline(sessions.find((one) => one.id === each.session)?.title ?? each.session)),
    ]);
  return [
    "## Blockers",
    table(["State", "Days", "Blocker", "Session"], rows),
    ...moreOf(blockers.length - MOST.blockers, "blocker"),
  ];
}

function filesOf({ hot, forge, tip }: Report): string[] {
  if (hot.length === 0) return ["## Hot files", "No changed files, or this clone lacks the history."];
  const rows = hot
    .slice(0, MOST.files)
    .map((each) => [
      cell(
        `${linkedCode(each.path, each.gone ? undefined : fileAddress(forge ?? undefined, tip, each.path))}${each.gone ? " (gone)" : ""}`,
      ),
      thousands(each.commits),
      thousands(each.lines),
    ]);
  return ["## Hot files", table(["File", "Commits", "Changed lines"], rows)];
}

function resultsOf({ results: { tests, coverage, build, problem } }: Report): string[] {
  const about = (from: { from: string; when: string; stale?: string }) =>
    `${codeSpan(from.from)}, ${dayAt(from.when)}${from.stale === undefined ? "" : `, ${from.stale}`}`;
  const items = [
    ...(tests
      ? [`Tests: ${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped (${about(tests)})`]
      : []),
    ...(coverage ? [`Coverage: ${coverage.percent} (${about(coverage)})`] : []),
    ...(build
      ? [
          `Build: ${inline(build.status)}${build.name === undefined ? "" : `, ${inline(build.name)}`}${build.stale === undefined ? "" : `, ${build.stale}`} (${codeSpan(build.source)})`,
        ]
      : []),
    ...(problem === undefined ? [] : [inline(problem)]),
  ];
  return items.length === 0 ? [] : ["## Tests, coverage, build", items.map((each) => `- ${each}`).join("\n")];
}

function commitsOf({ commits: { items, more }, forge }: Report): string[] {
  if (items.length === 0) return [];
  const lines = items
    .slice(0, MOST.commits)
    .map(
      (each) =>
        `- ${commitLink(forge, each.commit)} ${inline(each.subject)}${each.at === null ? "" : ` (${dayAt(each.at)})`}`,
    );
  return ["## Commits", lines.join("\n"), ...moreOf(items.length - MOST.commits + more, "commit")];
}

function commitLink(forge: Report["forge"], oid: string): string {
  return linkedCode(oid.slice(0, 8), commitAddress(forge ?? undefined, oid));
}

function linkedCode(text: string, address: string | undefined): string {
  const span = codeSpan(text);
  // A bracket in a code span does not end a link's text, but a line of several spans may.
  return address === undefined || /[[\]]/.test(text) ? span : `[${span}](<${address}>)`;
}

function linked(text: string, address: string | undefined): string {
  return address === undefined || /[<>\s]/.test(address) ? inline(text) : `[${inline(text)}](<${address}>)`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Escapes `|`, which would end a table cell, even in code. */
function cell(text: string): string {
  return text.replace(/(?<!\\)\|/g, "\\|");
}

function moreOf(count: number, what: string, which = "more"): string[] {
  return count > 0 ? [`… ${thousands(count)} ${which} ${count === 1 ? what : `${what}s`}`] : [];
}
