/** Renders the parts of the page with a chart, each with its table or list. */

import { oneLine } from "../../render/escape-markdown.ts";
import { html, type Markup, raw } from "../../render/html.ts";
import { boxOf } from "../../session/files/tasklist.ts";
import { plural, thousands } from "../../text/plural.ts";
import { fileAddress } from "../report/links.ts";
import { dayAfter, dayAt, nextPeriod } from "../report/period.ts";
import type { Report, ReportSession } from "../report/report.ts";
import { MOST_DRAWN, objectivesChart, periodName, smallBar, timelineChart, velocityChart } from "./charts.ts";
import {
  behind,
  folded,
  hours,
  joined,
  MOST_SESSIONS,
  moreOf,
  NONE,
  section,
  time,
  webLink,
} from "./parts.ts";
import { restText, stateName, trendText } from "./words.ts";

/** Renders the sessions of the report, with a timeline. */
export function timelineSection(report: Report): Markup {
  const { sessions } = report;
  if (sessions.length === 0)
    return section(
      "sessions",
      "Sessions",
      html`<p>No sessions in this period. <code>session start &lt;branch&gt;</code> begins one.</p>`,
    );
  const chart = timelineChart(report);
  const left = sessions.length - MOST_DRAWN;
  return section(
    "sessions",
    "Sessions",
    chart &&
      html`<p class="dim">From start to end, or to the last activity.${left > 0 ? ` The last ${MOST_DRAWN} of ${sessions.length} are drawn.` : ""}</p>`,
    chart && key(sessions.map((each) => each.state)),
    chart,
    folded(sessions.slice(0, MOST_SESSIONS).map(sessionItem), "sessions", (some) => html`<div>${some}</div>`),
    NONE,
    moreOf(sessions.length - MOST_SESSIONS, "session"),
  );
}

function key(states: readonly string[]): Markup {
  const known = ["active", "paused", "ended", "recorded"].filter((each) =>
    states.some((one) => (one === "archived" ? "ended" : one) === each),
  );
  return html`<ul class="key">${known.map((each) => html`<li>${swatch(`bar ${each}`)}${stateName(each)}</li>`)}</ul>`;
}

function swatch(name: string): Markup {
  return html`<svg viewBox="0 0 24 16" aria-hidden="true" focusable="false"><rect class="${name}" x="2" y="2" width="20" height="12" rx="3"/></svg>`;
}

function sessionItem(session: ReportSession): Markup {
  const {
    id,
    title,
    branch,
    state,
    started,
    until,
    minutes,
    progress,
    objectives,
    tags,
    issues,
    checkpoints,
  } = session;
  const facts = joined([
    html`${stateName(state)} ${time(started)}${html` to `}${time(until)}`,
    progress.total === 0 ? undefined : `${progress.done} of ${plural(progress.total, "objective")} done`,
    minutes === null || minutes === 0 ? undefined : hours(minutes),
  ]);
  const more = joined([
    branch === null ? undefined : html`<code>${oneLine(branch)}</code>`,
    checkpoints === null || checkpoints === 0 ? undefined : plural(checkpoints, "checkpoint"),
    html`session <code>${id}</code>`,
    ...tags.map((each) => html`<span class="tag">${oneLine(each)}</span>`),
    ...issues.map((each) => webLink(each.id, each.url)),
  ]);
  const list = objectives.map(
    (each) =>
      html`<li><code aria-hidden="true">${boxOf(each.mark)}</code><span class="text">${each.text}</span> <span class="dim">(${MARKS[each.mark]})</span></li>`,
  );
  const known = list.length > 0 || progress.total > 0;
  return html`<details class="item" id="s-${id}" data-item data-s="${id}" data-a="${dayAt(started)}" data-b="${dayAt(until)}">
<summary><h3>${oneLine(title)}</h3> <span class="meta">${facts}</span></summary>
<p class="meta">${more}</p>
${list.length > 0 ? html`<ul class="checks">${list}</ul>` : known ? undefined : html`<p class="meta">No objectives.</p>`}
</details>`;
}

const MARKS = { open: "open", active: "in progress", done: "done", dropped: "dropped" } as const;

