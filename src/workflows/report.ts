/** What was done in a period, or in all of a repository's history. */
import { jsonText } from "../model/json.ts";
import { aged } from "../model/report/blockers.ts";
import { dayAt, type PeriodRequest, reportPeriod } from "../model/report/period.ts";
import type { Report } from "../model/report/report.ts";
import { reportMarkdown } from "../render/report/markdown.ts";
import { now } from "../surroundings.ts";
import type { Place } from "./place.ts";
import type { KeptReport, ReportOptions } from "./report-make.ts";
import { reportResults } from "./report-results.ts";
import { unchanged } from "./unchanged.ts";

export type ReportFormat = "markdown" | "json" | "html";

/** Failures of `insightsOf`. */
export async function reportOf(
  place: Place,
  request: PeriodRequest,
  options: ReportOptions = {},
): Promise<Report> {
  const made = now();
  const period = reportPeriod(request, Date.parse(made));
  const question = JSON.stringify(["report", period, dayAt(made), options.mine ?? false]);
  const { report, last } = await unchanged<KeptReport>(place, question, async () => {
    const { makeReport } = await import("./report-make.ts");
    return makeReport(place, period, made, options);
  });
  const blockers = aged(report.blockers, made);
  return { ...report, made, blockers, results: await reportResults(place, last) };
}

/** What draws a page is loaded where one is asked for. */
export async function reportText(report: Report, format: ReportFormat): Promise<string> {
  if (format === "json") return jsonText(report);
  if (format === "html") return (await import("../render/report/page.ts")).reportPage(report);
  return reportMarkdown(report);
}
