import type { Scratch } from "../../support/scratch.ts";

/** A statement of a followed system's guide: its command, and the expected output of this program. */
export interface Row {
  /** The command as the guide has it; a statement without one names the line that shows it in `run`. */
  readonly guide: string;
  readonly run?: string;
  /** Default 0. */
  readonly code?: number;
  readonly out?: RegExp;
  readonly err?: RegExp;
  /** Matched with what the same command prints as JSON. */
  readonly json?: unknown;
  /** A file that is there afterwards. */
  readonly file?: string;
  /** Works otherwise, or in part: the sentence of docs/followed-systems.md that says why that is better. */
  readonly why?: string;
}

export interface System {
  readonly name: string;
  readonly setup: (s: Scratch) => Promise<void>;
  readonly rows: readonly Row[];
}
