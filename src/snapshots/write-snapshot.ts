/** Writes snapshots: a session as a commit on its ref. */
import path from "node:path";
import { isAncestor, log } from "../git/commits.ts";
import { commitTree, foldersOf, readTree, treeOf, writeTree } from "../git/objects.ts";
import { listRefs, refCommit, updateRef } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { guardFiles } from "../secrets/secrets.ts";
import { contextText, withoutLocalKeys } from "../session/context.ts";
import { eventLine, parseEvents, type SessionEvent } from "../session/events/events.ts";
import { missingEvents } from "../session/events/rebuild.ts";
import { Failure } from "../session/failure.ts";
import { DOCUMENT_FOLDERS } from "../session/files/documents.ts";
import { contextOfState, type SessionTexts, textsOfState } from "../session/files/state-files.ts";
import type { SessionState } from "../session/state.ts";
import { readSmall } from "../store/files.ts";
import { noteSnapshot } from "../store/journal/snapshot-note.ts";
import { now } from "../surroundings.ts";
import { checkpointLines, withOthers } from "./checkpoint-lines.ts";
import { documentsThatTravel, foldersThatTravel } from "./documents.ts";
import { lineOfFolder, type MadeSnapshot, withRef } from "./folder-line.ts";
import { changedMessage, type SnapshotSource, snapshotMessage } from "./message.ts";
import { readSnapshot, SNAPSHOT_FILES, type SnapshotPlace, snapshotRef } from "./read-snapshot.ts";

/**
 * Writes the session's record as a commit on `refs/sessions/<id>`, on top of the snapshot that the folder
 * continues. Idempotent: if the tree is unchanged, writes nothing. `leaves`: as in `makeSnapshot`.
 * @throws Failure `no-identity`, `ref-moved`
 */
export async function writeSnapshot(
  place: Place,
  source: SnapshotSource,
  folder: string,
  leaves = false,
): Promise<MadeSnapshot> {
  const made = await makeSnapshot(place, source, folder, leaves);
  await placeSnapshot(place, source.state.context.id, folder, made);
  return made;
}

/** Notes a snapshot in the session's folder, and points the session's ref to its commit. */
export async function placeSnapshot(
  place: Place,
  id: string,
  folder: string,
  { own, commit, before, noted }: MadeSnapshot,
): Promise<void> {
  const { root } = place.repository;
  const ref = snapshotRef(id);
  // Writes the note first: it is true whether or not the ref moves.
  await noteSnapshot(folder, id, own, noted);
  if (commit === before) return;
  try {
    await updateRef(root, ref, commit, before);
  } catch (error) {
    const lost = before === undefined ? (await listRefs(root, ref)).get(ref) : undefined;
    // Continues without the unreadable snapshot: the record is complete without it, and the ref's reflog
    // still names it.
    if (lost === undefined || (await refCommit(root, ref)) !== undefined) throw error;
    await updateRef(root, ref, commit, lost);
    place.notices.push(`the earlier snapshot ${lost} cannot be read: ${ref} starts a new history`);
  }
}

/**
 * Makes the commits of `writeSnapshot` without moving the ref. Keeps the documents of the earlier snapshot,
 * unless they are sent again. `leaves`: true if the snapshot leaves this machine; its texts are scanned
 * before git stores them.
 * @throws Failure `no-identity`, `secrets-found`
 */
export async function makeSnapshot(
  place: Place,
  source: SnapshotSource,
  folder: string,
  leaves = false,
): Promise<MadeSnapshot> {
  const { root } = place.repository;
  const { id } = source.state.context;
  const [lines, line, files, documents] = await Promise.all([
    checkpointLines(place, source),
    lineOfFolder(place, folder, id),
    filesOfSession(folder),
    leaves ? documentsThatTravel(place, folder) : undefined,
  ]);
  const { base } = line;
  const content = new Map(
    [
      ...files,
      ["context.json", withoutLocalKeys(files.get("context.json") ?? "")] as const,
      ["checkpoints.jsonl", await withOthers(root, base, lines)] as const,
    ].filter(([, text]) => text !== ""),
  );
  const checked =
    documents && (await guardFiles(place, new Map([...content, ...documents]), `the snapshot of ${id}`));
  const kept = await keptFolders(root, base, leaves ? foldersThatTravel(place) : []);
  const tree = await writeTree(root, checked ?? content, kept);
  const message = snapshotMessage(source, files.get("events.jsonl") ?? "");
  const own =
    base !== undefined && (await treeOf(root, base)) === tree
      ? base
      : await commitTree(root, tree, message, base === undefined ? [] : [base]);
  return withRef(place, id, own, line);
}

/**
 * Adds the documents to send from a folder to the snapshot of an ended session. Returns the same commit if no
 * document changed.
 */
