/** Tests, coverage and the build as a report tells them: what lies in the work tree, and whether it is older than the work. */
import type { Commit } from "../git/commits.ts";
import type { ReadCommit } from "../model/checkpoints.ts";
import { percent } from "../model/impact.ts";
import type { ReportResults } from "../model/report/report.ts";
import { writtenBuild } from "./builds.ts";
import { coverageNow } from "./coverage.ts";
import type { Place } from "./place.ts";
import { testsNow } from "./tests.ts";
import { day, short } from "./views.ts";

/** `commits`: the newest first, as many as are known. */
export async function reportResults(
  place: Place,
  commits: readonly ReadCommit<Commit>[],
): Promise<ReportResults> {
  if (place.repository.bare) return {};
  const [tests, coverage, { build, problem }] = await Promise.all([
    testsNow(place),
    coverageNow(place),
    writtenBuild(place),
  ]);
  const last = Math.max(0, ...commits.map((each) => each.commit.committed)) * 1000;
  const source = ({ from, written }: { readonly from: string; readonly written: number }) => ({
    ...{ from, when: day(place.config, written) },
    ...(written < last ? { stale: "written before the last commit" } : {}),
  });
  const { head } = place.repository;
  return {
    ...(tests === undefined
      ? {}
      : {
          tests: {
            ...{ passed: tests.passed, failed: tests.failed, skipped: tests.skipped, failing: tests.failing },
            ...source(tests),
          },
        }),
    ...(coverage === undefined
      ? {}
      : { coverage: { percent: percent(coverage.percent), ...source(coverage) } }),
    ...(problem === undefined ? {} : { problem }),
    ...(build === undefined
      ? {}
      : {
          build: {
            ...{ status: build.status, source: ".session/ci.json" },
            ...(build.name === undefined ? {} : { name: build.name }),
            ...(build.commit === undefined ? {} : { commit: short(build.commit) }),
            ...(build.url === undefined ? {} : { url: build.url }),
            ...(build.time === undefined ? {} : { when: day(place.config, build.time) }),
            ...(build.coverage === undefined ? {} : { coverage: percent(build.coverage) }),
            failing: (build.jobs ?? []).filter((each) => each.status === "failed").map((each) => each.name),
            ...(build.commit === undefined || head?.startsWith(build.commit)
              ? {}
              : { stale: "not of the last commit" }),
          },
        }),
  };
}
