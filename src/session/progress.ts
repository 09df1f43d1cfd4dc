/** Counts finished objectives, and finds the current one. Pure. */
import type { Objective } from "./session.ts";

/** Returns the objectives that are open or in progress. */
export function openObjectives(objectives: readonly Objective[]): Objective[] {
  return objectives.filter((each) => each.mark === "open" || each.mark === "active");
}

/**
 * Returns the progress as text, such as "2 of 3 done", without dropped objectives; undefined without
 * objectives.
 */
export function progress(objectives: readonly Objective[]): string | undefined {
  const { done, total } = progressOf(objectives);
  return total === 0 ? undefined : `${done} of ${total} done`;
}

/** Returns the number of finished objectives and of all objectives, without dropped ones. */
export function progressOf(objectives: readonly Pick<Objective, "mark">[]): {
  readonly done: number;
  readonly total: number;
} {
  return {
    done: objectives.filter((each) => each.mark === "done").length,
    total: objectives.filter((each) => each.mark !== "dropped").length,
  };
}

/** Returns the objective in progress, else the first open objective. */
export function currentObjective(objectives: readonly Objective[]): Objective | undefined {
  return objectives.find((each) => each.mark === "active") ?? objectives.find((each) => each.mark === "open");
}
