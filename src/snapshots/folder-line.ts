/**
 * Finds the snapshot that a session's folder continues. A snapshot may reach the session's ref without the
 * folder: by a push to this clone, or a plain `git fetch`. The next snapshot then merges both.
 */
import path from "node:path";
import { historyOf, parentsOf } from "../git/history/ancestry.ts";
import { readBlobs } from "../git/objects.ts";
import { refCommit } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { readSmall } from "../store/files.ts";
import { readSnapshotNote } from "../store/journal/snapshot-note.ts";
import { commitMerged, mergeSnapshots } from "./merge-snapshots.ts";
import { snapshotRef } from "./read-snapshot.ts";

/** A session's ref, and the snapshot that the session's folder continues. */
export interface FolderLine {
  /** Commit of the ref; undefined without a readable one. */
  readonly before: string | undefined;
  /** The last snapshot that the folder contains; undefined if no readable one is known. */
  readonly base: string | undefined;
  /** The commit in the folder's note. */
  readonly noted: string | undefined;
}

/** The new snapshot of a folder. */
export interface MadeSnapshot extends FolderLine {
  /** The snapshot of the folder alone. */
  readonly own: string;
  /** The next commit of the ref: `own`, or a merge of `own` with the ref's snapshot. */
  readonly commit: string;
}

/** Returns the ref of a session, and the snapshot that its folder continues. */
export async function lineOfFolder(
  { repository: { root } }: Place,
  folder: string,
  id: string,
): Promise<FolderLine> {
  const [before, noted] = await Promise.all([refCommit(root, snapshotRef(id)), readSnapshotNote(folder, id)]);
  if (noted === before) return { before, base: before, noted };
  const base = noted && (await refCommit(root, noted));
  if (base !== undefined || before === undefined) return { before, base, noted };
  // Without a note, as in a folder of an earlier version, the log shows what the folder contains.
  return { before, base: (await isLogged(root, before, folder)) ? before : undefined, noted };
}

async function isLogged(root: string, commit: string, folder: string): Promise<boolean> {
  const [[theirs = ""], own = ""] = await Promise.all([
    readBlobs(root, [`${commit}:events.jsonl`]),
    readSmall(path.join(folder, "events.jsonl")),
  ]);
  const lines = new Set(own.split("\n"));
  return theirs.split("\n").every((each) => each === "" || lines.has(each));
}

/**
 * Adds the next commit of the ref to the snapshot of a folder. Merges the ref's snapshot if the folder lacks
 * it; leaves out an unreadable snapshot.
 * @throws Failure `newer-schema`
 */
export async function withRef(
  place: Place,
  id: string,
  own: string,
  line: FolderLine,
): Promise<MadeSnapshot> {
  const { before, base } = line;
  const made = { ...line, own, commit: own };
  if (before === undefined || before === base) return made;
  const parents = await parentsOf(place.repository.root, [own, before]);
  if (historyOf(parents, own)?.has(before)) return made;
  if (historyOf(parents, before)?.has(own)) return { ...made, commit: before };
  const tell = (sentence: string) => {
    if (!place.notices.includes(sentence)) place.notices.push(sentence);
  };
  try {
    const pair = { ours: own, theirs: before };
    const { files, notes } = await mergeSnapshots(place, { ...pair, parents });
    const commit = await commitMerged(place, pair, files);
    for (const each of notes) tell(`${id}: ${each}`);
    return { ...made, commit };
  } catch (error) {
    if (!(error instanceof Failure) || !/^(bad-snapshot|too-large)$/.test(error.code)) throw error;
    tell(`the snapshot ${before} on ${snapshotRef(id)} was left out: ${error.message}`);
    return made;
  }
}
