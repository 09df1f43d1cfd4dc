/** A page as parts that are made, sent and replaced apart. */
import type { Markup } from "../render/html.ts";
import type { Change } from "./watch-clone.ts";

export interface PagePart {
  /** Also the id of its element. */
  readonly id: string;
  /** What a screen reader is told has changed. */
  readonly name: string;
  /** Changes after which it may be different. */
  readonly follows: readonly Change["kind"][];
  readonly make: () => Promise<Markup>;
}

export interface Page {
  readonly title: string;
  /** Shown as the page that one is on. */
  readonly nav: "overview" | "sessions" | "search" | "other";
  readonly parts: readonly PagePart[];
}
