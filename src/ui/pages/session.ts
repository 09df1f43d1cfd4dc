/** Renders the parts of a session's page, with forms for its actions if the session is open. */

import { joined, webLink } from "../../insight/pages/parts.ts";
import { html, type Markup } from "../../render/html.ts";
import type { Blocker, Objective } from "../../session/session.ts";
import { oneLine } from "../../text/foreign-text.ts";
import { splitHints } from "../../text/hint.ts";
import { plural, thousands } from "../../text/plural.ts";
import { formatMinutes } from "../../text/time/duration.ts";
import { shortId } from "../../text/time/format-time.ts";
import type { SessionPage } from "../../views/shapes/page.ts";
import type { LogEntry } from "../../views/shapes/timeline.ts";
import type { ChildView } from "../../views/shapes/view-parts.ts";
import type { SessionDetail } from "../session-detail.ts";
import { action, badge, type Day, SYMBOLS, section, sessionLink, sign, time } from "./elements.ts";
import { agentItem } from "./overview.ts";

/** Maximum files to list. */
const MAX_FILES = 30;

/** Renders title, state, branch, times, related sessions, summary, next step and warnings. */
export function headPart(detail: SessionDetail, day: Day): Markup {
  const { page, worktree, status, warnings } = detail;
  const { session, metrics } = page;
  const facts = [
    html`<code>${oneLine(session.branch)}</code>`,
    html`<code>${session.id}</code>`,
    html`began ${time(session.created, day)}`,
    ...(session.ended === null ? [] : [html`ended ${time(session.ended, day)}`]),
    ...(session.author === null ? [] : [html`${oneLine(session.author)}`]),
    ...(session.base.branch === undefined ? [] : [html`from <code>${oneLine(session.base.branch)}</code>`]),
    ...(session.gone ? [html`branch gone`] : []),
  ];
  const numbers = [
    `${formatMinutes(metrics.minutes)} of work`,
    plural(metrics.checkpoints, "checkpoint"),
    ...(status?.session.drift === undefined ? [] : [oneLine(status.session.drift)]),
    ...session.tags.map((each) => `#${oneLine(each)}`),
  ];
  const where = worktree === undefined ? "No worktree has its branch checked out." : worktree;
  const warned = warnings.map((each) => {
    const { sentence, commands } = splitHints(each);
    const helps = commands.map((command) => html` <code>${oneLine(command)}</code>`);
    return html`<p class="line blocked">${oneLine(sentence)}${helps}</p>`;
  });
  const next = status?.next[0];
  return html`<div id="head"><div class="row title"><h2>${oneLine(session.title)}</h2>${badge(session.state)}</div>
<p class="meta">${joined(facts)}</p><p class="meta">${joined(numbers)}</p><p class="meta">${where}</p>
${stackLines(detail)}
${session.summary === null ? undefined : html`<p class="text">${session.summary}</p>`}${next === undefined ? undefined : html`<p><strong>Next:</strong> ${oneLine(next.what)}${next.command === undefined ? undefined : html` <code>${next.command}</code>`}</p>`}${warned}</div>`;
}

/**
 * Renders the parent and the children of a session; after a merge, with the command that rebases each child.
 */
function stackLines({ page: { session }, parent, children, toRebase }: SessionDetail): Markup[] {
  const commands = new Map(toRebase.map((each) => [each.id, each.command]));
  const line = (word: string, { id, branch, title = branch, state, progress }: ChildView) => {
    const facts = [state, progress].map((each) => (each === undefined ? "" : `, ${each}`)).join("");
    const command = commands.get(id);
    return html`<p class="line">${word} ${sessionLink({ id, title })} <code>${oneLine(branch)}</code>${facts}${command === undefined ? undefined : html`: <code>${command}</code>`}</p>`;
  };
  const named = new Set(children.map((each) => each.id));
  const others = toRebase.filter((each) => !named.has(each.id));
  return [
    ...(parent === undefined && session.parent !== null
      ? [html`<p class="line">Child of <a href="session?id=${session.parent}">${session.parent}</a></p>`]
      : []),
    ...(parent === undefined ? [] : [line("Child of", parent)]),
    ...[...children, ...others].map((each) => line("Parent of", each)),
  ];
}

/** Renders the objectives, with buttons that mark them. */
export function objectivesPart({ page, isOpen }: SessionDetail): Markup {
  const { objectives, session } = page;
  const { done, total } = page.metrics.objectives;
  const add = action(
    "objective",
    { session: session.id },
    html`<label for="new-objective">New objective</label><input id="new-objective" name="text" required maxlength="2000" autocomplete="off"><button>Add</button>`,
    "act add",
  );
  if (objectives.length === 0 && !isOpen) return section("objectives", "Objectives", "");
  return section(
    "objectives",
    "Objectives",
    total === 0 ? "" : `${done} of ${total} done`,
    html`<ul class="list">${objectives.map((each) => objectiveItem(each, session.id, isOpen))}</ul>`,
    ...(isOpen ? [add] : []),
  );
}

