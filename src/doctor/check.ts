/** The findings of `session doctor`, and the shape of a file in `checks/`. */
import type { Place } from "../place/place.ts";

/** A result of a doctor check. */
export interface Finding {
  readonly name: string;
  readonly state: "ok" | "warning" | "problem";
  readonly says: string;
  /** The command or step that solves the problem. */
  readonly fix?: string;
  /** The repair that `doctor --fix` makes, if a safe repair exists. */
  readonly repair?: Repair;
}

/** A repair that loses nothing: the files that it changes are copied first. */
export interface Repair {
  /** Description of the repair, as an imperative: "rebuild context.json from events.jsonl". */
  readonly does: string;
  /** Absolute paths of files and folders that the repair may change, create or remove. */
  readonly files: readonly string[];
  /**
   * Makes the repair.
   * @throws Failure if it fails
   */
  readonly run: () => Promise<unknown>;
}

export interface Check {
  /** Position of the check in the report: lower numbers come first. */
  readonly order: number;
  /** Runs the check; only reads. A check that also reports success returns at least one finding. */
  readonly examine: (place: Place) => Promise<Finding | readonly Finding[]>;
}
