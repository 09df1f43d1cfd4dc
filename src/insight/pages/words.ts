/** Formats texts that all formats of a report share. */

import { defined } from "../../text/defined.ts";
import { plural } from "../../text/plural.ts";
import { decisionEndText } from "../../trailers/successors.ts";
import type { Rest, Trend } from "../counting/velocity.ts";
import type { Report, ReportDecision } from "../report/report.ts";

/** Returns the trend of the last weeks in words, whatever the period of the report is. */
export function trendText(trend: Trend | null): string {
  if (trend === null) return "Trend: not enough data.";
  return `Trend: ${trend.way}, ${plural(trend.recent, "commit")} in the last four full weeks, ${trend.before} in the four weeks before.`;
}

/** Returns the estimate for the open objectives as a sentence that counts weeks. */
export function restText(rest: Rest): string {
  if (rest.open === 0) return "No open objectives.";
  const open = `${plural(rest.open, "objective")} of active sessions`;
  if ("unknown" in rest) return `No estimate for the ${open}: ${rest.unknown}.`;
  const [low, high] = [rest.low, rest.high].map((each) => Math.round(each * 10) / 10);
  const range = low === high ? `${low}` : `${low} to ${high}`;
  return `The ${open} may take ${range} weeks, at the pace of the last eight.`;
}

/** Returns the name of a session state for readers. */
export function stateName(state: string): string {
  return state === "recorded" ? "known from commits" : state;
}

/** Returns `withdrawn by dec-3` or `superseded by dec-3`; undefined for a binding decision. */
export function endText({
  supersededBy,
  withdrawnBy,
}: Pick<ReportDecision, "supersededBy" | "withdrawnBy">): string | undefined {
  return decisionEndText(
    defined({ supersededBy: supersededBy ?? undefined, withdrawnBy: withdrawnBy ?? undefined }),
  );
}

/** Returns sentences about the parts of the history that this clone lacks. */
export function limitsOf({ shallow, depth }: Pick<Report, "shallow" | "depth">): string[] {
  return [
    ...(shallow ? ["The history ends early: this clone is shallow."] : []),
    ...(depth === "lines" ? [] : ["Lines are not known: this clone is partial."]),
  ];
}