/** Button labels by mark. */
const CHANGES = { open: "Reopen", active: "Start", done: "Done", dropped: "Drop" } as const;
/** Marks to which an objective can change next, by its current mark. */
const NEXT = {
  open: ["active", "done", "dropped"],
  active: ["done", "open", "dropped"],
  done: ["open"],
  dropped: ["open"],
} as const;

function objectiveItem({ id, mark, text }: Objective, session: string, isOpen: boolean): Markup {
  const buttons = NEXT[mark].map(
    (each) =>
      html`<button name="mark" value="${each}" aria-label="${CHANGES[each]}: ${id}">${CHANGES[each]}</button>`,
  );
  return html`<li id="${id}" class="row item ${mark}"><span class="text">${sign(SYMBOLS[mark])}<span class="dim">${id}</span> ${text}</span>${isOpen ? action("mark", { session, id }, html`${buttons}`, "act buttons") : undefined}</li>`;
}

/** Renders the blockers, with forms that add and resolve them. */
export function blockersPart({ page, isOpen }: SessionDetail, day: Day): Markup {
  const { blockers, session } = page;
  if (blockers.length === 0 && !isOpen) return section("blockers", "Blockers", "");
  const open = blockers.filter((each) => !each.resolved).length;
  const add = action(
    "blocker",
    { session: session.id },
    html`<label for="new-blocker">New blocker</label><input id="new-blocker" name="text" required maxlength="2000" autocomplete="off"><label for="new-link">Issue or address</label><input id="new-link" name="link" maxlength="500" autocomplete="off" class="short"><button>Add</button>`,
    "act add",
  );
  return section(
    "blockers",
    "Blockers",
    open === 0 ? "none open" : `${open} open`,
    html`<ul class="list">${blockers.map((each) => blockerItem(each, session.id, isOpen, day))}</ul>`,
    ...(isOpen ? [add] : []),
  );
}

function blockerItem(blocker: Blocker, session: string, isOpen: boolean, day: Day): Markup {
  const { id, text, link, note, resolved, added } = blocker;
  const resolve = action(
    "resolve",
    { session, id },
    html`<label for="how-${id}" class="sr">How ${id} was resolved</label><input id="how-${id}" name="note" placeholder="how (optional)" maxlength="2000" autocomplete="off" class="short"><button aria-label="Resolve ${id}">Resolve</button>`,
    "act buttons",
  );
  return html`<li id="${id}" class="row item${resolved ? " done" : " blocked"}"><span class="text">${sign(resolved ? ["✓", "resolved"] : ["■", "open"])}<span class="dim">${id}</span> ${text}${link === undefined ? undefined : html` (${webLink(link, link)})`}${added === undefined ? undefined : html` <span class="when">${time(added, day)}</span>`}${note === undefined ? undefined : html`<span class="dim"> ${note}</span>`}</span>${isOpen && !resolved ? resolve : undefined}</li>`;
}

/** Renders the decisions with rationale and rejected alternatives. */
export function decisionsPart({ page: { decisions } }: SessionDetail): Markup {
  const items = decisions.map(({ id, text, rationale, alternatives, commit, reverted }) => {
    const where = commit === null ? badge("pending", "paused") : html`<code>${shortId(commit)}</code>`;
    const more = [
      ...(rationale === undefined ? [] : [html`<li class="text">Why: ${rationale}</li>`]),
      ...alternatives.map((each) => html`<li class="text">Rejected: ${each}</li>`),
      ...(reverted === undefined ? [] : [html`<li>Reverted by <code>${shortId(reverted)}</code></li>`]),
    ];
    return html`<li id="${id}"><span class="text"><span class="dim">${id}</span> ${text}</span> <span class="meta">${where}</span>${more.length === 0 ? undefined : html`<ul>${more}</ul>`}</li>`;
  });
  return section(
    "decisions",
    "Decisions",
    "",
    ...(items.length === 0 ? [] : [html`<ul class="list">${items}</ul>`]),
  );
}

/** Renders the notes of a session, with a form that adds a note. */
export function notesPart({ page: { notes, session }, isOpen }: SessionDetail, day: Day): Markup {
  const items = notes.map(
    (each, at) =>
      html`<li id="note-${String(at)}"><span class="text">${each.text}</span> <span class="when">${time(each.added, day)}</span></li>`,
  );
  const add = action(
    "note",
    { session: session.id },
    html`<label for="new-note">New note</label><textarea id="new-note" name="text" rows="2" required maxlength="20000"></textarea><button>Note</button>`,
    "act add",
  );
  const list = items.length === 0 ? [] : [html`<ul class="list">${items}</ul>`];
  return section("notes", "Notes", "", ...list, ...(isOpen ? [add] : []));
}

