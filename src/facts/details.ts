/** Gathers facts that take longer to compute, for long texts and the numbers of a session. */
import path from "node:path";
import { touchCounts } from "../git/diff.ts";
import type { Place } from "../place/place.ts";
import { readSmall } from "../store/files.ts";
import { isOwnFolder } from "../store/folders.ts";
import { defined } from "../text/defined.ts";
import { type Changes, changesOf, type TestChanges, testsBetween } from "./changes.ts";
import { coverageNow } from "./coverage.ts";
import type { Gathered } from "./gather.ts";

/** Facts that take longer to compute: only long texts show them. */
export interface Details extends Changes {
  readonly tests: TestChanges;
  readonly coverage?: number;
  readonly touches: ReadonlyMap<string, number>;
  readonly architectureText?: string;
  readonly conventionsText?: string;
}

/** Changed files, number of commits per file, and the project's own documents. */
export type Overview = Omit<Details, "tests" | "coverage">;

/** Returns the overview, the tests in the diff, and coverage if the branch is checked out. */
export async function gatherDetails(place: Place, gathered: Gathered): Promise<Details> {
  const changed = changesOf(place, gathered);
  const [overview, tests, coverage] = await Promise.all([
    gatherOverview(place, gathered, changed),
    changed.then(({ between }) => testsBetween(place, between)),
    gathered.status === undefined ? undefined : coverageNow(place),
  ]);
  return { ...overview, tests, ...(coverage === undefined ? {} : { coverage: coverage.percent }) };
}

/** Returns the changed files, the number of commits per file, and the project's documents. */
export async function gatherOverview(
  place: Place,
  gathered: Gathered,
  changed: Promise<Changes> = changesOf(place, gathered),
): Promise<Overview> {
  const { root } = place.repository;
  const shared = isOwnFolder(place.projectDir);
  const text = async (name: string) =>
    shared ? proseOf(await readSmall(path.join(place.projectDir, name)).catch(() => undefined)) : undefined;
  const [{ files, incomplete, watched, ignored }, counts, architectureText, conventionsText] =
    await Promise.all([
      changed,
      gathered.range.revisions.length === 0 || gathered.history.length === 0
        ? new Map<string, number>()
        : touchCounts(root, gathered.range.revisions, gathered.range.limit),
      text("architecture.md"),
      text("conventions.md"),
    ]);
  const found = defined({ incomplete, watched, ignored, architectureText, conventionsText });
  // Without older commits, the oldest commit seems to change every file.
  return { files, touches: incomplete ? new Map() : counts, ...found };
}

/**
 * Returns a project document without its title and the notice of `init`. Returns undefined if nothing else is
 * left.
 */
function proseOf(text: string | undefined): string | undefined {
  const prose = text
    ?.replace(/^# .*\n+/, "")
    .replace(/^_A first draft,.*_\n+/m, "")
    .trim();
  return prose === "" ? undefined : prose;
}
