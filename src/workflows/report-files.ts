/** A report as text, and where that text goes. */
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Failure } from "../model/failure.ts";
import type { Report } from "../model/report/report.ts";
import { isFolder, jsonText, refuseExisting } from "./export-files.ts";
import { writeOutput } from "./output.ts";
import type { Place } from "./place.ts";
import { reportTexts } from "./report.ts";
import { refuseSecrets } from "./secrets.ts";

export type ReportFormat = "markdown" | "json" | "html";

/** What draws a format is loaded where it is asked for. */
export async function reportText(report: Report, format: ReportFormat): Promise<string> {
  if (format === "json") return jsonText(report);
  if (format === "html") return (await import("../render/report/page.ts")).reportPage(report);
  return (await import("../render/report/markdown.ts")).reportMarkdown(report);
}

/** Asked before the work begins. Failures `usage` for a folder, `file-exists` unless `force`. */
export async function unusedFile(file: string, force: boolean): Promise<void> {
  if (await isFolder(file, file))
    throw new Failure("usage", `${path.basename(file)} is a folder: a report is one file`, { exit: 2 });
  await refuseExisting(file, force);
}

/** Writes it whole, or not at all; without a name into a folder of its own. Failure `secrets-found`, `file-exists`. */
export async function writeReport(
  place: Place,
  report: Report,
  format: ReportFormat,
  target: string | undefined,
  force: boolean,
): Promise<string> {
  await refuseSecrets(place, reportTexts(report), "the report");
  const file = target ?? path.join(await mkdtemp(path.join(os.tmpdir(), "session-report-")), "report.html");
  await writeOutput(file, await reportText(report, format), force);
  return file;
}