/** Renders uncommitted files, and the files that the session changed. */
export function filesPart({ status, page: { files } }: SessionDetail): Markup {
  const dirty = status?.files ?? [];
  const items = (some: SessionPage["files"]) => {
    const more =
      some.length > MAX_FILES
        ? html`<li class="dim">… ${String(some.length - MAX_FILES)} more</li>`
        : undefined;
    return html`<ul class="files">${some.slice(0, MAX_FILES).map(({ path, change, added, removed }) => html`<li><code>${oneLine(path)}</code> <span class="dim">${oneLine(change)}${added === undefined ? "" : ` +${added} -${removed ?? 0}`}</span></li>`)}${more}</ul>`;
  };
  return section(
    "files",
    "Files",
    dirty.length === 0 ? "" : `${dirty.length} uncommitted`,
    ...(dirty.length === 0 ? [] : [html`<h3>Not committed</h3>${items(dirty)}`]),
    ...(files.length === 0
      ? []
      : [
          html`<details id="all-files"><summary>${plural(files.length, "file")} of the session</summary>${items(files)}</details>`,
        ]),
  );
}

/** Renders the checklist and the results of verification commands. */
export function checksPart({ page: { checklist }, status }: SessionDetail): Markup {
  const verified = status?.verified ?? [];
  const items = [
    ...checklist.map(
      ({ text, state }) =>
        html`<li>${badge(state, state === "passed" ? "clean" : state === "failed" ? "failed" : "paused")} ${oneLine(text)}</li>`,
    ),
    ...verified.map(
      ({ command, result, stale }) =>
        html`<li>${badge(result, result === "passed" ? "clean" : "failed")} <code>${oneLine(command)}</code>${stale === undefined ? undefined : html` <span class="dim">${oneLine(stale)}</span>`}</li>`,
    ),
  ];
  return section(
    "checks",
    "Checks",
    "",
    ...(items.length === 0 ? [] : [html`<ul class="list">${items}</ul>`]),
  );
}

/** Renders commits and checkpoints, the newest first, with a link to older commits. */
export function timelinePart({ page: { timeline, session } }: SessionDetail, day: Day): Markup {
  const { entries, skipped, more } = timeline;
  if (entries.length === 0) return section("timeline", "Timeline", "");
  const next = skipped + entries.length + 100;
  return section(
    "timeline",
    "Timeline",
    "",
    html`<ul class="list">${entries.map((each) => entryItem(each, day))}</ul>`,
    ...(more === 0
      ? []
      : [
          html`<p><a href="session?id=${session.id}&amp;entries=${String(next)}">${thousands(more)} older</a></p>`,
        ]),
  );
}

function entryItem({ kind, commit, at, subject, label, decisions, reverted }: LogEntry, day: Day): Markup {
  const facts = [
    ...(commit === null ? [] : [html`<code>${shortId(commit)}</code>`]),
    ...(kind === "checkpoint" ? [html`checkpoint`] : []),
    ...(label === undefined ? [] : [html`${oneLine(label)}`]),
    ...(reverted === undefined ? [] : [html`reverted by <code>${shortId(reverted)}</code>`]),
    ...decisions.map(({ id }) => html`${id}`),
    ...(at === null ? [] : [time(at, day)]),
  ];
  return html`<li class="row"><span>${oneLine(subject) || "(no subject)"}</span> <span class="meta">${joined(facts)}</span></li>`;
}

/** Renders the last handoff, with a button that acknowledges it. */
export function handoffPart({ page: { handoff: text, session }, handoff }: SessionDetail, day: Day): Markup {
  if (!handoff && text === null) return section("handoff", "Handoff", "");
  const taken =
    handoff === undefined
      ? []
      : handoff.by === null
        ? [
            html`<p class="meta">Written ${time(handoff.when, day)}, not acknowledged yet.</p>${action("handoff", { session: session.id }, html`<button>Acknowledge</button>`)}`,
          ]
        : [
            html`<p class="meta">Written ${time(handoff.when, day)}, acknowledged by ${oneLine(handoff.by)}.</p>`,
          ];
  const shown =
    text === null
      ? []
      : [
          html`<details id="handoff-text"><summary>Text</summary><pre class="text" tabindex="0" role="region" aria-label="Handoff">${text}</pre></details>`,
        ];
  return section("handoff", "Handoff", "", ...taken, ...shown);
}

/** Renders the session's agents, with a button that pauses an active session. */
export function workPart({ agents, page: { session }, isOpen }: SessionDetail, day: Day): Markup {
  const list =
    agents.length === 0 ? [] : [html`<ul class="list">${agents.map((each) => agentItem(each, day))}</ul>`];
  const stop =
    isOpen && session.state === "active"
      ? [
          action(
            "pause",
            { session: session.id },
            html`<button>Pause this session</button> <span class="dim">Files stay as they are; <code>session resume</code> continues.</span>`,
          ),
        ]
      : [];
  return section("work", agents.length === 0 ? "Work" : "Agents", "", ...list, ...stop);
}
