/** Lists the unfinished items of a session at its end. Pure. */
import { unchecked } from "../session/checklist.ts";
import { openObjectives } from "../session/progress.ts";
import { headline } from "../session/session.ts";
import type { SessionState } from "../session/state.ts";
import { plural } from "../text/plural.ts";
import { lastChecks } from "../trailers/checks.ts";

/** The unfinished items of a session at its end. */
export interface LeftOpen {
  /** Open objectives as lines such as `obj-2 Docs`. */
  readonly objectives: readonly string[];
  readonly blockers: readonly string[];
  /** Checks whose last run failed. */
  readonly failed: readonly string[];
  /** Unchecked entries of the checklist. */
  readonly unchecked: readonly string[];
}

/**
 * Returns the open objectives, open blockers, failed checks and unchecked items that would stay open after
 * the end.
 */
export function leftOpen({ context, objectives, blockers }: SessionState): LeftOpen {
  const named = ({ id, text }: { readonly id: string; readonly text: string }) => `${id} ${headline(text)}`;
  const missing = unchecked(context);
  const failed = lastChecks(context.verified).filter((each) => each.result === "failed");
  return {
    objectives: openObjectives(objectives).map(named),
    blockers: blockers.filter((each) => !each.resolved).map(named),
    failed: failed.map((each) => each.command).filter((each) => !missing.includes(each)),
    unchecked: missing,
  };
}

/** Returns one line per kind of open item. */
export function leftOpenLines({ objectives, blockers, failed, unchecked: missing }: LeftOpen): string[] {
  const lines: [kind: string, items: readonly string[]][] = [
    [`${plural(objectives.length, "objective")} left open`, objectives],
    [`${plural(blockers.length, "blocker")} left open`, blockers],
    [failed.length === 1 ? "a check fails" : "checks fail", failed],
    ["not checked", missing],
  ];
  return lines.flatMap(([kind, items]) => (items.length > 0 ? [`${kind}: ${items.join(", ")}`] : []));
}
