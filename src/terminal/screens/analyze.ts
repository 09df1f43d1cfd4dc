/** Formats the analysis of a session or repository: health, velocity, patterns and advice. */

import type { PatternsView, SessionAnalysis } from "../../insight/analyze.ts";
import type { Advice, Health } from "../../insight/counting/health.ts";
import type { ProjectVelocity, Rest, Trend, Velocity } from "../../insight/counting/velocity.ts";
import { plural } from "../../text/plural.ts";
import { formatMinutes } from "../../text/time/duration.ts";
import { heading, namedLines } from "../lines.ts";
import { facts, signs } from "../signs.ts";
import { bold, cyan, dim, green, red, yellow } from "../style.ts";
import { HANG } from "../wrap.ts";

/** Maximum entries of a list. */
const SHOWN = 5;

/** Returns a text on one line: file names and users' text may hold line ends. */
const flat = (text: string) => text.replace(/\s+/g, " ");

/** Returns the heading of the analysis. */
export function titleLine(session: SessionAnalysis["session"] | undefined): string {
  return session
    ? heading(flat(session.title), facts([session.branch, session.id]))
    : heading("This repository");
}

/** Returns the health score, from 0 to 100, and a line for each part of it. */
export function healthLines({ score, parts }: Health): string[] {
  const width = Math.max(...parts.map((each) => each.name.length));
  return [
    score === null ? heading("Health", "not enough data") : heading(`Health ${score} of 100`),
    ...parts.map((each) => {
      const number =
        each.score === null ? dim(`  ${signs().none}`) : paint(each.score)(String(each.score).padStart(3));
      return `  ${number}  ${each.name.padEnd(width)}  ${HANG}${each.score === null ? dim(flat(each.found)) : flat(each.found)}`;
    }),
  ];
}

function paint(score: number): (text: string) => string {
  return score >= 80 ? green : score >= 50 ? yellow : red;
}

/** Returns the lines about the velocity of a session. */
export function velocityLines(velocity: Velocity): string[] {
  const { days, activeDays, minutes, minutesPerActiveDay, objectives, checkpoints } = velocity;
  const rate = ({ total, perDay, perActiveDay }: Velocity["objectives"]) =>
    total === 0 ? "none" : `${total}; ${perDay} a day, ${perActiveDay} a day of work`;
  const work = minutesPerActiveDay === null ? "" : `; ${formatMinutes(minutesPerActiveDay)} a day of work`;
  return [
    heading("Velocity", `${plural(days, "day")}, active on ${activeDays}`),
    ...rows([
      ["Objectives done", rate(objectives)],
      ["Checkpoints", rate(checkpoints)],
      ["Working time", `${formatMinutes(minutes)}${work}`],
      ["Trend", trendText(velocity.trend)],
      ["The rest", restText(velocity.rest, "work")],
    ]),
  ];
}

/** Returns the lines about the velocity of the repository in the last eight weeks. */
export function projectVelocityLines(velocity: ProjectVelocity): string[] {
  const { weeks, commitsPerDay, checkpointsPerDay, objectivesPerDay } = velocity;
  return [
    heading("Velocity", "the last eight weeks"),
    ...rows([
      ["Commits", `${commitsPerDay} a day; by week ${weeks.map((each) => each.commits).join(" ")}`],
      ["Checkpoints", `${checkpointsPerDay} a day`],
      ["Objectives done", `${objectivesPerDay} a day`],
      ["Trend", trendText(velocity.trend)],
      ["The rest", restText(velocity.rest, "weeks")],
    ]),
  ];
}

function trendText(trend: Trend | null): string {
  if (!trend) return dim("not enough data");
  return `${trend.way}: ${trend.recent} in the last ${trend.days} days, ${trend.before} in those before`;
}

function restText(rest: Rest, unit: "work" | "weeks"): string {
  if (rest.open === 0) return "every objective is done";
  const open = `${plural(rest.open, "objective")} open`;
  if ("unknown" in rest) return `${open}; ${dim(rest.unknown)}`;
  const [low, high] =
    unit === "work" ? [formatMinutes(rest.low), formatMinutes(rest.high)] : [rest.low, rest.high];
  const what = unit === "work" ? " of work" : " weeks";
  const range = low === high ? `about ${low}` : `${low} to ${high}`;
  const basis = unit === "work" ? `the ${rest.basis} that are done` : `${rest.basis} weeks`;
  return `${open}; ${range}${what}, going by ${basis}`;
}

