/** Writes the text of a report into a file. */
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { refuseExisting, writeOutput } from "../place/output.ts";
import type { Place } from "../place/place.ts";
import { refuseSecrets } from "../secrets/secrets.ts";
import { Failure } from "../session/failure.ts";
import type { NamedText } from "../text/secrets.ts";
import { isFolder } from "../transfer/export-files.ts";
import type { Report } from "./report/report.ts";
import { type ReportFormat, reportText } from "./report.ts";

/**
 * Checks the file for a report before any work. Throws Failure `usage` for a folder, `file-exists` unless
 * `force`.
 */
export async function unusedFile(file: string, force: boolean): Promise<void> {
  if (await isFolder(file, file))
    throw new Failure("usage", `${path.basename(file)} is a folder: a report is one file`);
  refuseExisting(file, force);
}

/**
 * Writes a report, completely or not at all; without a name, into a new temporary folder. Throws Failure
 * `secrets-found`, `file-exists`.
 */
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

/** Returns the texts that a file of the report would carry out of the clone, for the secret scan. */
function reportTexts(report: Report): NamedText[] {
  const { sessions, decisions, blockers, commits } = report;
  return [
    ...sessions.flatMap(({ id, title, objectives }) => [
      { name: `the title of ${id}`, text: title },
      ...objectives.map((each) => ({ name: `${each.id} of ${id}`, text: each.text })),
    ]),
    ...decisions.items.map((each) => ({
      name: `${each.id} of ${each.session ?? "a commit"}`,
      text: [each.text, each.rationale ?? "", ...each.alternatives].join("\n"),
    })),
    ...blockers.map((each) => ({
      name: `${each.id} of ${each.session}`,
      text: [each.text, each.link ?? "", each.note ?? ""].join("\n"),
    })),
    ...commits.items.map((each) => ({ name: `commit ${each.commit.slice(0, 8)}`, text: each.subject })),
  ];
}
