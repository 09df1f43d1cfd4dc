import { changesOf, listedFiles } from "../facts/changes.ts";
import { coverageAnywhere } from "../facts/coverage.ts";
import { newCodeCoverage } from "../facts/formats/coverage.ts";
import { addedLines } from "../facts/formats/diff.ts";
import { isCodeFile, isTestFile } from "../facts/formats/tests.ts";
import type { Gathered } from "../facts/gather.ts";
import { patch } from "../git/diff.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { percent } from "../trailers/impact.ts";

/**
 * Checks the thresholds of a merge, and warns of what is missed. What is not known (no coverage report) is not missed.
 * @throws Failure `below-quality` naming every threshold that is missed, if `quality.block_merge_on_quality` is on.
 */
export async function checkQuality(place: Place, gathered: Gathered): Promise<void> {
  const { quality } = place.config;
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
    const files = listedFiles(await changesOf(place, gathered));
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
  if (!quality.block_merge_on_quality) {
    place.notices.push(...missed);
    return;
  }
  throw new Failure("below-quality", `not merged: ${missed.join("; ")}`, {
    hint: "--force merges all the same",
  });
}
