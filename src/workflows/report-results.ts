/** Tests, coverage and the build as a report tells them: what lies in the work tree, and whether it is older than the work. */

import { day } from "../model/day.ts";
import type { Build } from "../model/facts/build.ts";
import type { ReportResults } from "../model/report/report.ts";
import type { BuildView } from "../model/views.ts";
import { writtenBuild } from "./builds.ts";
import { coverageNow } from "./coverage.ts";
import type { Place } from "./place.ts";
import { foundViews, toldBuild } from "./results.ts";
import { testsNow } from "./tests.ts";

/** `last`: when the last commit was made, milliseconds since the epoch. */
export async function reportResults(place: Place, last: number): Promise<ReportResults> {
  if (place.repository.bare) return {};
  const [tests, coverage, { build, problem }] = await Promise.all([
    testsNow(place),
    coverageNow(place),
    writtenBuild(place),
  ]);
  const when = (from: string, written: number) => ({
    ...{ from, when: day(place.config, written) },
    ...(written < last ? { stale: "written before the last commit" } : {}),
  });
  return {
    ...foundViews({ tests, coverage }, when),
    ...(problem === undefined ? {} : { problem }),
    ...(build === undefined ? {} : { build: buildHere(place, build) }),
  };
}

/** Its tests are not told: those of the work tree are. */
function buildHere(place: Place, { tests: _tests, ...build }: Build): BuildView {
  const { commit } = build;
  const isLast = commit === undefined || place.repository.head?.startsWith(commit);
  return toldBuild(place, build, isLast ? undefined : "not of the last commit");
}
