/** Renders the parts of the page that are lists. */

import { oneLine } from "../../render/escape-markdown.ts";
import { html, type Markup } from "../../render/html.ts";
import { plural } from "../../text/plural.ts";
import { dayAt } from "../report/period.ts";
import type { Report, ReportBlocker, ReportCommit, ReportDecision } from "../report/report.ts";
import { blockersChart } from "./charts.ts";
import { commitRef, folded, joined, moreOf, NONE, section, sessionRef, time, webLink } from "./parts.ts";
import { endText } from "./words.ts";

/** Renders the decisions of the report. */
export function decisionsSection(report: Report): Markup {
  return listSection("decision", report.decisions, (each) => decisionItem(report, each));
}

/** Renders the commits of the report. */
export function commitsSection(report: Report): Markup {
  return listSection("commit", report.commits, (each) => commitItem(report, each));
}

function listSection<T>(
  what: "decision" | "commit",
  { items, more }: { readonly items: readonly T[]; readonly more: number },
  draw: (item: T) => Markup,
): Markup {
  const [id, title] = [`${what}s`, what === "commit" ? "Commits" : "Decisions"];
  if (items.length === 0) return section(id, title, html`<p>No ${what}s in this period.</p>`);
  return section(id, title, folded(items.map(draw), id), NONE, moreOf(more, what));
}

function decisionItem(report: Report, decision: ReportDecision): Markup {
  const { id, session, text, rationale, alternatives, supersedes, at, commit, reverted } = decision;
  const more = [
    ...(rationale === null ? [] : [html`<li class="text">Why: ${rationale}</li>`]),
    ...alternatives.map((each) => html`<li class="text">Rejected: ${each}</li>`),
    ...(supersedes === null ? [] : [html`<li>Replaces ${oneLine(supersedes)}</li>`]),
  ];
  const facts = [
    oneLine(id),
    time(at),
    sessionRef(report, session),
    commit === null ? "in no commit yet" : commitRef(report, commit),
    reverted === null ? undefined : html`reverted by ${commitRef(report, reverted)}`,
    endText(decision),
  ];
  return html`<li data-item${of(session)}${on(at)}><div class="text">${text}</div><div class="meta">${joined(facts)}</div>${more.length === 0 ? undefined : html`<ul>${more}</ul>`}</li>`;
}

/** Renders the blockers of the report, with a chart of the days that each was open. */
export function blockersSection(report: Report): Markup {
  const { blockers } = report;
  if (blockers.length === 0) return section("blockers", "Blockers by age", html`<p>No blockers.</p>`);
  const chart = blockersChart(blockers);
  const items = blockers.map((each) => blockerItem(report, each));
  const open = blockers.filter((each) => !each.resolved).length;
  return section(
    "blockers",
    "Blockers by age",
    html`<p>${open === 0 ? "No open blockers" : `${plural(open, "blocker")} open`}${blockers.length === open ? "" : `, ${plural(blockers.length - open, "blocker")} resolved in this period${chart ? " (gray)" : ""}`}.</p>`,
    chart,
    folded(items, "blockers"),
    NONE,
  );
}

function blockerItem(report: Report, blocker: ReportBlocker): Markup {
  const { id, session, text, link, resolved, note, added, finished, days } = blocker;
  const length = days === null ? undefined : days < 1 ? "less than a day" : plural(Math.floor(days), "day");
  const state =
    length === undefined
      ? resolved
        ? "resolved"
        : "open"
      : `${resolved ? "resolved after" : "open for"} ${length}`;
  const facts = [id, state, time(resolved ? finished : added), sessionRef(report, session)];
  return html`<li id="b-${session}-${id}" data-item${of(session)}${on(added, resolved ? finished : report.made)}><div class="text">${text}${link === null ? undefined : html` (${webLink(link, report.sessions.find((each) => each.id === session)?.issues.find((each) => each.id === link)?.url ?? link)})`}</div><div class="meta">${joined(facts)}</div>${note === null ? undefined : html`<div class="text dim">${note}</div>`}</li>`;
}

function commitItem(report: Report, { commit, subject, at, session }: ReportCommit): Markup {
  const facts = [sessionRef(report, session), time(at), commitRef(report, commit)];
  return html`<li class="row" id="c-${commit}" data-item${of(session)}${on(at)}><span>${oneLine(subject) || "(no subject)"}</span> <span class="meta">${joined(facts)}</span></li>`;
}

/** Renders the last results of tests, coverage and build; undefined without results. */
export function resultsSection({ results: { tests, coverage, build, problem } }: Report): Markup | undefined {
  const from = (each: { from: string; when: string; stale?: string }) =>
    html`<span class="dim"> (<code>${oneLine(each.from)}</code>, ${time(each.when)}${each.stale === undefined ? "" : `, ${each.stale}`})</span>`;
  const items = [
    ...(tests
      ? [
          html`<li>Tests: ${String(tests.passed)} passed, ${String(tests.failed)} failed, ${String(tests.skipped)} skipped${from(tests)}</li>`,
        ]
      : []),
    ...(coverage ? [html`<li>Coverage: ${coverage.percent}${from(coverage)}</li>`] : []),
    ...(build
      ? [
          html`<li>Build: ${build.url === undefined ? oneLine(build.status) : webLink(build.status, build.url)}${build.name === undefined ? "" : `, ${oneLine(build.name)}`}${build.failing.map((each) => html`, ${oneLine(each)}`)}<span class="dim"> (<code>${build.source}</code>${build.stale === undefined ? "" : `, ${build.stale}`})</span></li>`,
        ]
      : []),
    ...(problem === undefined ? [] : [html`<li>${oneLine(problem)}</li>`]),
  ];
  return items.length === 0
    ? undefined
    : section("results", "Tests, coverage, build", html`<ul>${items}</ul>`);
}

function of(session: string | null): Markup | undefined {
  return session === null ? undefined : html` data-s="${session}"`;
}

function on(from: string | null, to: string | null = from): Markup | undefined {
  return from === null ? undefined : html` data-a="${dayAt(from)}" data-b="${dayAt(to ?? from)}"`;
}
