import path from "node:path";
import { changedFiles, type FileChange, patch, touches } from "../git/diff.ts";
import type { Place } from "../place/place.ts";
import { isOwnFolder, readSmall } from "../store/files.ts";
import { defined } from "../text/defined.ts";
import { coverageNow } from "./coverage.ts";
import { testsInDiff } from "./formats/tests.ts";
import { diffArguments, type Gathered, watchedPaths } from "./gather.ts";

/** What only the longer texts need. */
export interface Details {
  /** Files changed since the start of the session, uncommitted changes included. */
  readonly files: readonly FileChange[];
  readonly tests: { readonly added: number; readonly removed: number };
  readonly coverage?: number;
  readonly touches: ReadonlyMap<string, number>;
  readonly architectureText?: string;
  readonly conventionsText?: string;
}

/** Files, how often they were touched, and the project's own texts. */
export type Overview = Omit<Details, "tests" | "coverage">;

/** The slower facts: the overview, tests in the diff, and coverage where the branch is checked out here. */
export async function gatherDetails(place: Place, gathered: Gathered): Promise<Details> {
  const { root } = place.repository;
  const here = gathered.status !== undefined;
  const between = await diffArguments(place, gathered.range, gathered.tip, here);
  const [overview, diff, coverage] = await Promise.all([
    gatherOverview(place, gathered),
    between === undefined ? "" : patch(root, between),
    here ? coverageNow(place) : undefined,
  ]);
  return {
    ...overview,
    tests: testsInDiff(diff),
    ...(coverage === undefined ? {} : { coverage: coverage.percent }),
  };
}

export async function gatherOverview(place: Place, gathered: Gathered): Promise<Overview> {
  const { root } = place.repository;
  const shared = isOwnFolder(place.projectDir);
  const text = async (name: string) =>
    shared ? proseOf(await readSmall(path.join(place.projectDir, name)).catch(() => undefined)) : undefined;
  const [files, counts, architectureText, conventionsText] = await Promise.all([
    filesOf(place, gathered),
    gathered.range.revisions.length === 0
      ? new Map<string, number>()
      : touches(root, gathered.range.revisions, gathered.range.limit),
    text("architecture.md"),
    text("conventions.md"),
  ]);
  return {
    files,
    touches: counts,
    ...defined({ architectureText, conventionsText }),
  };
}

/** Files changed since the start of the session, uncommitted changes included; it is said where git cannot tell. */
export async function filesOf(place: Place, gathered: Gathered): Promise<FileChange[]> {
  const between = await diffArguments(place, gathered.range, gathered.tip, gathered.status !== undefined);
  if (between === undefined) return [];
  const files = await changedFiles(place.repository.root, between, watchedPaths(place));
  if (!files)
    place.notices.push("which files changed is not known here: the clone is partial, and lacks them");
  return files ?? [];
}

/** A text of the project without its title and the notice that `init` wrote: what is left is worth quoting. */
function proseOf(text: string | undefined): string | undefined {
  const prose = text
    ?.replace(/^# .*\n+/, "")
    .replace(/^_A first draft,.*_\n+/m, "")
    .trim();
  return prose === "" ? undefined : prose;
}
