/**
 * Computes the record of a commit that combines several, such as a squash: merged trailers, checks and
 * Impact.
 */

import { checksFor } from "../facts/checks.ts";
import { testsInDiff } from "../facts/formats/tests.ts";
import type { Commit } from "../git/commits.ts";
import { changedFiles, emptyTree, patch } from "../git/diff.ts";
import { revertsOf } from "../history/reverts.ts";
import type { Place } from "../place/place.ts";
import type { CheckpointRecord, ImpactLine } from "../session/session.ts";
import { defined } from "../text/defined.ts";
import { searchedCommit } from "../trailers/checkpoints.ts";
import { markEarlier } from "../trailers/checks.ts";
import { coverageOver, impactOf } from "../trailers/impact.ts";
import { decisionKey } from "../trailers/keys.ts";
import { mergeRecords } from "../trailers/merge-records.ts";
import { readMessage } from "../trailers/read.ts";
import { sameFiles } from "../worktree/compare-files.ts";

/**
 * The combined commit: its files (the index, or a tree), and the arguments of `git diff` that show its
 * changes; undefined if git lacks the commit before it.
 */
export interface Folded {
  readonly files: "index" | { readonly tree: string };
  readonly between?: readonly string[];
}

/**
 * Describes the commit that git would make from the index on top of `parent`; undefined: as the first
 * commit.
 */
export async function foldedIndex(place: Place, parent: string | undefined): Promise<Folded> {
  const before = parent ?? (await emptyTree(place.repository.root));
  return { files: "index", between: ["--cached", before] };
}

/**
 * Merges the records of commits (oldest first), then `later` records that no commit carries yet, into one
 * record. Marks checks that ran on other files than the combined commit has, and decisions whose commit
 * was reverted. Computes Impact from the combined commit; without its diff, copies the Impact of a single
 * commit. `originals`: the commits before a rebase, because a revert names their ids.
 */
export async function foldRecords(
  place: Place,
  commits: readonly Pick<Commit, "oid" | "message" | "parents">[],
  later: readonly CheckpointRecord[],
  folded: Folded,
  originals: readonly Pick<Commit, "oid" | "message" | "parents">[] = commits,
): Promise<CheckpointRecord> {
  const undone = await undoneIn(place, originals);
  const carried = commits.flatMap(({ oid, message }) => {
    const record = readMessage(message).session;
    return record ? [{ oid, record }] : [];
  });
  const [before, after] = await Promise.all([
    Promise.all(carried.map((each) => withOutdated(place, each, folded))),
    Promise.all(
      later.map(async (each) => ({ ...each, verified: await checksFor(place, each.verified, folded.files) })),
    ),
  ]);
  const records = [...before, ...after];
  const merged = mergeRecords(records);
  const coverage = coverageOver(records.map((each) => each.impact));
  const decisions = merged.decisions.map((each) =>
    undone.has(decisionKey(each, merged.id)) ? { ...each, undone: true as const } : each,
  );
  const known = commits.length === 1 ? merged.impact : [];
  const impact = folded.between ? await impactBetween(place, folded.between, coverage) : known;
  return { ...merged, decisions, impact };
}

/**
 * Returns the keys of decisions whose newest commit was reverted by another of the commits (oldest
 * first).
 */
async function undoneIn(
  place: Place,
  commits: readonly Pick<Commit, "oid" | "message" | "parents">[],
): Promise<ReadonlySet<string>> {
  const reverted = await revertsOf(place.repository.root, commits.toReversed().map(searchedCommit));
  const undone = new Set<string>();
  for (const { oid, message } of commits) {
    const record = reverted.size > 0 ? readMessage(message).session : null;
    for (const each of record?.decisions ?? []) {
      const key = decisionKey(each, record?.id);
      if (reverted.has(oid)) undone.add(key);
      else undone.delete(key);
    }
  }
  return undone;
}

/**
 * Computes the Impact of a diff; without files if a partial clone lacks the objects. `between`: arguments
 * of git diff.
 */
async function impactBetween(
  place: Place,
  between: readonly string[],
  coverage: string | undefined,
): Promise<ImpactLine[]> {
  const { root } = place.repository;
  const [files = [], diff] = await Promise.all([changedFiles(root, between), patch(root, between)]);
  return impactOf({ files, tests: testsInDiff(diff), ...defined({ coverage }) });
}

/**
 * Returns the record of a commit, with its checks marked as earlier if the combined commit has other
 * files.
 */
async function withOutdated(
  place: Place,
  { oid, record }: { readonly oid: string; readonly record: CheckpointRecord },
  { files }: Folded,
): Promise<CheckpointRecord> {
  const fresh = record.verified.some((each) => each.earlier === undefined);
  if (!fresh || (await sameFiles(place.repository.root, oid, files))) return record;
  return { ...record, verified: record.verified.map((each) => markEarlier({ ...each, commit: oid })) };
}
