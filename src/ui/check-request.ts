/** Refuses requests without the token, for another host name, or from another page. */

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Maximum bytes of a request's body. */
export const MAX_BODY = 64 * 1024;

/** An error response to a request. */
export interface Refusal {
  /** HTTP status code of the response. */
  readonly status: number;
  /** Text of the response: one sentence. */
  readonly why: string;
  /** Value of the response's `Allow` header. */
  readonly allow?: string;
}

/** The server's own address. */
export interface ServerAddress {
  /** IP address and port in the form in which browsers send them in the `Host` header: without port 80. */
  readonly host: string;
  /** Secret first part of every path, known only to the user. */
  readonly token: string;
}

type RequestHead = Pick<IncomingMessage, "method" | "url" | "headers">;

/**
 * Returns the path after the token, without leading slash, and the query; or a refusal. Checks the host
 * first: a page that points its own host name to this machine (DNS rebinding) must not learn whether a token
 * is right.
 */
export function checkRequest(
  request: RequestHead,
  own: ServerAddress,
): Refusal | { readonly path: string; readonly query: URLSearchParams } {
  const { method = "", url = "", headers } = request;
  if (headers.host !== own.host) return { status: 421, why: "This server answers at its own address only." };
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${own.host}`)
    return { status: 403, why: "Another page asked for this." };
  // An absolute URL is a request to a proxy, so it does not match.
  const [, given = "", rest] = /^\/([^/?]*)(?:\/(.*))?$/s.exec(url) ?? [];
  if (!isSame(given, own.token) || rest === undefined)
    return { status: 403, why: "The address is not the one that the terminal shows." };
  const [path = "", query = ""] = rest.split(/\?(.*)/s);
  const isAction = path.startsWith("do/");
  const allow = isAction ? "POST" : "GET, HEAD";
  if (!allow.split(", ").includes(method))
    return { status: 405, why: `This address takes ${allow} only.`, allow };
  return isAction
    ? (wrongAction(headers) ?? { path, query: new URLSearchParams() })
    : { path, query: new URLSearchParams(query) };
}

/**
 * Returns a refusal unless a request for an action comes from a form of the server's own page. Browsers send
 * the page's origin with each POST, and a page cannot forge it.
 */
function wrongAction(headers: RequestHead["headers"]): Refusal | undefined {
  const site = headers["sec-fetch-site"];
  if (headers.origin === undefined || (site !== undefined && site !== "same-origin"))
    return { status: 403, why: "Another page asked for this." };
  if (headers["content-type"]?.split(";")[0]?.trim() !== "application/x-www-form-urlencoded")
    return { status: 415, why: "An action is sent as a form." };
  if (Number(headers["content-length"] ?? 0) > MAX_BODY) return TOO_LARGE;
  return undefined;
}

/** Refusal of a request with a body above `MAX_BODY` bytes. */
export const TOO_LARGE: Refusal = { status: 413, why: `An action has at most ${MAX_BODY} bytes.` };

/** Compares tokens in constant time, so that response times reveal nothing about the token. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
