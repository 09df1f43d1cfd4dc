/** Renders search results with the found words highlighted, and the list of all sessions. */

import { joined } from "../../insight/pages/parts.ts";
import { html, type Markup } from "../../render/html.ts";
import { oneLine } from "../../text/foreign-text.ts";
import { plural, thousands } from "../../text/plural.ts";
import type { SessionRow } from "../../views/shapes/listing.ts";
import {
  excerpt,
  type FoundSession,
  type Passage,
  type Query,
  wordRanges,
} from "../../views/shapes/search.ts";
import { badge, type Day, section, sessionLink, time } from "./elements.ts";
import { sessionItem } from "./overview.ts";

/** Maximum sessions on a page. */
const MAX_SESSIONS = 300;

/** Maximum characters of an excerpt. */
const EXCERPT_LENGTH = 200;

/** Renders the results of a search. `words`: the search as typed. */
export function foundPart(words: string, query: Query, found: readonly FoundSession[], day: Day): Markup {
  const shown = found.slice(0, MAX_SESSIONS);
  const count = found.length === 0 ? "nothing found" : plural(found.length, "session");
  const intro =
    words === ""
      ? html`<p>Type words or a phrase in quotes above.</p>`
      : html`<p>For <strong>${words}</strong>.</p>`;
  return section(
    "found",
    "Search",
    words === "" ? "" : count,
    intro,
    html`<ul class="list">${shown.map((each) => foundItem(each, query, day))}</ul>`,
  );
}

function foundItem({ session, matches, more }: FoundSession, query: Query, day: Day): Markup {
  const { id, title, branch, state, touched } = session;
  const facts = [
    ...(state === null ? [] : [badge(state)]),
    ...(branch === null ? [] : [html`<code>${oneLine(branch)}</code>`]),
    ...(touched === null ? [] : [time(touched, day)]),
  ];
  const head = id === null ? html`In commits only` : sessionLink({ id, title: title ?? "" });
  const rest = more === 0 ? undefined : html`<li class="dim">… ${thousands(more)} more lines</li>`;
  return html`<li><div class="row"><h3>${head}</h3> <span class="meta">${joined(facts)}</span></div><ul class="files">${matches.map((each) => passage(each, query))}${rest}</ul></li>`;
}

function passage({ part, id, path, line, text }: Passage, query: Query): Markup {
  const where = path === undefined ? (id ?? part) : `${path}:${line}`;
  return html`<li><span class="dim">${oneLine(where)}</span> ${marked(excerpt(query, text, EXCERPT_LENGTH), query)}</li>`;
}

function marked(line: string, query: Query): Markup {
  let at = 0;
  const parts = wordRanges(query, line).flatMap(([from, to]) => {
    const before = line.slice(at, from);
    at = to;
    return [html`${before}<mark>${line.slice(from, to)}</mark>`];
  });
  return html`${parts}${line.slice(at)}`;
}

/** Renders the list of all sessions. */
export function listPart(rows: readonly SessionRow[], day: Day): Markup {
  const more =
    rows.length > MAX_SESSIONS
      ? [html`<p class="dim">… ${thousands(rows.length - MAX_SESSIONS)} more: session list --all</p>`]
      : [];
  const list = html`<ul class="list">${rows.slice(0, MAX_SESSIONS).map((each) => sessionItem(each, day))}</ul>`;
  return section(
    "all",
    "All sessions",
    thousands(rows.length),
    rows.length === 0 ? html`<p>No sessions yet.</p>` : list,
    ...more,
  );
}
