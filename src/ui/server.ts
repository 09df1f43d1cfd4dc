/** The page for whoever oversees several sessions, served on 127.0.0.1 to who has its address. */

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
import { checkRequest, TOO_LARGE } from "./guard.ts";
import { LivePages } from "./live-pages.ts";
import { SessionsLook } from "./news.ts";
import { nameOf } from "./overview.ts";
import type { Page } from "./page.ts";
import { type PageAssets, pageFile, policyOf } from "./pages/frame.ts";
import { bodyOf, failurePart, failureWords, footerOf, refuse, sendJson } from "./responses.ts";
import { pageAt } from "./routes.ts";
import { CloneWatch } from "./watch-clone.ts";
import { WorktreeCache } from "./worktree-cache.ts";

const HOST = "127.0.0.1";

/** Bytes of the token: nobody guesses it. */
const TOKEN = 24;

/** Milliseconds in which a request has to be there. */
const PATIENCE = 10_000;

/** Connections at a time, of all browsers. */
const CONNECTIONS = 100;

export interface Served {
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * Serves the clone around a folder until it is closed; port 0 is any that is free. `say` reports what went wrong inside.
 * Failures: those of `openPlace`, `port-taken`.
 */
export async function serveUi(cwd: string, port: number, say: (text: string) => void): Promise<Served> {
  const place = await openPlace(cwd, true);
  const site = await Site.open(cwd, place, say);
  const server = createServer(
    { maxHeaderSize: 16 * 1024, headersTimeout: PATIENCE, requestTimeout: PATIENCE, noDelay: true },
    (request, response) => void site.answer(request, response),
  );
  server.maxConnections = CONNECTIONS;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, HOST, resolve);
    });
  } catch (error) {
    // What is followed would keep the process alive.
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

/** One clone that is served: its pages, its readers and what is followed. */
class Site {
  private host = "";
  private readonly token = randomToken(TOKEN);
  private readonly live: LivePages;
  private readonly watched: CloneWatch;
  /** One process can hold a session's lock once. */
  private readonly alone = serialQueue();
  private look: SessionsLook | undefined;
  private readonly worktrees = new WorktreeCache();

  private constructor(
    private readonly cwd: string,
    private readonly place: Place,
    private readonly dress: PageAssets,
    private readonly say: (text: string) => void,
  ) {
    this.live = new LivePages({
      open: (address) => this.pageOf(address),
      onReaders: (some) => void (some ? this.reads() : this.look?.leave()),
      say: (error) => this.report(error),
    });
    this.watched = new CloneWatch(place, (change) => {
      this.worktrees.changed(change);
      this.live.changed(change.kind);
    });
  }

  static async open(cwd: string, place: Place, say: (text: string) => void): Promise<Site> {
    const shipped = (name: string) => readFile(path.join(templatesDir(), "ui", name), "utf8");
    const [style, script] = await Promise.all([shipped("page.css"), shipped("page.js")]);
    const site = new Site(cwd, place, { style, script }, say);
    await site.watched.follow();
    return site;
  }

  /** Returns the address, once the port is known. A browser leaves port 80 out. */
  begin(port: number): string {
    this.host = port === 80 ? HOST : `${HOST}:${port}`;
    return `http://${this.host}/${this.token}/`;
  }

  async close(): Promise<void> {
    this.live.close();
    await this.watched.close();
    await this.look?.leave();
  }

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
      "Content-Security-Policy": `${policyOf(this.dress)}; frame-ancestors 'none'`,
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
      "Referrer-Policy": "no-referrer",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Resource-Policy": "same-origin",
      "Cache-Control": "no-store",
    };
  }

  private async show(at: string, query: URLSearchParams, response: ServerResponse): Promise<void> {
    const look = this.live.number;
    try {
      const page = await this.pageOf(`${at}?${query}`);
      if (!page) return refuse(response, { status: 404, why: "There is no such page." });
      const made = await Promise.all(page.parts.map((each) => each.make()));
      this.send(response, 200, page, made, { look, words: query.get("q") ?? "" });
    } catch (error) {
      this.report(error);
      const { status, ...words } = failureWords(error);
      const page: Page = { title: words.error, nav: "other", parts: [] };
      this.send(response, status, page, [failurePart(words)], { look, words: "" });
    }
  }

  private send(
    response: ServerResponse,
    status: number,
    page: Page,
    made: readonly Markup[],
    shown: { readonly look: number; readonly words: string },
  ): void {
    const footer = footerOf(this.watched.following());
    const text = pageFile(page, made, this.dress, { repository: nameOf(this.place), footer, ...shown });
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
      await this.look?.seen();
      this.live.changed("record");
      return "Everything is marked as seen.";
    });
    sendJson(response, 200, { said });
  }

  /** Opens the repository as it is now. */
  private async pageOf(address: string): Promise<Page | undefined> {
    const [at = "", query = ""] = address.split(/\?(.*)/s);
    this.look ??= await SessionsLook.begin(this.place);
    if (this.watched.isOutdated) await this.watched.follow();
    const place = await openPlace(this.cwd, true);
    const { since } = this.look;
    return pageAt(at, { place, query: new URLSearchParams(query), since, worktrees: this.worktrees });
  }

  /** Somebody came after nobody was there. */
  private async reads(): Promise<void> {
    const before = this.look?.since;
    this.look = await SessionsLook.begin(this.place);
    if (this.look.since !== before) this.live.changed("record");
  }

  private report(error: unknown): void {
    if (error instanceof Failure) return;
    this.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
