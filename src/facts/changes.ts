/** What changed in a session's range: every number and every list of files is made from this answer. */

import {
  changedFiles,
  changedNames,
  type FileChange,
  globPathspecs,
  patch,
  unreadableWork,
} from "../git/diff.ts";
import type { Place } from "../place/place.ts";
import type { SessionEvent } from "../session/events.ts";
import { defined } from "../text/defined.ts";
import { testsInDiff } from "./formats/tests.ts";
import { diffArguments, type Gathered, isDirty } from "./gather.ts";

export interface Changes {
  /** Every changed file, as `git diff` counts them. */
  readonly files: readonly FileChange[];
  /** Files that `tracking.watch_patterns` names: lists show them first. Undefined without patterns. */
  readonly watched?: ReadonlySet<string>;
  /** Files that `tracking.ignore_patterns` names: lists leave them out, numbers count them. */
  readonly ignored?: ReadonlySet<string>;
}

/** Tests that a diff adds and removes. */
export interface TestChanges {
  readonly added: number;
  readonly removed: number;
}

/**
 * Returns the changes since the start of the session, uncommitted changes included; `committed`: without those. Adds a
 * notice where a partial clone cannot tell.
 */
export async function changesOf(
  place: Place,
  { range, tip, status }: Pick<Gathered, "range" | "tip" | "status">,
  { committed = false } = {},
): Promise<Changes & { readonly between?: readonly string[] }> {
  // With nothing uncommitted the work tree is the tip, and git may have been asked about it before.
  const withWork = status !== undefined && !(committed && isDirty(status));
  const between = await diffArguments(place, range, tip, withWork);
  const isUnchanged = status !== undefined && between?.join() === tip && !isDirty(status);
  if (between === undefined || isUnchanged) return { files: [] };
  const changes = await changesBetween(place, between);
  if (!changes)
    place.notices.push("which files changed is not known here: the clone is partial, and lacks them");
  else if (changes.files.length > 0 && changes.files.every((each) => each.added === undefined)) {
    const why = await unreadableWork(place.repository.root);
    if (why) place.notices.push(`numbers of changed lines are left out: ${why}`);
  }
  return { ...(changes ?? { files: [] }), between };
}

/** Returns what `git diff` shows for these arguments; undefined where a partial clone lacks the trees. */
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

/** Counts the tests that the diff adds and removes. */
export async function testsBetween(
  place: Place,
  between: readonly string[] | undefined,
): Promise<TestChanges> {
  return between === undefined
    ? { added: 0, removed: 0 }
    : testsInDiff(await patch(place.repository.root, between));
}

/** The changed files without the ignored ones: what lists show, and what counts as code or as a test. */
export function listedFiles({ files, ignored }: Changes): readonly FileChange[] {
  return ignored === undefined ? files : files.filter((each) => !ignored.has(each.path));
}

/** The numbers of a session's range as its end recorded them; undefined in logs of older versions. */
export function recordedNumbers(events: readonly SessionEvent[]) {
  const ended = events.findLast((each) => each.type === "session.ended");
  if (ended?.type !== "session.ended") return undefined;
  const { files, added, removed, tests } = ended;
  return files === undefined || added === undefined || removed === undefined || tests === undefined
    ? undefined
    : { files, added, removed, tests };
}
