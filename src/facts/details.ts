import path from "node:path";
import { touchCounts } from "../git/diff.ts";
import type { Place } from "../place/place.ts";
import { isOwnFolder, readSmall } from "../store/files.ts";
import { defined } from "../text/defined.ts";
import { type Changes, changesOf, type TestChanges, testsBetween } from "./changes.ts";
import { coverageNow } from "./coverage.ts";
import type { Gathered } from "./gather.ts";

/** What only the longer texts need. */
export interface Details extends Changes {
  readonly tests: TestChanges;
  readonly coverage?: number;
  readonly touches: ReadonlyMap<string, number>;
  readonly architectureText?: string;
  readonly conventionsText?: string;
}

/** Files, how often they were touched, and the project's own texts. */
export type Overview = Omit<Details, "tests" | "coverage">;

/** The slower facts: the overview, tests in the diff, and coverage where the branch is checked out here. */
export async function gatherDetails(place: Place, gathered: Gathered): Promise<Details> {
  const changed = changesOf(place, gathered);
  const [overview, tests, coverage] = await Promise.all([
    gatherOverview(place, gathered, changed),
    changed.then(({ between }) => testsBetween(place, between)),
    gathered.status === undefined ? undefined : coverageNow(place),
  ]);
  return { ...overview, tests, ...(coverage === undefined ? {} : { coverage: coverage.percent }) };
}

export async function gatherOverview(
  place: Place,
  gathered: Gathered,
  changed: Promise<Changes> = changesOf(place, gathered),
): Promise<Overview> {
  const { root } = place.repository;
  const shared = isOwnFolder(place.projectDir);
  const text = async (name: string) =>
    shared ? proseOf(await readSmall(path.join(place.projectDir, name)).catch(() => undefined)) : undefined;
  const [{ files, watched, ignored }, counts, architectureText, conventionsText] = await Promise.all([
    changed,
    gathered.range.revisions.length === 0 || gathered.history.length === 0
      ? new Map<string, number>()
      : touchCounts(root, gathered.range.revisions, gathered.range.limit),
    text("architecture.md"),
    text("conventions.md"),
  ]);
  return { files, touches: counts, ...defined({ watched, ignored, architectureText, conventionsText }) };
}

/** A text of the project without its title and the notice that `init` wrote: what is left is worth quoting. */
function proseOf(text: string | undefined): string | undefined {
  const prose = text
    ?.replace(/^# .*\n+/, "")
    .replace(/^_A first draft,.*_\n+/m, "")
    .trim();
  return prose === "" ? undefined : prose;
}
