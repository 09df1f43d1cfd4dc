/** What stands around the parts of every page: head, links, the state of the connection, style and script. */

import { createHash } from "node:crypto";
import { BASE } from "../../insight/pages/style.ts";
import { html, htmlFile, type Markup, raw } from "../../render/html.ts";
import { oneLine } from "../../text/foreign-text.ts";
import type { Page } from "../page.ts";

/** Style and script of the pages: ours, as they were shipped. */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
}

/** The policy of every page: its own style and script, its own server, nothing else. */
export function policyOf({ style, script }: PageAssets): string {
  const digest = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return [
    ...["default-src 'none'", `style-src ${digest(`${BASE}${style}`)}`, `script-src ${digest(script)}`],
    ...["connect-src 'self'", "img-src data:", "form-action 'self'", "base-uri 'none'"],
  ].join("; ");
}

const LINKS = [
  ["overview", ".", "Overview"],
  ["sessions", "sessions", "All sessions"],
] as const;

export function pageFile(
  { title, nav, parts }: Page,
  made: readonly Markup[],
  dress: PageAssets,
  around: {
    readonly repository: string;
    readonly words: string;
    readonly look: number;
    readonly footer: Markup;
  },
): string {
  const names = parts.map(({ id, name }) => html`<span data-part="${id}">${name}</span>`);
  const links = LINKS.map(
    ([id, href, name]) =>
      html`<li><a href="${href}"${id === nav ? html` aria-current="page"` : undefined}>${name}</a></li>`,
  );
  const body = html`<a class="skip" href="#main">Skip to the content</a>
<header>
<h1><a href=".">${oneLine(around.repository)}</a></h1>
<nav aria-label="Pages"><ul>${links}</ul></nav>
<form role="search" action="search" class="find"><label for="q" class="sr">Search all sessions</label><input id="q" name="q" type="search" value="${around.words}" placeholder="Search (press /)" autocomplete="off"><button>Search</button></form>
<button type="button" id="theme" hidden>Dark theme</button>
<p id="connection" class="dim">Not live: the script of this page does not run.</p>
</header>
<main id="main" class="${nav}" tabindex="-1" data-look="${String(around.look)}">
${made.map((each, at) => html`<div class="part" id="part-${parts[at]?.id ?? ""}">${each}</div>\n`)}</main>
<footer>${around.footer}</footer>
<p id="said" class="sr" role="status" aria-live="polite"></p>
<p id="wrong" role="alert" hidden></p>
<div id="names" hidden>${names}</div>
<script>${raw(dress.script)}</script>`;
  const meta = html`<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">\n`;
  return htmlFile({ title, policy: policyOf(dress), style: `${BASE}${dress.style}`, meta, body });
}
