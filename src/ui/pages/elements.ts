/**
 * Renders elements that several pages share. Links are relative, so that they keep the token of the address.
 */

import { html, type Markup } from "../../render/html.ts";
import type { RunState } from "../../session/runs.ts";
import { oneLine } from "../../text/foreign-text.ts";

/** Function that formats an ISO 8601 time according to the settings. */
export type Day = (iso: string) => string;

/** Renders a section with a heading and a count. Hidden without content. */
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

/** Renders a link to a session's page. */
export function sessionLink({ id, title }: { readonly id: string; readonly title: string }): Markup {
  return html`<a href="session?id=${id}">${oneLine(title) || id}</a>`;
}

/** Renders an ISO 8601 time. The page's script adds the age. */
export function time(iso: string, day: Day): Markup {
  return html`<time datetime="${iso}" title="${day(iso)}" data-age>${day(iso)}</time>`;
}

/**
 * Renders a word as a colored badge. The color repeats the word's meaning, for readers who cannot see colors.
 * `kind`: CSS class.
 */
export function badge(word: string, kind: string = word): Markup {
  return html`<span class="badge ${kind.replace(/\W/g, "-")}">${word}</span>`;
}

/** CSS classes of badges, by state of an agent run. */
export const RUN_KINDS: Readonly<Record<RunState, string>> = {
  running: "active",
  waiting: "paused",
  done: "ended",
  failed: "failed",
  stopped: "ended",
  lost: "failed",
};

/**
 * Renders lines of an agent's log as text that can be scrolled by keyboard. `name`: label for screen readers.
 */
export function logLines(name: string, lines: readonly string[]): Markup {
  if (lines.length === 0) return html`<p class="dim">No output yet.</p>`;
  return html`<pre class="log" tabindex="0" role="region" aria-label="${name}">${lines.join("\n")}</pre>`;
}

/**
 * Renders the form of an action. `fields`: hidden fields. `kind`: CSS class. Shown only if the page's script
 * runs.
 */
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

/** Symbols of objectives, each with its word. */
export const SYMBOLS = {
  open: ["○", "open"],
  active: ["▶", "in progress"],
  done: ["✓", "done"],
  dropped: ["–", "dropped"],
} as const;

/** Renders a symbol, with its word only for screen readers. */
export function sign([symbol, word]: readonly [string, string]): Markup {
  return html`<span class="sign" aria-hidden="true">${symbol}</span><span class="sr">${word}: </span>`;
}
