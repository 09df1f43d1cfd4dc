import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { type CoverageReport, parseCoverage } from "../model/facts/coverage.ts";
import type { Place } from "./place.ts";

/** Where coverage tools leave their reports, the usual places first. */
const USUAL = [
  "coverage/coverage-summary.json",
  "coverage/lcov.info",
  "coverage/cobertura-coverage.xml",
  "coverage.xml",
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
const MAX_BYTES = 32 * 1024 * 1024;

/** The newest coverage report of the work tree in the usual places, or undefined. */
export async function coverageNow(place: Place): Promise<CoverageReport | undefined> {
  return newest(place.repository.root, USUAL);
}

/** Looks in every folder but the dependencies': slow on a large tree, so only where a merge depends on it. */
export async function coverageAnywhere(place: Place): Promise<CoverageReport | undefined> {
  const { root } = place.repository;
  const usual = await newest(root, USUAL);
  if (usual) return usual;
  const { globby } = await import("globby");
  const ignore = ["**/node_modules/**", "**/.git/**", "**/vendor/**"];
  return newest(root, await globby(ELSEWHERE, { cwd: root, ignore, followSymbolicLinks: false, deep: 6 }));
}

async function newest(root: string, candidates: readonly string[]): Promise<CoverageReport | undefined> {
  const found = await Promise.all(
    candidates.map(async (name) => {
      const status = await stat(path.join(root, name)).catch(() => undefined);
      return status?.isFile() && status.size <= MAX_BYTES ? { name, time: status.mtimeMs } : undefined;
    }),
  );
  const byAge = found.filter((each) => each !== undefined).sort((one, other) => other.time - one.time);
  for (const { name } of byAge) {
    const report = parseCoverage(name, await readFile(path.join(root, name), "utf8"));
    if (report) return report;
  }
  return undefined;
}
