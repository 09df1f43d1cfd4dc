/** Defines the types of a web page. Each part of a page is rendered, sent and replaced separately. */

import type { Markup } from "../render/html.ts";
import type { Change } from "./watch-clone.ts";

/** A part of a page. */
export interface PagePart {
  /** Id of the part's element, without the prefix `part-`. */
  readonly id: string;
  /** Label that screen readers announce when the part changes. */
  readonly name: string;
  /** Kinds of change after which the part is rendered again. */
  readonly follows: readonly Change["kind"][];
  readonly make: () => Promise<Markup>;
}

/** A page of `session ui`. */
export interface Page {
  readonly title: string;
  /** Link in the navigation that is marked as the current page. */
  readonly nav: "overview" | "sessions" | "search" | "other";
  readonly parts: readonly PagePart[];
}
