/** Formats the findings of `doctor` and the table of `doctor --perf`. */
import type { Finding } from "../../doctor/check.ts";
import type { Performance, Spread } from "../../doctor/perf/measure.ts";
import { hintLine } from "../../text/hint.ts";
import { plural } from "../../text/plural.ts";
import { signs } from "../signs.ts";
import { bold, dim, green, red, yellow } from "../style.ts";
import { table } from "../table.ts";
import { HANG } from "../wrap.ts";

/** Returns a line for each check, followed by the advice. */
export function checkLines(checks: readonly Finding[], emoji: boolean): string {
  return checks.map((check) => line(check, emoji)).join("\n");
}

/** Returns the advice of a check as lines, with commands as hints. */
function fixLines(fix: string): string {
  const lines = fix.split("\n").map((each) => (/^(?:session|git|rm) /.test(each) ? hintLine(each) : each));
  return lines.map((each) => `    ${dim(each)}`).join("\n");
}

function line({ name, state, says, fix }: Finding, emoji: boolean): string {
  const symbol = {
    ok: green(emoji ? signs().done : "[ok]"),
    warning: yellow("!"),
    problem: red(emoji ? signs().failed : "[x]"),
  }[state];
  return `${symbol} ${bold(name)}  ${HANG}${says}${fix === undefined ? "" : `\n${fixLines(fix)}`}`;
}

/**
 * Returns the table, and a line with a hint for each property that costs time. `width`: columns of the
 * terminal; undefined if output is piped.
 */
export function perfLines({ runs, commands, facts }: Performance, width: number | undefined): string {
  const column = (title: string, cells: readonly string[], spare = 0) => ({
    title,
    cells,
    right: true,
    spare,
  });
  const whole = (value: number) => value.toFixed(0);
  const least = commands.map((each) => ["node", ...each.floor].join(" + "));
  const rows = table(
    [
      { title: "session", cells: commands.map((each) => each.command) },
      column(
        "ms",
        commands.map((each) => whole(each.own.median)),
      ),
      column(
        "floor ms",
        commands.map((each) => whole(each.least.median)),
      ),
      column(
        "ratio",
        commands.map((each) => each.ratio.median.toFixed(1)),
      ),
      column(
        "from-to",
        commands.map((each) => between(each.ratio)),
        2,
      ),
      column(
        "git",
        commands.map((each) => whole(each.processes)),
      ),
      column(
        "MB",
        commands.map((each) => (each.memory === undefined ? "" : whole(each.memory))),
        1,
      ),
      { title: "floor", cells: least, spare: 3 },
    ],
    width,
  );
  const says = facts.flatMap(({ name, says, hint }) => [
    `${yellow("!")} ${bold(name)}  ${HANG}${says}`,
    ...(hint === undefined ? [] : [hintLine(hint)]),
  ]);
  return [
    ...rows,
    "",
    dim(
      `Medians of ${plural(runs, "run")}; the floor is the start of Node and git's own commands, git the processes started.`,
    ),
    ...(says.length > 0 ? says : ["Nothing in this repository costs more time than usual."]),
  ].join("\n");
}

function between({ min, max }: Spread): string {
  return `${min.toFixed(1)}-${max.toFixed(1)}`;
}
