/** Updates open pages: sends them the parts whose HTML changed, as server-sent events. */

import type { ServerResponse } from "node:http";
import type { Markup } from "../render/html.ts";
import { ALL_KINDS, Debounce } from "./debounce.ts";
import type { Page } from "./page.ts";
import type { Change } from "./watch-clone.ts";

/** Maximum unsent bytes for a reader; with more, its connection is closed. */
const MAX_UNSENT = 4 * 1024 * 1024;

/** A browser tab that listens for changes of its page. */
interface Reader {
  /** Path and query of the page, after the token. */
  readonly address: string;
  readonly response: ServerResponse;
  /** HTML last sent, by id of the part. */
  readonly sent: Map<string, string>;
}

interface Options {
  /**
   * Reads the repository's current state, and returns the page for an address; undefined for an unknown
   * address.
   */
  readonly open: (address: string) => Promise<Page | undefined>;
  /** Called with true when the first reader connects, and with false when the last reader disconnects. */
  readonly onReaders: (some: boolean) => void;
  /** Reports an error of a page that could not be built. */
  readonly say: (error: unknown) => void;
}

/** The open pages of a clone. Remakes parts after a change, while at least one page is open. */
export class LivePages {
  private readonly readers = new Set<Reader>();
  private readonly debounce = new Debounce(
    (kinds) => this.refresh(kinds),
    () => this.readers.size > 0,
  );
  /** Number of changes so far, from 1. A page built at the current version is up to date. */
  version = 1;

  constructor(private readonly options: Options) {}

  /** Schedules an update of the page parts that depend on these kinds of change. */
  changed(...kinds: readonly Change["kind"][]): void {
    this.version++;
    this.debounce.changed(kinds);
  }

  /** Keeps a page up to date until its reader disconnects. `made`: version of the reader's page. */
  join(address: string, response: ServerResponse, made: number): void {
    const reader = { address, response, sent: new Map<string, string>() };
    this.readers.add(reader);
    if (this.readers.size === 1) this.options.onReaders(true);
    response.on("close", () => {
      this.readers.delete(reader);
      if (this.readers.size === 0) this.options.onReaders(false);
    });
    response.write(`retry: 2000\nevent: hello\ndata: {}\n\n`);
    if (made !== this.version) this.debounce.changed(ALL_KINDS);
  }

  /** Ends all connections. */
  close(): void {
    this.debounce.close();
    for (const { response } of this.readers) response.end();
  }

  private async refresh(kinds: ReadonlySet<Change["kind"]>): Promise<void> {
    const addresses = new Set([...this.readers].map((each) => each.address));
    for (const address of addresses) await this.send(address, kinds).catch(this.options.say);
  }

  /** Sends each part as soon as it is rendered, so that a slow part does not delay the others. */
  private async send(address: string, kinds: ReadonlySet<Change["kind"]>): Promise<void> {
    const page = await this.options.open(address);
    const readers = [...this.readers].filter((each) => each.address === address);
    const parts = page?.parts.filter((each) => each.follows.some((kind) => kinds.has(kind))) ?? [];
    await Promise.all(
      parts.map(async ({ id, make }) => {
        const { html }: Markup = await make();
        for (const reader of readers) this.put(reader, id, html);
      }),
    );
  }

  private put({ response, sent }: Reader, id: string, html: string): void {
    if (sent.get(id) === html) return;
    sent.set(id, html);
    if (response.writableLength > MAX_UNSENT) response.destroy();
    else response.write(`event: part\ndata: ${JSON.stringify({ id, html })}\n\n`);
  }
}
