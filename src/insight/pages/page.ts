/**
 * Renders a report as one HTML file that loads no other file. Its content policy allows only its own script,
 * by digest.
 */
import { createHash } from "node:crypto";
import { oneLine } from "../../render/escape-markdown.ts";
import { html, htmlFile, type Markup, raw } from "../../render/html.ts";
import { plural, thousands } from "../../text/plural.ts";
import { dayAt } from "../report/period.ts";
import type { Report } from "../report/report.ts";
import { filesSection, objectivesSection, timelineSection, velocitySection } from "./figures.ts";
import { blockersSection, commitsSection, decisionsSection, resultsSection } from "./lists.ts";
import { hours } from "./parts.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";
import { limitsOf } from "./words.ts";

/** Renders a report as one HTML file, without any other resource. */
export function reportPage(report: Report): string {
  const { repository, period } = report;
  const title = `${oneLine(repository)}: ${period.name}`;
  const policy = [
    ...["default-src 'none'", `style-src '${digest(STYLE)}'`, `script-src '${digest(SCRIPT)}'`],
    ...["base-uri 'none'", "form-action 'none'"],
  ].join("; ");
  const body = html`<a class="skip" href="#main">Skip to the report</a>
<header>
<h1>${title}</h1>
<p class="dim">${about(report)}</p>
<button type="button" id="theme" hidden>Dark theme</button>
<nav aria-label="Parts of the report"><ul>${Object.entries(SECTIONS).map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
</header>
<main id="main">
${tiles(report)}
${filter(report)}
${timelineSection(report)}
${objectivesSection(report)}
${velocitySection(report)}
${decisionsSection(report)}
${blockersSection(report)}
${filesSection(report)}
${resultsSection(report)}
${commitsSection(report)}
<p id="said" role="status"></p>
</main>
<footer>${footer(report)}</footer>
<script>${raw(SCRIPT)}</script>`;
  const meta = html`<meta name="color-scheme" content="light dark">\n`;
  return htmlFile({ title, policy, style: STYLE, meta, body });
}

const SECTIONS = {
  sessions: "Sessions",
  objectives: "Objectives",
  velocity: "Velocity",
  decisions: "Decisions",
  blockers: "Blockers",
  files: "Hot files",
  commits: "Commits",
};

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function about({ period, branch, author, tip, shallow, depth }: Report): Markup {
  const days =
    period.from === null
      ? ""
      : period.from === period.to
        ? `${period.to}. `
        : `${period.from} to ${period.to}. `;
  const whose = author === "me" ? "Only the work of one person. " : "";
  const where =
    tip === null
      ? html`No commits yet.`
      : html`Commits of ${branch === null ? html`a commit` : html`<code>${oneLine(branch)}</code>`} at <code>${tip.slice(0, 12)}</code>.`;
  return html`${days}${whose}${where}${limitsOf({ shallow, depth }).map((each) => html` ${each}`)}`;
}

function tiles({ numbers, totals, decisions, blockers, depth, sessions }: Report): Markup {
  const waiting = blockers.filter((each) => !each.resolved).length;
  const told = decisions.items.length + decisions.more;
  const lines = `+${short(numbers.added)} −${short(numbers.removed)}`;
  const all = [
    ["sessions", thousands(sessions.length), sessions.length === 1 ? "session" : "sessions"],
    ["objectives", `${totals.objectives.done} of ${totals.objectives.total}`, "objectives done"],
    ["decisions", thousands(told), told === 1 ? "decision" : "decisions"],
    ["blockers", thousands(waiting), `${waiting === 1 ? "blocker" : "blockers"} open`],
    ["commits", short(numbers.commits), numbers.commits === 1 ? "commit" : "commits"],
    ...(depth === "lines" ? [["files", lines, `lines in ${plural(numbers.files, "file")}`]] : []),
    ...(totals.minutes > 0 ? [["sessions", hours(totals.minutes), "working time"]] : []),
    ["velocity", thousands(numbers.checkpoints), numbers.checkpoints === 1 ? "checkpoint" : "checkpoints"],
  ];
  return html`<ul class="tiles">${all.map(([to, value, what]) => html`<li><a href="#${to}"><b>${value}</b> <span>${what}</span></a></li>`)}</ul>`;
}

/** Renders the filter, hidden: the script shows it, because it does not work without the script. */
function filter({ sessions, period }: Report): Markup {
  const options = sessions.map((each) => html`<option value="${each.id}">${oneLine(each.title)}</option>`);
  const days = period.from === null ? html`` : html` min="${period.from}" max="${period.to}"`;
  return html`<div class="filter" id="filter" role="search" aria-label="Filter the report" hidden>
<label>Text<input id="by-text" type="search" autocomplete="off"></label>
<label>Session<select id="by-session"><option value="">All sessions</option>${options}</select></label>
<label>From<input id="by-from" type="date"${days}></label>
<label>To<input id="by-to" type="date"${days}></label>
<button type="button" id="reset">Show all</button>
<p id="shown" role="status"></p>
</div>`;
}

function footer({ made }: Report): Markup {
  return html`<p>Made by <code>session report</code> on ${dayAt(made)}. Sessions, decisions and blockers come from this clone; commits come from the checked-out branch, dated by their authors. Days begin and end in the time zone in which the report was made; commits count on the day of their author.</p>`;
}

/** Formats a large number briefly, such as `6.6K`. */
function short(value: number): string {
  return value.toLocaleString("en", { notation: "compact" });
}
