/** Builds views of tool results (tests, coverage, builds) that say whether each result is still valid. */

import { lstat } from "node:fs/promises";
import path from "node:path";
import { log } from "../git/commits.ts";
import type { FileChange } from "../git/diff.ts";
import type { Place } from "../place/place.ts";
import { defined } from "../text/defined.ts";
import { markForeign } from "../text/foreign-text.ts";
import { plural } from "../text/plural.ts";
import { isoTime, shortId } from "../text/time/format-time.ts";
import { percent } from "../trailers/impact.ts";
import type { BuildView, ResultsView } from "../views/shapes/view-parts.ts";
import { writtenBuild } from "./builds.ts";
import { coverageNow, type FoundCoverage } from "./coverage.ts";
import type { Build } from "./formats/build.ts";
import { type Freshness, stalenessOf } from "./formats/freshness.ts";
import { isCodeFile } from "./formats/tests.ts";
import type { Gathered } from "./gather.ts";
import { type FoundTests, testsNow } from "./tests.ts";

/** Maximum files whose times are read, to limit the cost. */
const MAX_FILES = 1000;

/**
 * Returns the results for the checked-out branch. `asks`: fetches the build status with `gh` or `glab` over
 * the network, in place of `.session/ci.json`.
 */
export async function resultsOf(
  place: Place,
  gathered: Gathered,
  files: Promise<readonly FileChange[]>,
  asks = false,
): Promise<ResultsView> {
  const asking = asks ? import("./ask-build.ts").then((each) => each.askBuild(place, gathered)) : undefined;
  if (!gathered.status) {
    const asked = await asking;
    return asked ? { build: buildView(gathered, asked) } : {};
  }
  const [asked, tests, coverage, written] = await Promise.all([
    asking,
    testsNow(place),
    coverageNow(place),
    writtenBuild(place),
  ]);
  const build = asked ?? written.build;
  const known = tests || coverage ? await changesHere(place, gathered, await files) : { files: [] };
  const when = (from: string, time: number) => {
    const stale = stalenessOf({
      ...known,
      files: known.files.filter((each) => each.path !== from),
      written: time,
    });
    return { from, when: isoTime(time), ...defined({ stale }) };
  };
  return {
    ...foundViews({ tests, coverage }, when),
    ...(build === undefined ? {} : { build: buildView(gathered, build) }),
    ...(written.problem === undefined || asked ? {} : { problem: written.problem }),
  };
}

/** Returns views of tests and coverage. `when` holds the source, time and staleness of a result. */
export function foundViews(
  {
    tests,
    coverage,
  }: { readonly tests: FoundTests | undefined; readonly coverage: FoundCoverage | undefined },
  when: (from: string, written: number) => { from: string; when: string; stale?: string },
): Pick<ResultsView, "tests" | "coverage"> {
  return {
    ...(tests === undefined
      ? {}
      : {
          tests: {
            passed: tests.passed,
            failed: tests.failed,
            skipped: tests.skipped,
            failing: tests.failing,
            ...when(tests.from, tests.written),
          },
        }),
    ...(coverage === undefined
      ? {}
      : { coverage: { percent: percent(coverage.percent), ...when(coverage.from, coverage.written) } }),
  };
}

/**
 * Returns the write times of the session's files, and the time of the last commit if there are none. A new
 * file counts only if it is code, because reports are new files too.
 */
async function changesHere(
  place: Place,
  { status, tip }: Gathered,
  changes: readonly FileChange[],
): Promise<Pick<Freshness, "files" | "committed">> {
  const paths = changes
    .filter((each) => each.change !== "removed" && !each.submodule)
    .map((each) => each.path);
  const fresh = (status?.untracked ?? []).filter(isCodeFile);
  const files = await Promise.all(
    [...new Set([...paths, ...fresh])].slice(0, MAX_FILES).map(async (name) => {
      const found = await lstat(path.join(place.repository.root, name)).catch(() => undefined);
      return found ? [{ path: name, time: found.mtimeMs }] : [];
    }),
  );
  const seen = files.flat();
  const [last] =
    seen.length > 0 || tip === undefined ? [] : await log(place.repository.root, [tip], { limit: 1 });
  return { files: seen, ...(last === undefined ? {} : { committed: last.committed * 1000 }) };
}

/** Returns the view of a build, marked as stale if the branch has changed since the built commit. */
export function buildView(gathered: Gathered, build: Build): BuildView {
  const { commit } = build;
  return staleBuild(build, commit === undefined ? undefined : buildStaleness(gathered, commit));
}

/** Returns the view of a build. `stale`: reason why the build is out of date. */
export function staleBuild(build: Build, stale: string | undefined): BuildView {
  const { status, name, url, commit, time, tests, coverage, source } = build;
  const failing = (build.jobs ?? []).filter((each) => each.status === "failed").map((each) => each.name);
  return {
    status,
    source: source === "ci.json" ? ".session/ci.json" : source,
    ...defined({ name }),
    ...(commit === undefined ? {} : { commit: shortId(commit) }),
    ...defined({ url }),
    ...(time === undefined ? {} : { when: isoTime(time) }),
    ...(tests === undefined ? {} : { tests: { ...tests, skipped: tests.skipped ?? 0 } }),
    ...(coverage === undefined ? {} : { coverage: percent(coverage) }),
    failing,
    ...defined({ stale }),
  };
}

function buildStaleness({ commits, tip, status }: Gathered, commit: string): string | undefined {
  const since = tip?.startsWith(commit) ? 0 : commits.findIndex((each) => each.commit.oid.startsWith(commit));
  if (since < 0) return "that commit is not on this branch";
  const dirty = status ? status.staged.length + status.unstaged.length : 0;
  const parts = [
    ...(since > 0 ? [plural(since, "commit")] : []),
    ...(dirty > 0 ? [plural(dirty, "uncommitted file")] : []),
  ];
  return parts.length === 0 ? undefined : `${parts.join(" and ")} since`;
}

/** Returns warnings for people, one sentence each: failed tests, a failed build, a problem with `ci.json`. */
export function resultWarnings({ tests, build, problem }: ResultsView): string[] {
  const stale = (each: { stale?: string }) => (each.stale === undefined ? "" : ` (${each.stale})`);
  return [
    ...(tests && tests.failed > 0
      ? [
          `${plural(tests.failed, "test")} failed in ${markForeign(tests.from)}${stale(tests)}${named(tests.failing)}.`,
        ]
      : []),
    ...(build?.status === "failed" ? [`The build failed${stale(build)}${named(build.failing)}.`] : []),
    ...(problem === undefined ? [] : [problem]),
  ];
}

function named(names: readonly string[]): string {
  const more = names.length > 3 ? ", …" : "";
  return names.length === 0 ? "" : `: ${names.slice(0, 3).map(markForeign).join(", ")}${more}`;
}
