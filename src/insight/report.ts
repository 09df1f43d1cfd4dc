/** Reports the work of a period, or of all of a repository's history. */

import type { Place } from "../place/place.ts";
import { now } from "../surroundings.ts";
import { jsonText } from "../text/json.ts";
import { cachedAnswer } from "./cached-answer.ts";
import { reportMarkdown } from "./pages/markdown.ts";
import { aged } from "./report/blockers.ts";
import { dayAt, type PeriodRequest, reportPeriod } from "./report/period.ts";
import type { Report } from "./report/report.ts";
import type { KeptReport, ReportOptions } from "./report-make.ts";
import { reportResults } from "./report-results.ts";

export type ReportFormat = "markdown" | "json" | "html";

/** Returns the report of a period. Throws the failures of `insightsOf`. */
export async function reportOf(
  place: Place,
  request: PeriodRequest,
  options: ReportOptions = {},
): Promise<Report> {
  const made = now();
  const period = reportPeriod(request, Date.parse(made));
  const question = JSON.stringify(["report", period, dayAt(made), options.mine ?? false]);
  const { report, last } = await cachedAnswer<KeptReport>(place, question, async () => {
    const { makeReport } = await import("./report-make.ts");
    return makeReport(place, period, made, options);
  });
  const blockers = aged(report.blockers, made);
  return { ...report, made, blockers, results: await reportResults(place, last) };
}

/** Formats a report as text. Loads the HTML page's code for that format alone. */
export async function reportText(report: Report, format: ReportFormat): Promise<string> {
  if (format === "json") return jsonText(report);
  if (format === "html") return (await import("./pages/page.ts")).reportPage(report);
  return reportMarkdown(report);
}
