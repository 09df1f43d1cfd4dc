/** Which requests are answered: only those of whoever has the address, for this server, from its own pages. */

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Bytes that the body of a request may have. */
export const MAX_BODY = 64 * 1024;

export interface Refusal {
  readonly status: number;
  readonly why: string;
  /** Methods that the address takes. */
  readonly allow?: string;
}

/** `host`: address and port that the server listens at, as browsers name them. */
export interface ServerAddress {
  readonly host: string;
  readonly token: string;
}

type Asked = Pick<IncomingMessage, "method" | "url" | "headers">;

/**
 * Returns why a request is refused, or the path behind the token, without a slash in front. Host comes first: a name of
 * elsewhere that leads to this machine (DNS rebinding) learns nothing, not even that the token is wrong.
 */
export function checkRequest(
  request: Asked,
  own: ServerAddress,
): Refusal | { readonly path: string; readonly query: URLSearchParams } {
  const { method = "", url = "", headers } = request;
  if (headers.host !== own.host) return { status: 421, why: "This server answers at its own address only." };
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${own.host}`)
    return { status: 403, why: "Another page asked for this." };
  // An absolute address is for a proxy.
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

/** Browsers name the page that an action comes from; a form of another page cannot hide it. */
function wrongAction(headers: Asked["headers"]): Refusal | undefined {
  const site = headers["sec-fetch-site"];
  if (headers.origin === undefined || (site !== undefined && site !== "same-origin"))
    return { status: 403, why: "Another page asked for this." };
  if (headers["content-type"]?.split(";")[0]?.trim() !== "application/x-www-form-urlencoded")
    return { status: 415, why: "An action is sent as a form." };
  if (Number(headers["content-length"] ?? 0) > MAX_BODY) return TOO_LARGE;
  return undefined;
}

export const TOO_LARGE: Refusal = { status: 413, why: `An action has at most ${MAX_BODY} bytes.` };

/** Compares in a time that tells nothing of the token. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
