/** Renders small elements for several parts of the page. */

import { oneLine } from "../../render/escape-markdown.ts";
import { html, type Markup } from "../../render/html.ts";
import { thousands } from "../../text/plural.ts";
import { formatMinutes } from "../../text/time/duration.ts";
import { commitAddress } from "../report/links.ts";
import { dayAt } from "../report/period.ts";
import type { Report } from "../report/report.ts";

/** Renders a section of the page with a heading. */
export function section(id: string, title: string, ...content: readonly (Markup | undefined)[]): Markup {
  const some = content.flatMap((each) => (each ? [each, html`\n`] : []));
  return html`<section id="${id}" aria-labelledby="h-${id}">
<h2 id="h-${id}">${title}</h2>
${some}</section>`;
}

/** Text shown if a filter hides all items of a list. */
export const NONE = html`<p class="none dim" hidden>No entry matches the filter.</p>`;

/** Renders a link to the commit on the web; without a known host, its id for copying. */
export function commitRef({ forge }: Pick<Report, "forge">, oid: string): Markup {
  const short = oid.slice(0, 8);
  const address = commitAddress(forge ?? undefined, oid);
  return address === undefined
    ? html`<button type="button" class="id" data-copy="${oid}" aria-label="Copy the id of commit ${short}" title="Copy ${oid}">${short}</button>`
    : html`<a href="${address}" rel="noreferrer"><code>${short}</code></a>`;
}

/** Renders a number as a link to the commit that it comes from. */
export function behind(report: Pick<Report, "forge" | "commits">, oid: string | null, value: string): Markup {
  if (oid === null) return html`${value}`;
  const address = commitAddress(report.forge ?? undefined, oid);
  if (address !== undefined) return html`<a href="${address}" rel="noreferrer">${value}</a>`;
  return report.commits.items.some((each) => each.commit === oid)
    ? html`<a href="#c-${oid}">${value}</a>`
    : html`${value}`;
}

/** Maximum sessions that have an anchor in the page. */
export const MOST_SESSIONS = 300;

/** Renders a link to the session's anchor in the page, with its title. */
export function sessionRef({ sessions }: Pick<Report, "sessions">, id: string | null): Markup | undefined {
  const at = id === null ? -1 : sessions.findIndex((each) => each.id === id);
  const found = sessions[at];
  if (!found) return undefined;
  const title = oneLine(found.title);
  return at < MOST_SESSIONS ? html`<a href="#s-${found.id}">${title}</a>` : html`${title}`;
}

/** Renders a day; undefined for a missing or invalid time. `moment`: ISO 8601. */
export function time(moment: string | null): Markup | undefined {
  const day = dayAt(moment ?? "");
  return moment === null || day === "" ? undefined : html`<time datetime="${moment}">${day}</time>`;
}

/** Joins parts with a middle dot. */
export function joined(parts: readonly (Markup | string | undefined)[]): Markup {
  const some = parts.filter((each) => each !== undefined && each !== "");
  return html`${some.map((each, at) => html`${at === 0 ? "" : " · "}${each}`)}`;
}

/** Formats minutes, in hours such as `123 h` for long times. */
export function hours(minutes: number): string {
  return minutes >= 6000 ? `${thousands(Math.round(minutes / 60))}h` : formatMinutes(minutes);
}

/** Number of list items that are shown; the others are folded. */
const FIRST = 12;

/** Renders a list, with the items after the first twelve folded. `what`: plural noun for the items. */
export function folded(
  items: readonly Markup[],
  what: string,
  wrap: (some: readonly Markup[]) => Markup = (some) => html`<ul class="list">${some}</ul>`,
): Markup {
  const rest = items.slice(FIRST);
  if (rest.length < 3) return wrap(items);
  return html`${wrap(items.slice(0, FIRST))}<details class="rest"><summary>${thousands(rest.length)} more ${what}</summary>${wrap(rest)}</details>`;
}

/**
 * Renders the number of items that the report leaves out; undefined for none. `what`: singular noun for the
 * items.
 */
export function moreOf(count: number, what: string): Markup | undefined {
  if (count <= 0) return undefined;
  return html`<p class="dim">… ${thousands(count)} more ${count === 1 ? what : `${what}s`}, left out here.</p>`;
}

/** Renders a link if the address is a web address, else the text: recorded text may contain any address. */
export function webLink(text: string, address: string | undefined): Markup {
  return address !== undefined && /^https?:\/\/[^\s<>"]+$/.test(address)
    ? html`<a href="${address}" rel="noreferrer">${oneLine(text)}</a>`
    : html`${oneLine(text)}`;
}