export async function withDocuments(place: Place, commit: string, folder: string): Promise<string> {
  const { root } = place.repository;
  const anew = foldersThatTravel(place);
  if (anew.length === 0) return commit;
  const [found, files, [before]] = await Promise.all([
    documentsThatTravel(place, folder),
    readTree(root, commit, SNAPSHOT_FILES),
    log(root, [commit], { limit: 1 }),
  ]);
  const documents = await guardFiles(place, found, "the snapshot");
  const kept = await keptFolders(root, commit, anew);
  const tree = await writeTree(root, new Map([...files, ...documents]), kept);
  if ((await treeOf(root, commit)) === tree) return commit;
  return commitTree(root, tree, before?.message ?? "", [commit]);
}

/** Returns the document folders of a snapshot that are not written again. */
async function keptFolders(
  root: string,
  commit: string | undefined,
  anew: readonly string[] = [],
): Promise<Map<string, string>> {
  const names = DOCUMENT_FOLDERS.filter((each) => !anew.includes(each));
  return commit === undefined || names.length === 0 ? new Map() : foldersOf(root, commit, names);
}

/**
 * Makes a fetched snapshot this clone's own, so that the next snapshot follows it. A diverged own snapshot
 * stays.
 */
export async function adoptSnapshot(place: Place, head: SnapshotPlace, commit: string): Promise<void> {
  if (head.remote === undefined) return;
  const { root } = place.repository;
  const ref = snapshotRef(head.id);
  const own = await refCommit(root, ref);
  if (own === commit || (own !== undefined && !(await isAncestor(root, own, commit)))) return;
  await updateRef(root, ref, commit, own);
}

/**
 * Writes a snapshot with a changed record to this clone's own ref. Keeps the facts about commits; without
 * `texts`, keeps the task lists too.
 * @throws Failure `no-identity`, `ref-moved`, `bad-snapshot`
 */
export async function changeSnapshot(
  place: Place,
  head: SnapshotPlace,
  after: SessionState,
  events: readonly SessionEvent[],
  texts?: SessionTexts,
): Promise<string> {
  const { root } = place.repository;
  const { remote } = head;
  const [found, own] = await Promise.all([readSnapshot(place, head), refCommit(root, snapshotRef(head.id))]);
  // Starts from a diverged own snapshot, so that its changes are not lost.
  if (remote !== undefined && found && own && !(await isAncestor(root, own, found.commit)))
    return changeSnapshot(
      place,
      { id: head.id, branch: head.branch, remote: undefined, ref: snapshotRef(head.id) },
      after,
      events,
      texts,
    );
  if (!found) throw new Failure("no-session", `the snapshot of ${head.id} is gone`);
  const commit = await changedCommit(root, found.commit, found.files, after, events, texts);
  await updateRef(root, snapshotRef(head.id), commit, own);
  return commit;
}

/**
 * Writes a change of a kept session to its snapshot too, before the folder gets it. Writes nothing for a
 * session without a snapshot.
 * @throws as `changeSnapshot`
 */
export async function changeKeptSnapshot(
  place: Place,
  folder: string,
  after: SessionState,
  events: readonly SessionEvent[],
  texts?: SessionTexts,
): Promise<void> {
  const { root } = place.repository;
  const { id } = after.context;
  const line = await lineOfFolder(place, folder, id);
  if (line.base === undefined) return;
  const files = await readTree(root, line.base, SNAPSHOT_FILES);
  const own = await changedCommit(root, line.base, files, after, events, texts);
  await placeSnapshot(place, id, folder, await withRef(place, id, own, line));
}

/** Commits a changed record on top of a snapshot. `before`: the files of that snapshot. */
async function changedCommit(
  root: string,
  parent: string,
  before: ReadonlyMap<string, string>,
  after: SessionState,
  events: readonly SessionEvent[],
  texts: SessionTexts | undefined,
): Promise<string> {
  const [{ message = "" } = {}] = await log(root, [parent], { limit: 1 });
  const at = events.at(-1)?.at ?? now();
  const files = new Map(before);
  const context = contextOfState(after, at);
  const told = files.get("events.jsonl") ?? "";
  const added = missingEvents(parseEvents(told).events, events, context, at);
  files.set("context.json", withoutLocalKeys(contextText(context)));
  files.set("events.jsonl", told + added.map(eventLine).join(""));
  if (texts !== undefined) {
    const { objectives, blockers } = textsOfState(after, texts);
    files.set("objectives.md", objectives).set("blockers.md", blockers);
  }
  const tree = await writeTree(root, files, await keptFolders(root, parent));
  const changed = changedMessage(message, after.context, files.get("events.jsonl") ?? "", at);
  return commitTree(root, tree, changed, [parent]);
}

/**
 * Reads the files of a session's folder that snapshots contain; empty without the folder.
 * @throws Failure `cannot-read`, `unsafe-file`
 */
export async function filesOfSession(folder: string): Promise<Map<string, string>> {
  const texts = await Promise.all(SNAPSHOT_FILES.map((name) => readSmall(path.join(folder, name))));
  return new Map(SNAPSHOT_FILES.map((name, at) => [name, texts[at] ?? ""]));
}
