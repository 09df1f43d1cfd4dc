import path from "node:path";
import type { Place } from "../place/place.ts";
import type { CoverageReport } from "./formats/coverage.ts";
import { existingFiles, matchingFiles, type ResultFile, textOf } from "./result-files.ts";

/** Where coverage tools leave their reports. */
export const COVERAGE_FILES = [
  "coverage/coverage-summary.json",
  "coverage/coverage-final.json",
  "coverage/lcov.info",
  "coverage/cobertura-coverage.xml",
  "coverage/cobertura.xml",
  "coverage.xml",
  "cobertura.xml",
  "lcov.info",
  "coverage/lcov/lcov.info",
  "coverage.out",
  "cover.out",
  "target/site/jacoco/jacoco.xml",
  "build/reports/jacoco/test/jacocoTestReport.xml",
];
const ELSEWHERE = [
  "**/coverage-summary.json",
  "**/lcov.info",
  "**/cobertura*.xml",
  "**/coverage.xml",
  "**/jacoco*.xml",
];

/** Reports of one run are written within this time, in milliseconds. */
const ONE_RUN = 60_000;

export interface FoundCoverage extends CoverageReport {
  /** The report, or how many they are. */
  readonly from: string;
  readonly files: CoverageReport["files"];
  /** When it was written, milliseconds since the epoch. */
  readonly written: number;
}

/** Coverage of the work tree as the settings say where it is, else the newest report in the usual places. */
export async function coverageNow(place: Place): Promise<FoundCoverage | undefined> {
  const { root } = place.repository;
  const { coverage_files } = place.config.tracking;
  if (coverage_files.length > 0) return packages(root, await matchingFiles(root, coverage_files), false);
  return newest(root, await existingFiles(root, COVERAGE_FILES), false);
}

/** Looks in every folder but the dependencies': slow on a large tree, so only where a merge depends on it. */
export async function coverageAnywhere(place: Place): Promise<FoundCoverage | undefined> {
  const { root } = place.repository;
  const { coverage_files } = place.config.tracking;
  if (coverage_files.length > 0) return packages(root, await matchingFiles(root, coverage_files), true);
  const usual = await newest(root, await existingFiles(root, COVERAGE_FILES), true);
  return usual ?? newest(root, await matchingFiles(root, ELSEWHERE, 6), true);
}

/** A tool writes several formats at once: the small one is read, or the one that names lines. */
async function newest(root: string, candidates: readonly ResultFile[], wantsLines: boolean) {
  const byAge = [...candidates].sort((one, other) => other.written - one.written);
  let summary: FoundCoverage | undefined;
  if (byAge.length === 0) return undefined;
  const { parseCoverage } = await import("./formats/coverage.ts");
  while (byAge.length > 0) {
    const last = byAge[0]?.written ?? 0;
    const run = byAge.splice(0, byAge.filter((each) => last - each.written <= ONE_RUN).length);
    for (const file of run.sort((one, other) => one.size - other.size)) {
      const report = parseCoverage(file.name, (await textOf(root, file)) ?? "");
      if (!report) continue;
      const found = { ...report, from: file.name, written: file.written };
      if (!wantsLines || found.files.size > 0) return found;
      summary ??= found;
    }
    if (summary) return summary;
  }
  return undefined;
}

/** Each package of a repository has its reports in a folder of its own. */
async function packages(root: string, files: readonly ResultFile[], wantsLines: boolean) {
  const folders = new Map<string, ResultFile[]>();
  for (const file of files) {
    const folder = path.posix.dirname(file.name);
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  const found = await Promise.all([...folders.values()].map((each) => newest(root, each, wantsLines)));
  const reports = found.filter((each) => each !== undefined);
  const { mergeCoverage } = await import("./formats/coverage.ts");
  const merged = mergeCoverage(reports);
  const from = reports.length === 1 ? (reports[0]?.from ?? "") : `${reports.length} reports`;
  return merged && { ...merged, from, written: Math.min(...reports.map((each) => each.written)) };
}
