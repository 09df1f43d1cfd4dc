/** Pieces that several pages of the overview need. Links are relative: every page stands beside the others. */

import { html, type Markup } from "../../render/html.ts";
import type { RunState } from "../../session/runs.ts";
import { oneLine } from "../../text/foreign-text.ts";

/** How a page shows moments that are ISO 8601. */
export type Day = (iso: string) => string;

/** A part of a page with a heading; one that has nothing to show is hidden. */
export function section(
  id: string,
  title: string,
  count: string | Markup,
  ...content: readonly Markup[]
): Markup {
  return html`<section id="${id}" aria-labelledby="h-${id}"${content.length === 0 ? html` hidden` : undefined}>
<h2 id="h-${id}">${title}${count === "" ? undefined : html` <span class="count">${count}</span>`}</h2>
${content}
</section>`;
}

export function sessionLink({ id, title }: { readonly id: string; readonly title: string }): Markup {
  return html`<a href="session?id=${id}">${oneLine(title) || id}</a>`;
}

/** A moment; the script of the page shows how long ago it was. */
export function time(iso: string, day: Day): Markup {
  return html`<time datetime="${iso}" title="${day(iso)}" data-age>${day(iso)}</time>`;
}

/** A word with a colour of its own; the word says all that the colour does. */
export function badge(word: string, kind: string = word): Markup {
  return html`<span class="badge ${kind.replace(/\W/g, "-")}">${word}</span>`;
}

export const RUN_KINDS: Readonly<Record<RunState, string>> = {
  running: "active",
  waiting: "paused",
  done: "ended",
  failed: "failed",
  stopped: "ended",
  lost: "failed",
};

/** Lines of a log: what an agent wrote, as text. It can be scrolled by keyboard. */
export function logLines(name: string, lines: readonly string[]): Markup {
  if (lines.length === 0) return html`<p class="dim">No output yet.</p>`;
  return html`<pre class="log" tabindex="0" role="region" aria-label="${name}">${lines.join("\n")}</pre>`;
}

/** A form whose button does one thing. `fields`: hidden ones. Without the page's script it does not show. */
export function action(
  name: string,
  fields: Readonly<Record<string, string>>,
  content: Markup,
  kind = "act",
): Markup {
  const hidden = Object.entries(fields).map(
    ([key, value]) => html`<input type="hidden" name="${key}" value="${value}">`,
  );
  return html`<form class="${kind}" method="post" action="do/${name}">${hidden}${content}</form>`;
}

export const SYMBOLS = {
  open: ["○", "open"],
  active: ["▶", "in progress"],
  done: ["✓", "done"],
  dropped: ["–", "dropped"],
} as const;

/** A sign with the word that it stands for, which only screen readers say. */
export function sign([symbol, word]: readonly [string, string]): Markup {
  return html`<span class="sign" aria-hidden="true">${symbol}</span><span class="sr">${word}: </span>`;
}
