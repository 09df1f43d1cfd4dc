/** Finds and reads the coverage reports of the work tree. */
import path from "node:path";
import type { Place } from "../place/place.ts";
import type { CoverageReport } from "./formats/coverage.ts";
import { existingFiles, matchingFiles, type ResultFile, textOf } from "./result-files.ts";

/** Usual paths of coverage reports, relative to the top of the work tree. */
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

/** Reports written within this many milliseconds count as written by the same run. */
const ONE_RUN = 60_000;

/** Coverage, and the report from which it was read. */
export interface FoundCoverage extends CoverageReport {
  /** Path of the coverage report, or a text such as `3 reports`. */
  readonly from: string;
  readonly files: CoverageReport["files"];
  /** Time of the report's last write, in milliseconds since the epoch. */
  readonly written: number;
}

/**
 * Reads the work tree's coverage from `tracking.coverage_files`, or else from the newest report at a usual
 * path. Returns undefined without a report.
 */
export async function coverageNow(place: Place): Promise<FoundCoverage | undefined> {
  const { root } = place.repository;
  const { coverage_files } = place.config.tracking;
  if (coverage_files.length > 0) return packages(root, await matchingFiles(root, coverage_files), false);
  return newest(root, await existingFiles(root, COVERAGE_FILES), false);
}

/**
 * Reads coverage with hits by line, from any folder but dependencies. Slow on a large tree, so only a merge
 * that needs coverage uses it.
 */
export async function coverageAnywhere(place: Place): Promise<FoundCoverage | undefined> {
  const { root } = place.repository;
  const { coverage_files } = place.config.tracking;
  if (coverage_files.length > 0) return packages(root, await matchingFiles(root, coverage_files), true);
  const usual = await newest(root, await existingFiles(root, COVERAGE_FILES), true);
  return usual ?? newest(root, await matchingFiles(root, ELSEWHERE, 6), true);
}

/**
 * Reads the newest report that parses. Of several formats of one run, prefers the smallest file, or with
 * `wantsLines` one with hits by line.
 */
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

/** Merges the newest report of each folder: every package of a monorepo writes its own. */
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
