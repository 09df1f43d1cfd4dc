/**
 * Renders a session as one HTML file without scripts or external resources. Its colors follow the reader's
 * light or dark setting.
 */

import { oneLine } from "../render/escape-markdown.ts";
import { html, htmlFile, type Markup } from "../render/html.ts";
import type { RecordView } from "./portable/view.ts";

const STYLE = `
:root { color-scheme: light dark; --text: #1d2129; --dim: #5a6372; --line: #d9dee6; --paper: #fff; --mark: #eef1f6 }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e8ef; --dim: #9aa5b5; --line: #363d49; --paper: #14171c; --mark: #20252d }
}
body { margin: 2.5rem auto; max-width: 48rem; padding: 0 1.25rem; background: var(--paper); color: var(--text);
  font: 16px/1.55 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line) }
ul { list-style: none; margin: 0; padding: 0 } li { margin: .45rem 0; white-space: pre-line }
ul ul { margin: .1rem 0 0 1.4rem } ul ul li { margin: .1rem 0; color: var(--dim) }
code { font: .88em ui-monospace, monospace; background: var(--mark); border-radius: 4px; padding: .1em .35em }
.dim, time { color: var(--dim) } .done { color: var(--dim) } summary { cursor: pointer }
@media print { body { margin: 0 auto } details > * { display: block } }
`;

/** Renders the whole HTML file. */
export function sessionHtml(view: RecordView): string {
  return htmlFile({
    title: oneLine(view.title),
    policy: "default-src 'none'; style-src 'unsafe-inline'",
    style: STYLE,
    body: html`${head(view)}${lists(view)}${work(view)}`,
  });
}

function head(view: RecordView): Markup {
  const from = view.baseBranch === undefined ? undefined : html` from ${code(view.baseBranch)}`;
  const at = view.baseCommit === undefined ? undefined : html` at ${code(view.baseCommit)}`;
  const by = view.author === undefined ? undefined : html` by ${view.author}`;
  const ended = view.ended === undefined ? undefined : html`, ended ${view.ended}`;
  const tags = view.tags.length === 0 ? undefined : html` Tags: ${view.tags.join(", ")}.`;
  return html`<h1>${oneLine(view.title)}</h1>
<p class="dim">On ${code(view.branch)}${from}${at}, ${view.state}, started ${view.created}${by}${ended}. Session ${code(view.id)}.${tags}</p>
${view.summary === undefined ? undefined : html`<p>${view.summary}</p>\n`}${list(view.meta.map((each) => html`<li>${each.key}: ${each.value}</li>`))}`;
}

function lists({ objectives, blockers, decisions, progress }: RecordView): Markup {
  const item = (each: RecordView["blockers"][number]) => {
    const link = each.link === undefined ? undefined : html` (${each.link})`;
    const note = each.note === undefined ? undefined : html`: ${each.note}`;
    const over = each.mark === "done" || each.mark === "dropped" ? html` class="done"` : undefined;
    return html`<li${over}>${code(each.box)} ${each.id}: ${each.text}${link}${note}</li>`;
  };
  const decided = decisions.map((each) => {
    const commit = each.commit === undefined ? undefined : html` ${code(each.commit)}`;
    const more = [
      ...(each.rationale === undefined ? [] : [html`<li>Rationale: ${each.rationale}</li>`]),
      ...each.alternatives.map((one) => html`<li>Rejected: ${one}</li>`),
      ...(each.supersedes === undefined ? [] : [html`<li>Replaces ${each.supersedes}</li>`]),
    ];
    const ended = each.ended === undefined ? undefined : html`, ${each.ended}`;
    return html`<li><b>${each.id}</b> ${each.text}${commit}${ended}${list(more)}</li>`;
  });
  const title = progress === undefined ? "Objectives" : `Objectives (${progress})`;
  return html`${section(title, objectives.map(item))}${section("Blockers", blockers.map(item))}${section("Decisions", decided)}`;
}

function work({ checkpoints, verified, checklist, notes, events }: RecordView): Markup {
  const when = (text: string | undefined) => (text === undefined ? undefined : html` <time>${text}</time>`);
  const log = list(events.map((each) => html`<li>${when(each.when)} ${each.type} ${each.text}</li>`));
  return html`${section(
    "Checkpoints",
    checkpoints.map((each) => html`<li>${code(each.commit)} ${each.subject}${when(each.when)}</li>`),
  )}${section(
    "Verified",
    verified.map((each) => html`<li>${code(each.command)} ${each.result}${when(each.when)}</li>`),
  )}${section(
    "Checklist",
    checklist.map((each) => html`<li>${each.text}: ${each.state}</li>`),
  )}${section(
    "Notes",
    notes.map((each) => html`<li>${each.text}${when(each.when)}</li>`),
  )}${
    events.length === 0
      ? undefined
      : html`<h2>Log</h2>\n<details><summary>${String(events.length)} entries</summary>${log}</details>\n`
  }`;
}

function code(text: string): Markup {
  return html`<code>${oneLine(text)}</code>`;
}

function section(title: string, items: readonly Markup[]): Markup | undefined {
  return items.length === 0 ? undefined : html`<h2>${title}</h2>\n${list(items)}`;
}

function list(items: readonly Markup[]): Markup | undefined {
  return items.length === 0
    ? undefined
    : html`<ul>\n${items.flatMap((each) => [each, { html: "\n" }])}</ul>\n`;
}