/** Renders open and completed objectives per period, with a chart. */
export function objectivesSection(report: Report): Markup {
  const { objectives, period, velocity } = report;
  const last = objectives.at(-1);
  const chart = objectivesChart(report);
  const words =
    last === undefined || last.open + last.done === 0
      ? html`<p>No objective of these sessions has a date.</p>`
      : html`<p>${plural(last.done, "objective")} of these sessions ${last.done === 1 ? "is" : "are"} done by now, ${String(last.open)} open. ${restText(velocity.rest)}</p>`;
  const rows = objectives.map(
    (each) =>
      html`<tr><th scope="row">${periodName(each.from, period.by)}</th><td class="num">${String(each.done)}</td><td class="num">${String(each.open)}</td></tr>`,
  );
  return section(
    "objectives",
    "Objectives over time",
    words,
    chart && html`<ul class="key"><li>${swatch("open")}open</li><li>${swatch("done")}done</li></ul>`,
    chart,
    chart &&
      table("Objectives, as a table", `At the end of each ${period.by}`, [period.by, "Done", "Open"], rows),
  );
}

/** Renders commits, checkpoints, objectives, decisions and lines per period, with a chart. */
export function velocitySection(report: Report): Markup {
  const { periods, period, velocity, depth } = report;
  const some = periods.filter((each) => each.commits > 0);
  if (some.length === 0) return section("velocity", "Velocity", html`<p>No commits in this period.</p>`);
  const rows = some.map((each) => {
    const numbers = [each.commits, each.checkpoints, each.objectives, each.decisions];
    return html`<tr id="p-${each.from}" data-item data-a="${each.from}" data-b="${dayAfter(nextPeriod(each.from, period.by), -1)}"><th scope="row">${periodName(each.from, period.by)}</th>${numbers.map((one, at) => html`<td class="num">${at === 0 ? behind(report, each.last, thousands(one)) : thousands(one)}</td>`)}${depth === "lines" ? html`<td class="num">+${thousands(each.added)} −${thousands(each.removed)}</td>` : undefined}</tr>`;
  });
  const chart = velocityChart(report);
  const heads = [
    ...[period.by, "Commits", "Checkpoints", "Objectives done", "Decisions"],
    ...(depth === "lines" ? ["Lines"] : []),
  ];
  return section(
    "velocity",
    "Velocity",
    html`<p>${trendText(velocity.trend)}</p>`,
    chart,
    table("Velocity, as a table", "Each number of commits links to the last commit.", heads, rows),
    NONE,
  );
}

/** Renders the full table behind a chart, folded, for readers who cannot see the chart. */
function table(name: string, caption: string, heads: readonly string[], rows: readonly Markup[]): Markup {
  return html`<details><summary>${name}</summary><div class="scroll" tabindex="0" role="region" aria-label="${name}"><table><caption>${caption}</caption><thead><tr>${heads.map((each, at) => html`<th scope="col"${raw(at === 0 ? "" : ' class="num"')}>${at === 0 ? each.charAt(0).toUpperCase() + each.slice(1) : each}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></details>`;
}

/** Renders a table of the files with the most commits. */
export function filesSection({ hot, forge, tip }: Report): Markup {
  if (hot.length === 0)
    return section("files", "Hot files", html`<p>No changed files, or this clone lacks the history.</p>`);
  const most = Math.max(...hot.map((each) => each.commits));
  const rows = hot.map((each) => {
    const address = each.gone ? undefined : fileAddress(forge ?? undefined, tip, each.path);
    const name = html`<code>${oneLine(each.path)}</code>`;
    return html`<tr data-item><th scope="row" class="path">${address === undefined ? name : html`<a href="${address}" rel="noreferrer">${name}</a>`}${each.gone ? html` <span class="dim">(gone)</span>` : undefined}</th><td class="num">${thousands(each.commits)}</td><td>${smallBar(each.commits, most)}</td><td class="num">${thousands(each.lines)}</td></tr>`;
  });
  return section(
    "files",
    "Hot files",
    html`<p class="dim">The files that most commits changed.</p>`,
    html`<div class="scroll" tabindex="0" role="region" aria-label="Files by commits"><table><thead><tr><th scope="col">File</th><th scope="col" class="num">Commits</th><td></td><th scope="col" class="num">Changed lines</th></tr></thead><tbody>${rows}</tbody></table></div>`,
    NONE,
  );
}
