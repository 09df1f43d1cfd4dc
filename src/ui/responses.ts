/**
 * Reads request bodies, and writes responses for errors, and page parts about errors or the state of the file
 * watch.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { html, type Markup } from "../render/html.ts";
import { Failure } from "../session/failure.ts";
import { oneLine } from "../text/foreign-text.ts";
import { plural } from "../text/plural.ts";
import { MAX_BODY, type Refusal } from "./check-request.ts";
import { section } from "./pages/elements.ts";
import type { WatchStatus } from "./watch-clone.ts";

/** Sends a refusal as plain text, and closes the connection without reading the rest of the request. */
export function refuse(response: ServerResponse, { status, why, allow }: Refusal): void {
  if (allow !== undefined) response.setHeader("Allow", allow);
  response.setHeader("Connection", "close");
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${why}\n`);
}

/** Sends a JSON response. `status`: HTTP status. */
export function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(`${JSON.stringify(value)}\n`);
}

/** Reads the body of a request as UTF-8 text. Stops and returns undefined above `MAX_BODY` bytes. */
export async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MAX_BODY) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Returns HTTP status, sentence and hint for an error. Hides an unexpected error: returns status 500. */
export function failureWords(error: unknown): {
  readonly status: number;
  readonly error: string;
  readonly hint?: string;
} {
  if (!(error instanceof Failure))
    return { status: 500, error: "Something unexpected happened; the terminal shows more." };
  const { exit, message, hint } = error;
  const status = exit === 3 ? 404 : exit === 2 ? 400 : 409;
  return { status, error: oneLine(message), ...(hint === undefined ? {} : { hint: oneLine(hint) }) };
}

/** Renders an error as the only part of a page. */
export function failurePart({ error, hint }: { readonly error: string; readonly hint?: string }): Markup {
  const help = hint === undefined ? [] : [html`<p class="dim">${hint}</p>`];
  return section("failure", "This cannot be shown", "", html`<p>${error}</p>`, ...help);
}

/**
 * Renders the page's footer: the number of watched worktrees, and the worktrees that are only watched in
 * part.
 */
export function footerOf({ worktrees, folders, partial }: WatchStatus): Markup {
  const some = partial.map(
    (each) =>
      html`<p>${each} has too many folders to follow all of them: some of its files are seen when git's index or a ref changes.</p>`,
  );
  return html`<p>Follows refs, sessions and ${plural(folders, "folder")} of ${plural(worktrees, "worktree")}; what git ignores is left out.</p>${some}`;
}
