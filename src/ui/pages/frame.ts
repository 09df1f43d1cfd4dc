/** Renders the frame of every page: navigation, search, connection state, footer, style and script. */

import { createHash } from "node:crypto";
import { BASE } from "../../insight/pages/style.ts";
import { html, htmlFile, type Markup, raw } from "../../render/html.ts";
import { oneLine } from "../../text/foreign-text.ts";
import type { Page } from "../page.ts";

/** CSS and JavaScript of the pages, as shipped with the program. */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
}

/**
 * Returns the Content-Security-Policy of the pages (https://www.w3.org/TR/CSP3/). Allows only the shipped
 * style and script, by hash, and only this server.
 */
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

/**
 * Renders a page as an HTML file. `made`: the HTML of its parts, in order. `around`: values for the frame
 * around the parts.
 */
export function pageFile(
  { title, nav, parts }: Page,
  made: readonly Markup[],
  assets: PageAssets,
  around: {
    readonly repository: string;
    /** Text in the search field. */
    readonly words: string;
    /** Version of the page, as `LivePages.version`. */
    readonly version: number;
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
<main id="main" class="${nav}" tabindex="-1" data-look="${String(around.version)}">
${made.map((each, at) => html`<div class="part" id="part-${parts[at]?.id ?? ""}">${each}</div>\n`)}</main>
<footer>${around.footer}</footer>
<p id="said" class="sr" role="status" aria-live="polite"></p>
<p id="wrong" role="alert" hidden></p>
<div id="names" hidden>${names}</div>
<script>${raw(assets.script)}</script>`;
  const meta = html`<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">\n`;
  return htmlFile({ title, policy: policyOf(assets), style: `${BASE}${assets.style}`, meta, body });
}
