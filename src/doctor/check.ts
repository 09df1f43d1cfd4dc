/** The findings of `session doctor`, and the shape of a file in `checks/`. */
import type { Place } from "../place/place.ts";

/** A result of a doctor check. */
export interface Finding {
  readonly name: string;
  readonly state: "ok" | "warning" | "problem";
  readonly says: string;
  /** The command or the step that helps. */
  readonly fix?: string;
  /** The repair that `doctor --fix` makes, where it is safe. */
  readonly repair?: Repair;
}

/** A repair that loses nothing: what it changes is copied first. */
export interface Repair {
  /** Imperative: "rebuild context.json from events.jsonl". */
  readonly does: string;
  /** Files and folders that it may change, make or remove; absolute. */
  readonly files: readonly string[];
  /** @throws Failure */
  readonly run: () => Promise<unknown>;
}

export interface Check {
  /** Place in the report: lower comes first. */
  readonly order: number;
  /** Reads only. Returns at least one finding where the check has a line of its own when all is well. */
  readonly examine: (place: Place) => Promise<Finding | readonly Finding[]>;
}
