/**
 * Reads results of tests, coverage and the build from the work tree for a report, and reports whether they
 * are older than the work.
 */

import { writtenBuild } from "../facts/builds.ts";
import { coverageNow } from "../facts/coverage.ts";
import type { Build } from "../facts/formats/build.ts";
import { foundViews, staleBuild } from "../facts/results.ts";
import { testsNow } from "../facts/tests.ts";
import type { Place } from "../place/place.ts";
import { defined } from "../text/defined.ts";
import { isoTime } from "../text/time/format-time.ts";
import type { BuildView } from "../views/shapes/view-parts.ts";
import type { ReportResults } from "./report/report.ts";

/** Returns the results of the work tree. `last`: time of the last commit, in milliseconds since the epoch. */
export async function reportResults(place: Place, last: number): Promise<ReportResults> {
  if (place.repository.bare) return {};
  const [tests, coverage, { build, problem }] = await Promise.all([
    testsNow(place),
    coverageNow(place),
    writtenBuild(place),
  ]);
  const when = (from: string, written: number) => ({
    from,
    when: isoTime(written),
    ...(written < last ? { stale: "written before the last commit" } : {}),
  });
  return {
    ...foundViews({ tests, coverage }, when),
    ...defined({ problem }),
    ...(build === undefined ? {} : { build: buildHere(place, build) }),
  };
}

/** Returns the view of the build without its tests: the report shows the tests of the work tree. */
function buildHere(place: Place, { tests: _tests, ...build }: Build): BuildView {
  const { commit } = build;
  const isLast = commit === undefined || place.repository.head?.startsWith(commit);
  return staleBuild(build, isLast ? undefined : "not of the last commit");
}
