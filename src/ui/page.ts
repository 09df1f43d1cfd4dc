/** Types of a page. Each part of a page is made, sent and replaced on its own. */

import type { Markup } from "../render/html.ts";
import type { Change } from "./watch-clone.ts";

/** A part of a page. */
export interface PagePart {
  /** Element id after `part-`. */
  readonly id: string;
  /** Name that screen readers announce when the part changes. */
  readonly name: string;
  /** Kinds of change that can change the part. */
  readonly follows: readonly Change["kind"][];
  readonly make: () => Promise<Markup>;
}

/** A page of `session ui`. */
export interface Page {
  readonly title: string;
  /** Link of the navigation that is marked as the current page. */
  readonly nav: "overview" | "sessions" | "search" | "other";
  readonly parts: readonly PagePart[];
}
