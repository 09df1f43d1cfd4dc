/**
 * Serves the live page of `session ui` on 127.0.0.1, to browsers that know its secret address: all sessions,
 * worktrees, conflicts and agents of a clone. The page can only make record changes that `undo` can revert.
 * It has no action that commits, merges, pushes, deletes or runs a program.
 */

import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { openPlace, type Place } from "../place/place.ts";
import { templatesDir } from "../place/templates.ts";
import type { Markup } from "../render/html.ts";
import { Failure } from "../session/failure.ts";
import { randomToken } from "../store/files.ts";
import { serialQueue } from "../text/concurrency.ts";
import { runAction } from "./actions.ts";
import { checkRequest, TOO_LARGE } from "./check-request.ts";
import { LivePages } from "./live-pages.ts";
import { nameOf } from "./overview.ts";
import type { Page } from "./page.ts";
import { type PageAssets, pageFile, policyOf } from "./pages/frame.ts";
import { bodyOf, failurePart, failureWords, footerOf, refuse, sendJson } from "./responses.ts";
import { pageAt } from "./routes.ts";
import { Visit } from "./visit.ts";
import { CloneWatch } from "./watch-clone.ts";
import { WorktreeCache } from "./worktree-cache.ts";

const HOST = "127.0.0.1";

/** Random bytes of the token, enough to prevent guessing. */
const TOKEN_BYTES = 24;

/** Maximum milliseconds until a request has arrived completely. */
const REQUEST_TIMEOUT = 10_000;

/** Maximum open connections of all browsers together. */
const MAX_CONNECTIONS = 100;

/** A running server. */
export interface Served {
  /** Address of the server, including the token. */
  readonly url: string;
  readonly port: number;
  /** Stops the server, and ends all connections. */
  readonly close: () => Promise<void>;
}

/**
 * Serves the repository around `cwd` until `close` is called. `port`: 0 for any free port. `say`: called with
 * the stacks of unexpected errors.
 * @throws Failure `port-taken` if the server cannot listen on the port; as `openPlace`
 */
