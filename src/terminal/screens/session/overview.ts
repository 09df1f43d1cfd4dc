/** Formats a short status of a session, for `session` without a command, `start` and `resume`. */
import { plural } from "../../../text/plural.ts";
import type { StatusView } from "../../../views/shapes/session-views.ts";
import { blockerLine, moreLine, objectiveLine } from "../../lines.ts";
import { bold, cyan } from "../../style.ts";
import { clipped } from "../../wrap.ts";
import { headLines, warningLines } from "./status.ts";

interface Look {
  readonly emoji: boolean;
  readonly columns: number;
  /** Maximum number of lines. */
  readonly most: number;
}

/** Returns at most `most` lines: title, state, open items, and the next step. */
export function overviewLines(status: StatusView, { emoji, columns, most }: Look): string[] {
  const [next] = status.next;
  const last = [
    ...(next ? [clipped(`${bold("Next")}  ${next.what}`, columns)] : []),
    ...(next?.command === undefined ? [] : [`      ${cyan(next.command)}`]),
  ];
  const head = headLines(status).slice(0, 3);
  const items = openLines(status, emoji);
  const room = most - head.length - last.length;
  const shown = items.length <= room ? items : items.slice(0, room - 1);
  const rest = items.length - shown.length;
  const lines = [...head, ...shown, ...(rest > 0 ? [moreLine(`${rest} more`)] : [])];
  return [...lines.map((each) => clipped(each, columns)), ...last];
}

/** Returns lines for warnings, current objectives, blockers, open objectives, and last the changed files. */
function openLines(status: StatusView, emoji: boolean): string[] {
  const { warnings, objectives, blockers, pending, staged, changed, untracked } = status;
  const of = (mark: string) => objectives.filter((each) => each.mark === mark);
  const counts = [
    ...(pending.length > 0 ? [`${plural(pending.length, "decision")} for the next checkpoint`] : []),
    ...(staged + changed > 0 ? [plural(staged + changed, "changed file")] : []),
    ...(untracked > 0 ? [plural(untracked, "untracked file")] : []),
  ];
  return [
    ...warnings.flatMap((each) => warningLines(each).split("\n")),
    ...of("active").map((each) => objectiveLine(each, emoji)),
    ...blockers.filter((each) => !each.resolved).map((each) => blockerLine(each, emoji)),
    ...of("open").map((each) => objectiveLine(each, emoji)),
    ...(counts.length > 0 ? [counts.join(", ")] : []),
  ];
}
