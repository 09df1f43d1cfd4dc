import type { SessionMetrics, Totals } from "../../insight/counting/metrics.ts";
import { plural } from "../../text/plural.ts";
import { formatMinutes } from "../../text/time/duration.ts";
import { percent } from "../../trailers/impact.ts";
import type { ChangedLines, ComparedChanges } from "../../views/shapes/changes.ts";
import { changeLine, heading, namedLines } from "../lines.ts";
import { facts, signs } from "../signs.ts";
import { bold, dim } from "../style.ts";
import { clip, table } from "../table.ts";

/** Returns the symbol of an unknown number. */
const unknown = () => signs().none;

/** The numbers of a session by name, for all screens with numbers. */
const FIGURES: readonly (readonly [string, (metrics: SessionMetrics) => string])[] = [
  ["State", ({ state }) => state],
  ["Working time", ({ minutes }) => formatMinutes(minutes)],
  ["From start to end", ({ span }) => lengthOf(span)],
  ["Idle", ({ idle }) => (idle === null ? unknown() : `${Math.round(idle * 100)}%`)],
  ["Checkpoints", ({ checkpoints }) => String(checkpoints)],
  ["First checkpoint", ({ firstCheckpoint }) => after(firstCheckpoint)],
  ["Objectives done", ({ objectives }) => objectivesOf(objectives)],
  ["Decisions", ({ decisions }) => String(decisions)],
  ["Blockers resolved", ({ blockers }) => `${blockers.resolved} of ${blockers.total}`],
  ["Files", ({ files }) => count(files)],
  ["Lines", linesOf],
  ["Tests", ({ tests }) => (tests === null ? unknown() : signed(tests))],
  ["Coverage", coverageOf],
];

/** Returns the numbers of one session, one per line. */
export function statsLines(
  metrics: SessionMetrics,
  conversations: readonly (readonly [name: string, value: string])[] = [],
): string[] {
  return [
    `${bold(metrics.title)}  ${dim(facts([metrics.branch, metrics.id]))}`,
    "",
    ...namedLines([...FIGURES.map(([name, value]) => [name, value(metrics)] as const), ...conversations]),
  ];
}

/** Returns the numbers of two sessions in two columns, with differences in bold. */
export function compareLines(
  one: SessionMetrics,
  other: SessionMetrics,
  width: number | undefined,
): string[] {
  const rows = [["Branch", (each: SessionMetrics) => each.branch] as const, ...FIGURES];
  const cells = (metrics: SessionMetrics) => rows.map(([, value]) => value(metrics));
  const [left, right] = [cells(one), cells(other)];
  const paint = (text: string, row: number) => (left[row] === right[row] ? text : bold(text));
  return table(
    [
      { title: "", cells: rows.map(([name]) => name), paint: dim, least: 6 },
      { title: titleOf(one, width), cells: left, paint, least: 6 },
      { title: titleOf(other, width), cells: right, paint, least: 6 },
    ],
    width,
  );
}

function titleOf({ title }: SessionMetrics, width: number | undefined): string {
  return clip(title, width === undefined ? 60 : Math.max(8, Math.floor(width / 3)));
}

/**
 * Returns the changed files of both sessions; files that both change come first, because they may
 * conflict.
 */
export function changesLines(
  { both, only }: ComparedChanges,
  [one, other]: readonly [Pick<SessionMetrics, "branch">, Pick<SessionMetrics, "branch">],
): string[] {
  const lines = ({ added, removed }: ChangedLines) =>
    added === undefined ? unknown() : `+${added} -${removed ?? 0}`;
  const listed = (branch: string, files: readonly ChangedLines[]) => [
    heading(`Only ${branch}`, plural(files.length, "file")),
    ...files.map(changeLine),
  ];
  return [
    heading("Both", both.length === 0 ? "no file" : plural(both.length, "file")),
    ...both.map(({ path, each: [left, right] }) => `  ${path}  ${dim(`${lines(left)}, ${lines(right)}`)}`),
    ...["", ...listed(one.branch, only[0])],
    ...["", ...listed(other.branch, only[1])],
  ];
}

/** Returns lines with the totals of all sessions. */
export function totalsLines(totals: Totals, day: (iso: string) => string): string[] {
  const { objectives } = totals;
  const states = Object.entries(totals.states).map(([state, sessions]) => `${sessions} ${state}`);
  const { first, last, tags } = totals;
  const shown = tags.slice(0, 10).map(({ tag, sessions }) => `${tag} (${sessions})`);
  return namedLines([
    [
      "Sessions",
      [String(totals.sessions), ...(states.length > 0 ? [dim(states.join(", "))] : [])].join("  "),
    ],
    ["Working time", formatMinutes(totals.minutes)],
    ["Checkpoints", count(totals.checkpoints)],
    ["Objectives done", `${objectives.done} of ${objectives.total}`],
    ["Decisions", String(totals.decisions)],
    ["Open blockers", String(totals.blockers)],
    first === null || last === null ? undefined : ["From, to", `${day(first)}, ${day(last)}`],
    shown.length === 0 ? undefined : ["Tags", shown.join(", ")],
  ]);
}

/** Returns added and removed lines, such as `+12 -3`; a dash if unknown. */
export function linesOf({ added, removed }: Pick<SessionMetrics, "added" | "removed">): string {
  return added === null || removed === null ? unknown() : `+${added} -${removed}`;
}

/** Returns the coverage in percent, before and after if changed; a dash if unknown. */
export function coverageOf({ coverage }: Pick<SessionMetrics, "coverage">): string {
  const { before, after: now } = coverage;
  if (now === null) return before === null ? unknown() : percent(before);
  return before === null || percent(before) === percent(now)
    ? percent(now)
    : `${percent(before)} ${signs().arrow} ${percent(now)}`;
}

/** Returns a number, with a plus sign if positive. */
export function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}

function objectivesOf({ done, total, dropped }: SessionMetrics["objectives"]): string {
  return `${done} of ${total}${dropped === 0 ? "" : `, ${dropped} dropped`}`;
}

function count(value: number | null): string {
  return value === null ? unknown() : String(value);
}

function after(minutes: number | null): string {
  return minutes === null ? unknown() : minutes === 0 ? "at once" : `after ${lengthOf(minutes)}`;
}

/** Returns a duration, in whole days from two days on; a dash if null. */
export function lengthOf(minutes: number | null): string {
  if (minutes === null) return unknown();
  return minutes < 2880 ? formatMinutes(minutes) : plural(Math.floor(minutes / 1440), "day");
}
