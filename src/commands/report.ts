import path from "node:path";
import { type Command, Option } from "@commander-js/extra-typings";
import type { About, OptionsOf } from "../cli/command.ts";
import { period } from "../cli/date-options.ts";
import { ALLOW, choice } from "../cli/options.ts";
import type { PeriodRequest } from "../insight/report/period.ts";
import { type ReportFormat, reportOf, reportText } from "../insight/report.ts";
import { Failure } from "../session/failure.ts";
import { clock } from "../surroundings.ts";
import { openFile } from "../terminal/open.ts";
import { progressLine, scanProgress } from "../terminal/progress.ts";
import { defined } from "../text/defined.ts";

export const about: About = {
  name: "report",
  group: "Look back",
  order: 70,
  pager: true,
  summary: "Report what was done, as Markdown, JSON or an HTML page",
  description:
    "Reports sessions, objectives, decisions, blockers, commits and files of this week, today, this month or between two dates. --project covers the whole history of the branch.",
  examples: [
    ["session report", "this week"],
    ["session report --monthly --open", "this month, in the browser"],
    ["session report --project -o report.html", "the whole history"],
    ["session report --since 2024-01-01 --until 2024-03-31 --author me", "my quarter"],
  ],
  asks: ["repository", "refs", "settings"],
};

const flags = (command: Command) =>
  command
    .option("--daily", "report today, or group numbers by day")
    .option("--weekly", "report this week (default), or group numbers by week")
    .option("--monthly", "report this month, or group numbers by month")
    .option("--since <date>", 'start at a date: 2024-01-31, "2 weeks ago"')
    .option("--until <date>", "stop at the end of a date")
    .option("--project", "report the whole history")
    .addOption(choice("--author <who>", "report only your own work, or all", ["me", "all"], "all"))
    .addOption(
      new Option("--format <format>", "set the format (default: by file name, else markdown)").choices([
        "markdown",
        "json",
        "html",
      ]),
    )
    .option("-o, --output <file>", "write to a file")
    .option("--force", "replace an existing file")
    .option("--open", "open the page in the browser")
    .option(...ALLOW);

type Options = OptionsOf<typeof flags>;

export function define(command: Command): void {
  flags(command).does(async ({ place: open, out, cwd }, options) => {
    const request = requestOf(options);
    const target = options.output === undefined ? undefined : path.resolve(cwd, options.output);
    const format = formatOf(options, out.json);
    const place = await open({ bare: true });
    const force = options.force ?? false;
    const toFile = target !== undefined || options.open;
    const files = toFile ? await import("../insight/report-files.ts") : undefined;
    if (target !== undefined) await files?.unusedFile(target, force);
    const line = progressLine(out.quiet);
    const onProgress = scanProgress(line);
    const report = await reportOf(place, request, {
      mine: options.author === "me",
      ...(onProgress ? { onProgress } : {}),
    }).finally(() => line?.clear());
    if (!files) return out.data(out.json ? "" : await reportText(report, format), report, true);
    const file = await files.writeReport(place, report, format, target, force);
    if (options.open) await openFile(file);
    const name = target === undefined ? file : path.relative(cwd, file);
    out.done(`Written to ${name}.`, { file }, name);
  });
}

/** Returns the period that the options describe. Throws Failure `usage` for two periods, or a future one. */
function requestOf(options: Options): PeriodRequest {
  const named = (["daily", "weekly", "monthly"] as const).filter((each) => options[each]);
  if (named.length > 1) throw new Failure("usage", `--${named[0]} and --${named[1]} cannot be used together`);
  const dates = period(options);
  if (dates.since !== undefined && dates.since > clock())
    throw new Failure("usage", "--since is in the future");
  return { ...dates, ...defined({ every: named[0] }), ...(options.project ? { project: true } : {}) };
}

/**
 * Returns the format that the options choose. With `--open`, throws Failure `usage` for a format that
 * browsers do not show.
 */
function formatOf({ format, output, open }: Options, json: boolean): ReportFormat {
  const ending = path.extname(output ?? "").toLowerCase();
  const named: Record<string, ReportFormat> = { ".json": "json", ".html": "html", ".htm": "html" };
  const chosen =
    format ?? named[ending] ?? (open ? "html" : json && output === undefined ? "json" : "markdown");
  if (open && chosen !== "html")
    throw new Failure("usage", `--open needs a page: use --format html, not ${chosen}`);
  return chosen;
}
