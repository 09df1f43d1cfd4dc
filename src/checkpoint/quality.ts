/** Checks the quality thresholds of a merge: coverage and tests. */
import { changesBetween, listedFiles } from "../facts/changes.ts";
import { coverageAnywhere } from "../facts/coverage.ts";
import { newCodeCoverage } from "../facts/formats/coverage.ts";
import { addedLines, filesOfDiff } from "../facts/formats/diff.ts";
import { changesCode } from "../facts/formats/subject.ts";
import { isTestFile } from "../facts/formats/tests.ts";
import { patch } from "../git/diff.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { percent } from "../trailers/impact.ts";

/**
 * Checks the changes of a merge against the thresholds of `quality` and adds a notice for each missed
 * threshold. `between`: arguments of `git diff`; a single commit compares it with the work tree and
 * includes coverage. Unknown values pass.
 * @throws Failure `below-quality` with every missed threshold, if `quality.block_merge_on_quality` is on.
 */
export async function checkQuality(place: Place, between: readonly string[]): Promise<void> {
  const { quality } = place.config;
  const missed: string[] = [];
  const [changes, diff, report] = await Promise.all([
    changesBetween(place, between),
    patch(place.repository.root, between),
    between.length === 1 ? coverageAnywhere(place) : undefined,
  ]);
  if (report && report.percent < quality.coverage_threshold) {
    missed.push(
      `coverage is ${percent(report.percent)}, below quality.coverage_threshold (${quality.coverage_threshold}%)`,
    );
  }
  const fresh = report && newCodeCoverage(report, addedLines(diff));
  if (fresh && fresh.percent < quality.new_code_coverage_threshold) {
    missed.push(
      `coverage of new code is ${percent(fresh.percent)}, below quality.new_code_coverage_threshold (${quality.new_code_coverage_threshold}%)`,
    );
  }
  if (quality.require_tests && changes) {
    const listed = new Map(listedFiles(changes).map((each) => [each.path, each]));
    const code = [...filesOfDiff(diff)].filter(
      (each) => (listed.get(each.path)?.change ?? "removed") !== "removed" && changesCode(each),
    );
    if (code.length > 0 && ![...listed.keys()].some(isTestFile))
      missed.push(
        `${code[0]?.path}${code.length > 1 ? ` and ${code.length - 1} more` : ""} changed but no tests did (quality.require_tests)`,
      );
  }
  if (missed.length === 0) return;
  if (!quality.block_merge_on_quality) {
    place.notices.push(...missed);
    return;
  }
  throw new Failure("below-quality", `not merged: ${missed.join("; ")}`, { hint: "--no-quality" });
}
