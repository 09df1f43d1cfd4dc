/** Merges two diverged snapshots. Every clone makes the same merge commit from the same two snapshots. */

import { MAX_BLOB, readObjects } from "../git/cat-file.ts";
import { mergeBases, type Parents } from "../git/history/ancestry.ts";
import { commitTree, filesBelow, writeTree } from "../git/objects.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { DOCUMENT_FOLDERS } from "../session/files/documents.ts";
import { commitsIn } from "../sharing/merge/documents.ts";
import { type MergedRecord, mergeRecords } from "../sharing/merge/records.ts";
import { documentsOfSnapshot } from "./documents.ts";
import { mergedMessage } from "./message.ts";
import { SNAPSHOT_FILES, stateOfFiles } from "./read-snapshot.ts";

type Files = ReadonlyMap<string, string>;

/** Two snapshots of one session, and the ancestry of both. */
export interface DivergedSnapshots {
  readonly ours: string;
  readonly theirs: string;
  readonly parents: Parents;
}

/** Maximum recursion depth for merging several merge bases. */
const MAX_DEPTH = 4;

/**
 * Returns the merge commit of two snapshots. `files`: replace the files of our snapshot.
 * @throws Failure `bad-snapshot`, `newer-schema`, `too-large`
 */
export async function mergeSnapshots(
  { repository: { root } }: Place,
  { ours, theirs, parents }: DivergedSnapshots,
  instead?: Files,
): Promise<MergedRecord> {
  const [base, [mine, its]] = await Promise.all([
    baseOf(root, parents, mergeBases(parents, ours, theirs)),
    recordsOf(root, [ours, theirs]),
  ]);
  return mergeRecords(base, instead ?? mine ?? new Map(), its ?? new Map());
}

/** Commits merged files on top of both snapshots, without moving a ref. */
export async function commitMerged(
  { repository: { root } }: Place,
  { ours, theirs }: Pick<DivergedSnapshots, "ours" | "theirs">,
  files: Files,
): Promise<string> {
  const pair = [...new Set([ours, theirs])].sort();
  const before = (await readObjects(root, pair)).map((each) => partsOf(each?.text ?? ""));
  const state = stateOfFiles(files);
  if (!state) throw new Failure("bad-snapshot", `the merged record of ${ours} cannot be read`);
  const message = mergedMessage(
    before.map((each) => each.message),
    state,
    commitsIn(files.get("checkpoints.jsonl") ?? "").length,
    files.get("events.jsonl") ?? "",
  );
  // Uses no name and no time of this clone: other clones must make the same commit.
  const at = Math.max(...before.map((each) => each.committed));
  return commitTree(root, await writeTree(root, files), message, pair, { ...NOBODY, at });
}

const NOBODY = { name: "session", email: "session@localhost" };

/** Returns the common base of two snapshots; merges several bases first. */
async function baseOf(root: string, parents: Parents, bases: readonly string[], depth = 0) {
  const [first, ...others] = bases;
  if (first === undefined || depth > MAX_DEPTH) return undefined;
  try {
    let base: Files | undefined = (await recordsOf(root, [first]))[0];
    for (const other of others) {
      const below = await baseOf(root, parents, mergeBases(parents, first, other), depth + 1);
      const [its] = await recordsOf(root, [other]);
      if (base && its) base = mergeRecords(below, base, its).files;
    }
    return base;
  } catch (error) {
    // An unreadable base counts as no base.
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/**
 * Reads the files of snapshots: regular files with known names.
 * @throws Failure `too-large`
 */
export async function recordsOf(root: string, commits: readonly string[]): Promise<Map<string, string>[]> {
  const names: readonly string[] = SNAPSHOT_FILES;
  const found = await Promise.all(
    commits.map((commit) => filesBelow(root, commit, [...names, ...DOCUMENT_FOLDERS])),
  );
  const own = found.map((files) => files.filter((each) => names.includes(each.path)));
  for (const { path, size } of own.flat()) if (size > MAX_BLOB) throw tooLarge(path, size);
  const oids = own.flat().map((each) => each.oid);
  const objects = await readObjects(root, oids);
  let next = 0;
  return Promise.all(
    own.map(async (files, at) => {
      const texts = files.map(({ path, size }) => {
        const { text } = objects[next++] ?? {};
        if (text !== undefined) return [path, text] as const;
        throw tooLarge(path, size);
      });
      const has = found[at]?.some((each) => !names.includes(each.path));
      const documents = has ? await documentsOfSnapshot(root, commits[at] ?? "") : [];
      return new Map([...texts, ...documents]);
    }),
  );
}

function tooLarge(path: string, size: number): Failure {
  return new Failure("too-large", `${path} of the snapshot cannot be read: it has ${size} bytes`);
}

function partsOf(commit: string): { message: string; committed: number } {
  const end = commit.indexOf("\n\n");
  const [, at] = /^committer .* (\d{1,12}) [+-]\d{4}$/m.exec(commit.slice(0, end)) ?? [];
  return { message: end < 0 ? "" : commit.slice(end + 2), committed: Number(at ?? 0) };
}
