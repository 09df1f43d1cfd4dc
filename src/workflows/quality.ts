import { patch } from "../git/diff.ts";
import { newCodeCoverage } from "../model/facts/coverage.ts";
import { addedLines } from "../model/facts/diff.ts";
import { isCodeFile, isTestFile } from "../model/facts/tests.ts";
import { Failure } from "../model/failure.ts";
import { percent } from "../model/impact.ts";
import { coverageAnywhere } from "./coverage.ts";
import { filesOf } from "./details.ts";
import type { Gathered } from "./gather.ts";
import type { Place } from "./place.ts";

/**
 * The gate before a merge: `quality.block_merge_on_quality`. What is not known (no coverage report) does not block.
 * Failure `below-quality` names every threshold that is missed.
 */
export async function checkQuality(place: Place, gathered: Gathered): Promise<void> {
  const { quality } = place.config;
  if (!quality.block_merge_on_quality) return;
  const missed: string[] = [];
  const report = await coverageAnywhere(place);
  if (report && report.percent < quality.coverage_threshold) {
    missed.push(
      `coverage is ${percent(report.percent)}, below quality.coverage_threshold (${quality.coverage_threshold}%)`,
    );
  }
  if (report && gathered.range.from !== undefined) {
    const lines = addedLines(await patch(place.repository.root, [gathered.range.from]));
    const fresh = newCodeCoverage(report, lines);
    if (fresh && fresh.percent < quality.new_code_coverage_threshold) {
      missed.push(
        `new code is covered to ${percent(fresh.percent)}, below quality.new_code_coverage_threshold (${quality.new_code_coverage_threshold}%)`,
      );
    }
  }
  if (quality.require_tests) {
    const files = await filesOf(place, gathered);
    const code = files.filter(
      (each) => each.change !== "removed" && isCodeFile(each.path) && !isTestFile(each.path),
    );
    const tests = files.some((each) => isTestFile(each.path));
    if (code.length > 0 && !tests)
      missed.push(
        `${code[0]?.path}${code.length > 1 ? ` and ${code.length - 1} more` : ""} changed and no test did (quality.require_tests)`,
      );
  }
  if (missed.length === 0) return;
  throw new Failure("below-quality", `not merged: ${missed.join("; ")}`, {
    hint: "--force merges all the same",
  });
}