export async function serveUi(cwd: string, port: number, say: (text: string) => void): Promise<Served> {
  const place = await openPlace(cwd, true);
  const site = await Site.open(cwd, place, say);
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: REQUEST_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      noDelay: true,
    },
    (request, response) => void site.answer(request, response),
  );
  server.maxConnections = MAX_CONNECTIONS;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, HOST, resolve);
    });
  } catch (error) {
    // Closes the file watches, which would keep the process alive.
    await site.close();
    throw portFailure(port, error as NodeJS.ErrnoException);
  }
  const at = (server.address() as AddressInfo).port;
  const url = site.begin(at);
  return {
    url,
    port: at,
    close: async () => {
      await site.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

function portFailure(port: number, { code, message }: NodeJS.ErrnoException): Failure {
  const why = code === "EADDRINUSE" ? "another program listens on it" : message;
  return new Failure("port-taken", `port ${port} cannot be used: ${why}`, {
    hint: "session ui, without --port",
  });
}

/** The served clone: its open pages, its file watches and the current visit. */
class Site {
  private host = "";
  private readonly token = randomToken(TOKEN_BYTES);
  private readonly live: LivePages;
  private readonly watched: CloneWatch;
  /** Runs actions one after another: a process can hold a session's lock only once. */
  private readonly alone = serialQueue();
  private visit: Visit | undefined;
  private readonly worktrees = new WorktreeCache();

  private constructor(
    private readonly cwd: string,
    private readonly place: Place,
    private readonly assets: PageAssets,
    private readonly say: (text: string) => void,
  ) {
    this.live = new LivePages({
      open: (address) => this.pageOf(address),
      onReaders: (some) => void (some ? this.beginVisit() : this.visit?.leave()),
      say: (error) => this.report(error),
    });
    this.watched = new CloneWatch(place, (change) => {
      this.worktrees.changed(change);
      this.live.changed(change.kind);
    });
  }

  /** Reads style and script, and starts watching the clone. */
  static async open(cwd: string, place: Place, say: (text: string) => void): Promise<Site> {
    const shipped = (name: string) => readFile(path.join(templatesDir(), "ui", name), "utf8");
    const [style, script] = await Promise.all([shipped("page.css"), shipped("page.js")]);
    const site = new Site(cwd, place, { style, script }, say);
    await site.watched.follow();
    return site;
  }

  /** Returns the address for a port. Leaves port 80 out, as browsers do in the `Host` header. */
  begin(port: number): string {
    this.host = port === 80 ? HOST : `${HOST}:${port}`;
    return `http://${this.host}/${this.token}/`;
  }

  async close(): Promise<void> {
    this.live.close();
    await this.watched.close();
    await this.visit?.leave();
  }

  /** Answers a request. Turns errors into a response, and never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(this.headers())) response.setHeader(name, value);
    const asked = checkRequest(request, { host: this.host, token: this.token });
    try {
      if (!("path" in asked)) refuse(response, asked);
      else if (asked.path.startsWith("do/")) await this.change(asked.path.slice(3), request, response);
      else if (asked.path === "live") this.join(asked.query, response);
      else await this.show(asked.path, asked.query, response);
    } catch (error) {
      this.report(error);
      const { status, ...words } = failureWords(error);
      if (response.headersSent) response.destroy();
      else sendJson(response, status, words);
    }
  }

  private headers(): Record<string, string> {
    return {
      "Content-Security-Policy": `${policyOf(this.assets)}; frame-ancestors 'none'`,
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
      "Referrer-Policy": "no-referrer",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Resource-Policy": "same-origin",
      "Cache-Control": "no-store",
    };
  }

  private async show(at: string, query: URLSearchParams, response: ServerResponse): Promise<void> {
    const version = this.live.version;
    try {
      const page = await this.pageOf(`${at}?${query}`);
      if (!page) return refuse(response, { status: 404, why: "There is no such page." });
      const made = await Promise.all(page.parts.map((each) => each.make()));
      this.send(response, 200, page, made, { version, words: query.get("q") ?? "" });
    } catch (error) {
      this.report(error);
      const { status, ...words } = failureWords(error);
      const page: Page = { title: words.error, nav: "other", parts: [] };
      this.send(response, status, page, [failurePart(words)], { version, words: "" });
    }
  }

  private send(
    response: ServerResponse,
    status: number,
    page: Page,
    made: readonly Markup[],
    shown: { readonly version: number; readonly words: string },
  ): void {
    const footer = footerOf(this.watched.status());
    const text = pageFile(page, made, this.assets, { repository: nameOf(this.place), footer, ...shown });
    response.writeHead(status, { "Content-Type": "text/html; charset=utf-8" }).end(text);
  }

  private join(query: URLSearchParams, response: ServerResponse): void {
    response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
    this.live.join(query.get("page") ?? "?", response, Number(query.get("look")));
  }

  private async change(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (body === undefined) return refuse(response, TOO_LARGE);
    const form = new URLSearchParams(body);
    const said = await this.alone(async () => {
      const fields = (field: string) => (form.get(field) ?? "").trim();
      if (name !== "seen") return runAction(await openPlace(this.cwd, true), name, fields);
      await this.visit?.markSeen();
      this.live.changed("record");
      return "Everything is marked as seen.";
    });
    sendJson(response, 200, { said });
  }

  /** Builds a page from the current state of the repository. */
  private async pageOf(address: string): Promise<Page | undefined> {
    const [at = "", query = ""] = address.split(/\?(.*)/s);
    this.visit ??= await Visit.begin(this.place);
    if (this.watched.isOutdated) await this.watched.follow();
    const place = await openPlace(this.cwd, true);
    const { since } = this.visit;
    return pageAt(at, { place, query: new URLSearchParams(query), since, worktrees: this.worktrees });
  }

  /** Begins or continues a visit when the first page opens. */
  private async beginVisit(): Promise<void> {
    const before = this.visit?.since;
    this.visit = await Visit.begin(this.place);
    if (this.visit.since !== before) this.live.changed("record");
  }

  private report(error: unknown): void {
    if (error instanceof Failure) return;
    this.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
