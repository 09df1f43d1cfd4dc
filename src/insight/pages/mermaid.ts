/** Renders Mermaid charts, which GitHub and GitLab draw from Markdown. User text can only be a label. */

import { oneLine } from "../../render/escape-markdown.ts";
import { dayAfter, dayAt } from "../report/period.ts";
import type { Report, ReportSession } from "../report/report.ts";

/** Maximum sessions in a chart: more are not readable. */
const MOST_SESSIONS = 30;

/** Renders sessions as bars from start to end; undefined if no session has a date. */
export function gantt(sessions: readonly ReportSession[]): string | undefined {
  const shown = sessions
    .filter((each) => dayAt(each.started) !== "" && dayAt(each.until) !== "")
    .slice(0, MOST_SESSIONS)
    .reverse();
  if (shown.length === 0) return undefined;
  const lines = shown.map(({ title, state, started, until }, at) => {
    const mark = state === "active" ? "active, " : state === "paused" ? "" : "done, ";
    return `  ${at + 1}. ${label(title)} :${mark}${dayAt(started)}, ${dayAfter(dayAt(until), 1)}`;
  });
  return fence(["gantt", "  dateFormat YYYY-MM-DD", "  axisFormat %Y-%m-%d", ...lines]);
}

/** Renders the commits of each period as bars; undefined for fewer than two bars. */
export function bars(shown: Report["periods"], by: Report["period"]["by"]): string | undefined {
  const most = Math.max(0, ...shown.map((each) => each.commits));
  if (shown.length < 2 || most === 0) return undefined;
  const name = (from: string) => (by === "month" ? from.slice(0, 7) : from.slice(5));
  return fence([
    "xychart-beta",
    `  x-axis [${shown.map((each) => `"${name(each.from)}"`).join(", ")}]`,
    `  y-axis "Commits" 0 --> ${most}`,
    `  bar [${shown.map((each) => each.commits).join(", ")}]`,
  ]);
}

/** Renders commits by type as a pie; undefined without commits. */
export function pie(types: Readonly<Record<string, number>>): string | undefined {
  const some = Object.entries(types).filter(([, count]) => count > 0);
  if (some.length === 0) return undefined;
  const lines = some
    .sort(([, one], [, other]) => other - one)
    .map(([type, count]) => `  "${label(type)}" : ${count}`);
  return fence(["pie showData", ...lines]);
}

/**
 * Returns a text with only letters, digits and signs without meaning in Mermaid; other characters become
 * spaces.
 */
function label(text: string): string {
  const plain = oneLine(text)
    .replace(/[^\p{L}\p{M}\p{N} .,()/_'+-]/gu, " ")
    .replace(/\s+/g, " ")
    .replace(/--+/g, "-")
    .trim();
  const short = [...plain].slice(0, 50).join("");
  return short === "" ? "untitled" : short;
}

function fence(lines: readonly string[]): string {
  return ["```mermaid", ...lines, "```"].join("\n");
}
