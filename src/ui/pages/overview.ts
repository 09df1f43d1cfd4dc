/** Renders the overview: new events, sessions, worktrees and agents. */

import os from "node:os";
import { joined } from "../../insight/pages/parts.ts";
import { html, type Markup } from "../../render/html.ts";
import { holdingText } from "../../session/holder.ts";
import { now } from "../../surroundings.ts";
import { oneLine } from "../../text/foreign-text.ts";
import { plural, thousands } from "../../text/plural.ts";
import type { SessionRow } from "../../views/shapes/listing.ts";
import type { WorktreesView, WorktreeView } from "../../views/shapes/worktrees.ts";
import type { AgentRun, OpenSession, Sessions } from "../overview.ts";
import {
  action,
  badge,
  type Day,
  logLines,
  RUN_KINDS,
  SYMBOLS,
  section,
  sessionLink,
  sign,
  time,
} from "./elements.ts";

/** Maximum ended sessions to list; the page of all sessions has the rest. */
const MAX_ENDED = 6;

/** Maximum indentation of a child session; deeper children have the same. */
const MAX_INDENT = 3;

/** Renders the events since the last visit. Hidden if there are none. */
export function newsPart({ news, moreNews, since }: Sessions, day: Day): Markup {
  if (since === null || news.length === 0) return section("news", "New", "");
  const lines = news.map(
    (each) =>
      html`<li>${sessionLink({ id: each.session, title: each.title })} <span class="kind">${each.type.replace(/[.:]/g, " ")}</span> ${oneLine(each.words)} <span class="when">${time(each.at, day)}</span></li>`,
  );
  const more = moreNews === 0 ? undefined : html`<p class="dim">… ${thousands(moreNews)} more</p>`;
  const [first, rest] = [lines.slice(0, 6), lines.slice(6)];
  return section(
    "news",
    "New since you last looked",
    time(since, day),
    html`<ul class="news">${first}</ul>`,
    ...(rest.length === 0
      ? []
      : [
          html`<details id="news-rest"><summary>${thousands(rest.length)} more</summary><ul class="news">${rest}</ul>${more}</details>`,
        ]),
    action("seen", {}, html`<button>Mark all as seen</button>`),
  );
}

