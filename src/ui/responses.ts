/** Answers of the server that are no page, and the body of a request. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { html, type Markup } from "../render/html.ts";
import { Failure } from "../session/failure.ts";
import { oneLine } from "../text/foreign-text.ts";
import { plural } from "../text/plural.ts";
import { MAX_BODY, type Refusal } from "./guard.ts";
import { section } from "./pages/parts.ts";
import type { Following } from "./watch-clone.ts";

/** Refuses a request in plain text, and reads no more of it. */
export function refuse(response: ServerResponse, { status, why, allow }: Refusal): void {
  if (allow !== undefined) response.setHeader("Allow", allow);
  response.setHeader("Connection", "close");
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${why}\n`);
}

export function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(`${JSON.stringify(value)}\n`);
}

/** Returns the body as text; undefined where it is too large, and then no more of it is read. */
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

/** What a failure looks like to a browser: its status, a sentence and what helps. */
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

/** A failure as the only part of a page. */
export function failurePart({ error, hint }: { readonly error: string; readonly hint?: string }): Markup {
  const help = hint === undefined ? [] : [html`<p class="dim">${hint}</p>`];
  return section("failure", "This cannot be shown", "", html`<p>${error}</p>`, ...help);
}

/** Says what is followed, so that nobody waits for what is not. */
export function footerOf({ worktrees, folders, partial }: Following): Markup {
  const some = partial.map(
    (each) =>
      html`<p>${each} has too many folders to follow all of them: some of its files are seen when git's index or a ref changes.</p>`,
  );
  return html`<p>Follows refs, sessions and ${plural(folders, "folder")} of ${plural(worktrees, "worktree")}; what git ignores is left out.</p>${some}`;
}
