/** Pages that are open, and what is sent to them: only the parts that changed. */

import type { ServerResponse } from "node:http";
import type { Markup } from "../render/html.ts";
import { ALL, Debounce } from "./debounce.ts";
import type { Page } from "./page.ts";
import type { Change } from "./watch-clone.ts";

/** Bytes that wait for a reader before it is given up. */
const MOST_WAITING = 4 * 1024 * 1024;

interface Reader {
  readonly address: string;
  readonly response: ServerResponse;
  readonly sent: Map<string, string>;
}

interface Options {
  /** Opens the repository anew, and returns the page of an address. */
  readonly open: (address: string) => Promise<Page | undefined>;
  /** The first reader came, or the last one went. */
  readonly onReaders: (some: boolean) => void;
  readonly say: (error: unknown) => void;
}

/** Looks at the repository after it changed, as long as somebody reads, and sends what is different. */
export class LivePages {
  private readonly readers = new Set<Reader>();
  private readonly looker = new Debounce(
    (kinds) => this.look(kinds),
    () => this.readers.size > 0,
  );
  /** Counts changes: a page that was made at this number is up to date. */
  number = 1;

  constructor(private readonly options: Options) {}

  /** Notes that something may be different. */
  changed(...kinds: readonly Change["kind"][]): void {
    this.number++;
    this.looker.changed(kinds);
  }

  /** Keeps a page up to date until its reader goes. `made`: the number at which the reader's copy was made. */
  join(address: string, response: ServerResponse, made: number): void {
    const reader = { address, response, sent: new Map<string, string>() };
    this.readers.add(reader);
    if (this.readers.size === 1) this.options.onReaders(true);
    response.on("close", () => {
      this.readers.delete(reader);
      if (this.readers.size === 0) this.options.onReaders(false);
    });
    response.write(`retry: 2000\nevent: hello\ndata: {}\n\n`);
    if (made !== this.number) this.looker.changed(ALL);
  }

  close(): void {
    this.looker.close();
    for (const { response } of this.readers) response.end();
  }

  private async look(kinds: ReadonlySet<Change["kind"]>): Promise<void> {
    const addresses = new Set([...this.readers].map((each) => each.address));
    for (const address of addresses) await this.send(address, kinds).catch(this.options.say);
  }

  /** Sends each part as soon as it is made: a slow one keeps no other waiting. */
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
    if (response.writableLength > MOST_WAITING) response.destroy();
    else response.write(`event: part\ndata: ${JSON.stringify({ id, html })}\n\n`);
  }
}
