/** Collects the changes in a session's range. All counts and lists of changed files come from this module. */

import {
  changedFiles,
  changedNames,
  type FileChange,
  globPathspecs,
  patch,
  unreadableWork,
} from "../git/diff.ts";
import type { Place } from "../place/place.ts";
import type { SessionEvent } from "../session/events/events.ts";
import { defined } from "../text/defined.ts";
import { withHint } from "../text/hint.ts";
import { testsInDiff } from "./formats/tests.ts";
import { diffArguments, type Gathered, isDirty } from "./gather.ts";

/** The changed files of a session. */
export interface Changes {
  /** All changed files, with counts as in `git diff --numstat`. */
  readonly files: readonly FileChange[];
  /**
   * True if git lacks the start of the work, or its trees: `files` then has at most the uncommitted changes,
   * and no sum of them is the session's.
   */
  readonly incomplete?: true;
  /** Paths that match `tracking.watch_patterns`: lists show them first. Undefined without patterns. */
  readonly watched?: ReadonlySet<string>;
  /** Paths that match `tracking.ignore_patterns`: lists leave them out, but totals count them. */
  readonly ignored?: ReadonlySet<string>;
}

/** Number of tests that a diff adds and removes. */
export interface TestChanges {
  readonly added: number;
  readonly removed: number;
}

/**
 * Returns the changes since the start of the session, with uncommitted changes unless `committed`, and the
 * `git diff` arguments in `between`. Adds a notice if a shallow or partial clone lacks the objects.
 */
export async function changesOf(
  place: Place,
  { range, tip, status }: Pick<Gathered, "range" | "tip" | "status">,
  { committed = false } = {},
): Promise<Changes & { readonly between?: readonly string[] }> {
  // With a clean work tree both diffs are equal, and the diff against the work tree may be cached.
  const withWork = status !== undefined && !(committed && isDirty(status));
  const between = await diffArguments(place, range, tip, withWork);
  if (between === undefined) {
    // A branch before its first commit has no changes yet.
    if (tip === undefined && status !== undefined) return { files: [] };
    if (tip !== undefined && place.repository.shallow)
      place.notices.push(
        withHint("the changed files are unknown: this clone is shallow", "git fetch --unshallow"),
      );
    const uncommitted = withWork && isDirty(status) && tip !== undefined ? [tip] : undefined;
    return { files: [], ...(uncommitted && (await changesBetween(place, uncommitted))), incomplete: true };
  }
  const isUnchanged = status !== undefined && between.join() === tip && !isDirty(status);
  if (isUnchanged) return { files: [] };
  const changes = await changesBetween(place, between);
  if (!changes) {
    place.notices.push("the changed files are unknown: this partial clone lacks their contents");
    return { files: [], incomplete: true };
  }
  if (changes.files.length > 0 && changes.files.every((each) => each.added === undefined)) {
    const why = await unreadableWork(place.repository.root);
    if (why) place.notices.push(`numbers of changed lines are left out: ${why}`);
  }
  return { ...changes, between };
}

/**
 * Returns the changes that `git diff` shows for these arguments. Returns undefined if a partial clone lacks
 * the trees.
 */
export async function changesBetween(place: Place, between: readonly string[]): Promise<Changes | undefined> {
  const { root } = place.repository;
  const { watch_patterns, ignore_patterns } = place.config.tracking;
  const matching = (patterns: readonly string[]) => {
    const specs = globPathspecs(patterns, []);
    return specs.length === 0 ? undefined : changedNames(root, between, specs);
  };
  const [files, watched, ignored] = await Promise.all([
    changedFiles(root, between),
    matching(watch_patterns),
    matching(ignore_patterns),
  ]);
  return files && { files, ...defined({ watched, ignored }) };
}

/** Counts the tests that the diff adds and removes. Returns zeros without arguments. */
export async function testsBetween(
  place: Place,
  between: readonly string[] | undefined,
): Promise<TestChanges> {
  return between === undefined
    ? { added: 0, removed: 0 }
    : testsInDiff(await patch(place.repository.root, between));
}

/** Returns the changed files without the ignored files, for lists. */
export function listedFiles({ files, ignored }: Changes): readonly FileChange[] {
  return ignored === undefined ? files : files.filter((each) => !ignored.has(each.path));
}

/**
 * Returns the counts that the end of a session recorded. Returns undefined for a session without an end or
 * with the log of an older version.
 */
export function recordedNumbers(events: readonly SessionEvent[]) {
  const ended = events.findLast((each) => each.type === "session.ended");
  if (ended?.type !== "session.ended") return undefined;
  const { files, added, removed, tests } = ended;
  return files === undefined || added === undefined || removed === undefined || tests === undefined
    ? undefined
    : { files, added, removed, tests };
}
