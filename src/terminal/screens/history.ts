import type { SessionMetrics } from "../../insight/counting/metrics.ts";
import { plural } from "../../text/plural.ts";
import { formatMinutes } from "../../text/time/duration.ts";
import type { PastSession } from "../../views/shapes/listing.ts";
import { facts } from "../signs.ts";
import { bold, cyan, dim } from "../style.ts";
import { table } from "../table.ts";
import { coverageOf, lengthOf, linesOf, signed } from "./metrics.ts";

/** Returns a line for each session; with metrics, more columns and a line of totals. */
export function historyLines(
  sessions: readonly PastSession[],
  day: (iso: string) => string,
  width: number | undefined,
): string[] {
  const measured = sessions.some((each) => each.metrics !== undefined);
  const column = (title: string, cell: (each: PastSession) => string) => ({
    title,
    cells: sessions.map(cell),
  });
  const figure = (title: string, spare: number, cell: (metrics: SessionMetrics) => string) => ({
    ...column(title, ({ metrics }) => (metrics ? cell(metrics) : "")),
    spare,
    right: true,
  });
  const lines = table(
    [
      { ...column("Ended", (each) => day(each.ended ?? each.touched)), paint: dim, spare: 4 },
      { ...column("Title", (each) => each.title), paint: bold, least: 20 },
      { ...column("Branch", (each) => each.branch), paint: dim, least: 12, spare: 5 },
      { ...column("Done", objectivesOf), right: true, spare: 1 },
      {
        ...column("Worked", ({ minutes }) => (minutes === null ? "" : formatMinutes(minutes))),
        right: true,
        spare: 2,
      },
      { ...column("Took", (each) => lengthOf(spanOf(each))), right: true, spare: 3, paint: dim },
      figure("Checkpoints", 8, (each) => String(each.checkpoints)),
      figure("Decisions", 9, (each) => String(each.decisions)),
      figure("Lines", 6, linesOf),
      figure("Tests", 7, ({ tests }) => (tests === null ? "" : signed(tests))),
      figure("Coverage", 10, coverageOf),
      { ...column("ID", (each) => each.id), paint: cyan, least: 5, whole: true },
    ],
    width,
  );
  return measured && width !== undefined ? [...lines, "", togetherLine(sessions)] : lines;
}

function togetherLine(sessions: readonly PastSession[]): string {
  const total = (pick: (each: PastSession) => number | null | undefined) =>
    sessions.reduce((sum, each) => sum + (pick(each) ?? 0), 0);
  const checkpoints = total((each) => each.metrics?.checkpoints);
  const decisions = total((each) => each.metrics?.decisions);
  const parts = [
    plural(sessions.length, "session"),
    `${total((each) => each.objectives.done)} of ${total((each) => each.objectives.total)} objectives done`,
    `${formatMinutes(total((each) => each.minutes))} of work`,
    plural(checkpoints, "checkpoint"),
    plural(decisions, "decision"),
    ...(sessions.some((each) => each.metrics?.added === null)
      ? []
      : [`+${total((each) => each.metrics?.added)} -${total((each) => each.metrics?.removed)} lines`]),
  ];
  return `${bold("Together")}  ${facts(parts)}`;
}

function objectivesOf({ objectives }: PastSession): string {
  return objectives.total === 0 ? "" : `${objectives.done}/${objectives.total}`;
}

function spanOf({ created, ended, touched }: PastSession): number | null {
  const minutes = (Date.parse(ended ?? touched) - Date.parse(created)) / 60_000;
  return Number.isFinite(minutes) ? Math.max(0, Math.round(minutes)) : null;
}
