/** Where a session stands, in few lines: for the bare `session`, and after `start` and `resume`. */
import { plural } from "../../text/plural.ts";
import type { StatusView } from "../../views/shapes/views.ts";
import { blockerLine, objectiveLine } from "../lines.ts";
import { bold, cyan, dim, yellow } from "../style.ts";
import { clipped } from "../wrap.ts";
import { headLines } from "./status.ts";

interface Look {
  readonly emoji: boolean;
  readonly columns: number;
  /** Lines, the hint included. */
  readonly most: number;
  /** The command that shows more. */
  readonly hint: string;
}

/** Returns at most `most` lines: title, standing, what is open, the next step, and the command that shows more. */
export function overviewLines(status: StatusView, { emoji, columns, most, hint }: Look): string[] {
  const [next] = status.next;
  const last = [
    ...(next ? [clipped(`${bold("Next")}  ${next.what}`, columns)] : []),
    ...(next?.command === undefined ? [] : [`      ${cyan(next.command)}`]),
    `hint: ${hint}`,
  ];
  const head = headLines(status).slice(0, 3);
  const items = openLines(status, emoji);
  const room = most - head.length - last.length;
  const shown = items.length <= room ? items : items.slice(0, room - 1);
  const rest = items.length - shown.length;
  const lines = [...head, ...shown, ...(rest > 0 ? [dim(`  … ${rest} more: session status`)] : [])];
  return [...lines.map((each) => clipped(each, columns)), ...last];
}

/** Warnings, then what is in progress, what blocks it and what is open; changes last. */
function openLines(status: StatusView, emoji: boolean): string[] {
  const { warnings, objectives, blockers, pending, staged, changed, untracked } = status;
  const of = (mark: string) => objectives.filter((each) => each.mark === mark);
  const counts = [
    ...(pending.length > 0 ? [`${plural(pending.length, "decision")} for the next checkpoint`] : []),
    ...(staged + changed > 0 ? [plural(staged + changed, "changed file")] : []),
    ...(untracked > 0 ? [plural(untracked, "untracked file")] : []),
  ];
  return [
    ...warnings.map((each) => `${yellow("!")} ${each}`),
    ...of("active").map((each) => objectiveLine(each, emoji)),
    ...blockers.filter((each) => !each.resolved).map((each) => blockerLine(each, emoji)),
    ...of("open").map((each) => objectiveLine(each, emoji)),
    ...(counts.length > 0 ? [counts.join(", ")] : []),
  ];
}