/** Renders the open sessions as cards, and the newest ended sessions as a folded list. */
export function sessionsPart({ open, past }: Sessions, day: Day): Markup {
  const counts = (["active", "background", "paused", "not resumed"] as const).flatMap((state) => {
    const count = open.filter((each) => each.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  const cards =
    open.length === 0
      ? html`<p class="dim">No session is open. <code>session start &lt;branch&gt;</code> begins one.</p>`
      : html`<ul class="cards">${open.map((each) => card(each, day))}</ul>`;
  return section("sessions", "Sessions", counts.join(", "), cards, ...ended(past, day));
}

function card(row: OpenSession, day: Day): Markup {
  const { objectives, current, blocked, touched, branch, remote, gone, depth, childOf } = row;
  const facts = [
    html`<code>${oneLine(branch)}</code>`,
    ...(childOf === null
      ? []
      : [html`child of ${sessionLink(childOf)}${depth === 0 ? `, ${childOf.state}` : ""}`]),
    ...(gone ? [html`branch gone`] : []),
    ...(remote === undefined ? [] : [html`from ${oneLine(remote)}`]),
    objectives.total === 0 ? html`no objectives` : doneBar(objectives),
    time(touched, day),
  ];
  const waits = blocked.map(({ text, link }) => {
    const where = link === undefined ? "" : ` (${link})`;
    return html`<p class="line blocked">${sign(["■", "blocked"])}${oneLine(`${text}${where}`)}</p>`;
  });
  return html`<li id="s-${row.id}" class="${depth === 0 ? "card" : `card below-${Math.min(depth, MAX_INDENT)}`}">
<div class="row"><h3>${sessionLink(row)}</h3>${badge(row.state)}</div>
<p class="meta">${joined(facts)}</p>
${current === null ? undefined : html`<p class="line">${sign(SYMBOLS[current.mark])}${oneLine(current.text)}</p>`}
${waits}
</li>`;
}

function doneBar({ done, total }: SessionRow["objectives"]): Markup {
  return html`<span class="nowrap"><progress max="${String(total)}" value="${String(done)}" aria-hidden="true"></progress> ${String(done)} of ${String(total)} done</span>`;
}

function ended(past: readonly SessionRow[], day: Day): Markup[] {
  if (past.length === 0) return [];
  const rows = past.slice(0, MAX_ENDED).map((row) => sessionItem(row, day));
  return [
    html`<details id="past"><summary>${plural(past.length, "session")} ended</summary><ul class="list">${rows}</ul>
<p><a href="sessions">All sessions</a></p></details>`,
  ];
}

/** Renders a session as one list item. */
export function sessionItem(row: SessionRow, day: Day): Markup {
  const done = row.objectives.total === 0 ? [] : [`${row.objectives.done} of ${row.objectives.total} done`];
  const facts = [
    badge(row.state),
    html`<code>${oneLine(row.branch)}</code>`,
    ...done,
    time(row.touched, day),
  ];
  return html`<li id="s-${row.id}" class="row"><span>${sessionLink(row)}</span> <span class="meta">${joined(facts)}</span></li>`;
}

/** Renders the worktrees with their changes, sessions and agents. */
export function worktreesPart({ worktrees }: WorktreesView, day: Day): Markup {
  const dirty = worktrees.filter((each) => each.dirty > 0).length;
  return section(
    "worktrees",
    "Worktrees",
    dirty === 0 ? "nothing uncommitted" : `${dirty} of ${worktrees.length} with uncommitted files`,
    html`<ul class="list">${worktrees.map((each) => worktreeItem(each, day))}</ul>`,
  );
}

function worktreeItem(worktree: WorktreeView, day: Day): Markup {
  const { path, branch, commit, session, dirty, missing, problem, operation, holder, agent } = worktree;
  const name = path.split(/[/]/).at(-1) ?? path;
  const changes =
    missing || problem !== undefined ? undefined : dirty === 0 ? "clean" : plural(dirty, "changed file");
  const standing = [
    branch === undefined
      ? html`detached at <code>${commit ?? "nothing"}</code>`
      : html`<code>${oneLine(branch)}</code>`,
    ...(session === undefined
      ? [html`no session`]
      : [session.id === "" ? html`${oneLine(session.title)}` : sessionLink(session)]),
    ...(session?.progress === undefined ? [] : [html`${session.progress}`]),
  ];
  const work = [
    ...(agent === undefined
      ? []
      : [
          html`<a href="agent?run=${agent.run}">${oneLine(agent.agent)}</a> ${agent.state}, began ${time(agent.began, day)}`,
        ]),
    ...(holder?.live && agent === undefined
      ? [
          html`${oneLine(holdingText({ ...holder, last: now() }, { host: os.hostname(), now: now(), worktree: path }).replace(/, [^,]*$/, ""))}`,
        ]
      : []),
  ];
  const wrong = [
    ...(missing ? ["The folder is missing: git worktree prune"] : []),
    ...(problem === undefined ? [] : [problem]),
    ...(operation === undefined ? [] : [`${operation.name} in progress: ${operation.finish}`]),
  ];
  return html`<li id="w-${path}" class="worktree"><div class="row"><h3 title="${path}">${oneLine(name)}</h3>${changes === undefined ? undefined : badge(changes, dirty === 0 ? "clean" : "dirty")}</div>
<p class="meta">${joined(standing)}</p>${work.map((each) => html`<p class="meta">${each}</p>`)}${wrong.map((each) => html`<p class="line blocked">${oneLine(each)}</p>`)}</li>`;
}

/** Renders the agent runs. Hidden if there are none. */
export function agentsPart(runs: readonly AgentRun[], day: Day): Markup {
  if (runs.length === 0) return section("agents", "Agents", "");
  const live = runs.filter((each) => each.state === "running" || each.state === "waiting").length;
  return section(
    "agents",
    "Agents",
    `${live} at work`,
    html`<ul class="list">${runs.map((each) => agentItem(each, day))}</ul>`,
  );
}

/**
 * Renders an agent run with the end of its log. `whole`: true on the run's own page, which needs no link to
 * itself.
 */
export function agentItem(run: AgentRun, day: Day, whole = false): Markup {
  const { id, agent, state, session, began, ended: over, prompt, lines, error } = run;
  const facts = [
    sessionLink(session),
    time(over ?? began, day),
    ...(whole ? [] : [html`<a href="agent?run=${id}">log</a>`]),
  ];
  return html`<li id="r-${id}"><div class="row"><h3>${oneLine(agent)}</h3>${badge(state, RUN_KINDS[state])}</div>
<p class="meta">${joined(facts)}</p>${prompt === null ? undefined : html`<p class="line">${oneLine(prompt)}</p>`}${error === null ? undefined : html`<p class="line blocked">${oneLine(error)}</p>`}${lines.length === 0 && !whole ? undefined : logLines(`What ${oneLine(agent)} wrote last`, lines)}</li>`;
}