/** Returns the lines about patterns of commits: types, hot files, files that change together, fixes. */
export function patternsLines(patterns: PatternsView): string[] {
  const { commits, merges, files, added, removed, authors, types, depth, pairs, fixes, areas } = patterns;
  if (commits === 0) return [heading("Patterns", "no commits yet")];
  const known = depth === "lines" ? `+${added} -${removed} lines, ` : "";
  const merged = merges === 0 ? "" : `, ${plural(merges, "merge")} among them`;
  const sorted = Object.entries(types).sort(([one, n], [other, m]) => m - n || (one < other ? -1 : 1));
  return [
    heading("Patterns", `${plural(commits, "commit")}${merged}`),
    ...rows([
      [
        "Churn",
        depth === "messages" ? dim("not known in this partial clone") : `${known}${plural(files, "file")}`,
      ],
      ["Types", sorted.map(([type, count]) => `${count} ${type}`).join(", ")],
      ["Authors", String(authors)],
      ["Busiest", busiest(patterns.hours)],
      [
        "Fix after feature",
        fixes.features === 0
          ? dim("no commit of type feat")
          : `${fixes.fixed} of ${plural(fixes.features, "feature")} within ${fixes.days} days`,
      ],
    ]),
    ...list(
      "Hot files",
      patterns.hot.slice(0, SHOWN).map((each) => {
        const lines = depth === "lines" ? `, ${plural(each.lines, "line")}` : "";
        return `${flat(each.path)}  ${dim(`${plural(each.commits, "commit")}${lines}${each.gone ? ", gone" : ""}`)}`;
      }),
    ),
    ...list(
      "Change together",
      pairs
        .slice(0, SHOWN)
        .map(
          ({ files: [one, other], together, of }) =>
            `${flat(one)}, ${flat(other)}  ${dim(`${together} of ${of}`)}`,
        ),
    ),
    ...list(
      "Fixed after a feature",
      fixes.files
        .slice(0, SHOWN)
        .map((each) => `${flat(each.path)}  ${dim(`${each.fixes} ${each.fixes === 1 ? "fix" : "fixes"}`)}`),
    ),
    ...list(
      "Rules broken",
      (patterns.rules ?? [])
        .slice(0, SHOWN)
        .map((each) => `${flat(each.name)}  ${dim(plural(each.findings, "finding"))}`),
    ),
    ...list(
      "Decisions about",
      areas.slice(0, SHOWN).map((each) => `${flat(each.area)}  ${dim(plural(each.decisions, "decision"))}`),
    ),
  ];
}

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** Returns the weekday and hour with the most commits, in the authors' time zones. */
function busiest(hours: readonly (readonly number[])[]): string {
  const byDay = hours.map((row) => row.reduce((sum, each) => sum + each, 0));
  const byHour = Array.from({ length: 24 }, (_, hour) =>
    hours.reduce((sum, row) => sum + (row[hour] ?? 0), 0),
  );
  const most = (counts: readonly number[]) => counts.indexOf(Math.max(...counts));
  if (byDay.every((each) => each === 0)) return dim("no commit with a date");
  const hour = most(byHour);
  return `${WEEKDAYS[most(byDay)]}; ${hour}:00 to ${hour + 1}:00`;
}

/** Returns the advice, with a command for each if known. */
export function recommendationLines(advice: readonly (Advice & { readonly why: string })[]): string[] {
  if (advice.length === 0) return [heading("What to do", "nothing stands out")];
  return [
    heading("What to do"),
    ...advice.flatMap(({ what, why, command }) => [
      `  ${flat(what)}  ${dim(flat(why))}`,
      ...(command === undefined ? [] : [`    ${cyan(command)}`]),
    ]),
  ];
}

function rows(all: readonly (readonly [string, string])[]): string[] {
  return namedLines(all).map((each) => `  ${each}`);
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`  ${bold(title)}`, ...lines.map((each) => `    ${each}`)];
}
