/** Merges a fetched snapshot with a session that has a folder in this clone, active or kept. */

import { gather } from "../facts/gather.ts";
import { gatherStored } from "../facts/gather-stored.ts";
import { historyOf, parentsOf } from "../git/history/ancestry.ts";
import { treeOf, writeTree } from "../git/objects.ts";
import { moveRefs, refCommit } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { withSessionFolder } from "../record/change.ts";
import { event } from "../record/event.ts";
import { localWords } from "../session/authorship.ts";
import { contextText, parseContext, withLocalKeys, withoutLocalKeys } from "../session/context.ts";
import { parseEvents } from "../session/events/events.ts";
import { CLONE_FILE, cloneText } from "../session/events/rebuild.ts";
import { Failure } from "../session/failure.ts";
import { branchOf, type SessionContext } from "../session/state.ts";
import { bringDocuments } from "../snapshots/documents.ts";
import { snapshotRef } from "../snapshots/read-snapshot.ts";
import { filesOfSession, writeSnapshot } from "../snapshots/write-snapshot.ts";
import { removeHolder } from "../store/holder.ts";
import { writeHookFiles } from "../store/hooks/hook-files.ts";
import { type Lock, withLock } from "../store/journal/lock.ts";
import { type MergeNote, mergeNote, removeMergeNote } from "../store/journal/merge-note.ts";
import { type LoadedSession, loadSession } from "../store/load.ts";
import { loadForWriting, replaceFiles } from "../store/save.ts";
import { moveToKept } from "../store/sessions.ts";
import { withHint } from "../text/hint.ts";
import { commitMerged, mergeSnapshots, recordsOf } from "./merge-snapshots.ts";

export interface MergedFolder {
  readonly outcome: "same" | "forward" | "ahead" | "merged";
  readonly commit: string;
  readonly notes: readonly string[];
}

/** Merges a fetched snapshot into an active session: first makes a snapshot of the session's folder. */
export async function mergeActive(
  place: Place,
  context: SessionContext,
  theirs: string,
): Promise<MergedFolder> {
  const { id } = context;
  const branch = branchOf(context);
  const action = async (folder: string, lock: Lock): Promise<MergedFolder> => {
    const session = same(await loadForWriting(folder, lock), id);
    await finish(place, id, folder);
    const gathered = await gatherStored(place, branch, session);
    const ours = await writeSnapshot(place, gathered, await filesOfSession(folder));
    const joined = await join(place, session, ours, theirs, lock);
    if (joined.outcome === "same" || joined.outcome === "ahead") return joined;
    const after = await loadSession(folder);
    if (!after) return joined;
    await writeHookFiles(folder, after.state, []);
    const { state } = after.state.context;
    if (state !== "ended" && state !== "archived") return joined;
    await moveToKept(place.sessionsDir, folder, id, lock);
    await removeHolder(folder);
    return {
      ...joined,
      notes: [...joined.notes, withHint("it has ended in another clone", `session resume ${id}`)],
    };
  };
  return withSessionFolder(place, branch, action, { looks: true });
}

/** Merges a fetched snapshot into a session that is kept in this folder. */
export async function mergeKept(
  place: Place,
  folder: string,
  id: string,
  theirs: string,
): Promise<MergedFolder> {
  return withLock(folder, async (lock) => {
    const session = same(await loadForWriting(folder, lock), id);
    await finish(place, id, folder);
    return join(place, session, await snapshotOfKept(place, session), theirs, lock);
  });
}

function same(session: LoadedSession | undefined, id: string): LoadedSession {
  if (session?.state.context.id === id) return session;
  throw new Failure("session-moved", "another process moved it meanwhile: try again");
}

/** Returns the own snapshot of a kept session, updated with later changes. */
async function snapshotOfKept(place: Place, session: LoadedSession): Promise<string> {
  const { root } = place.repository;
  const { id } = session.state.context;
  const own = await refCommit(root, snapshotRef(id));
  const files = await filesOfSession(session.folder);
  if (own === undefined)
    return writeSnapshot(
      place,
      await gather(place, branchOf(session.state.context), session, "earlier"),
      files,
    );
  const [known = new Map<string, string>()] = await recordsOf(root, [own]);
  const now = new Map(known);
  for (const [name, text] of files) if (name !== "checkpoints.jsonl" || !known.has(name)) now.set(name, text);
  now.set("context.json", withoutLocalKeys(now.get("context.json") ?? ""));
  for (const [name, text] of now) if (text === "") now.delete(name);
  if ((await writeTree(root, now)) === (await treeOf(root, own))) return own;
  const commit = await commitMerged(place, { ours: own, theirs: own }, now);
  await move(place, id, commit, own);
  return commit;
}

/** Writes the merge into the folder first: then the next snapshot contains it, whichever command makes it. */
async function join(
  place: Place,
  session: LoadedSession,
  ours: string,
  theirs: string,
  lock: Lock,
): Promise<MergedFolder> {
  const { root } = place.repository;
  const { context } = session.state;
  const { id } = context;
  const parents = await parentsOf(root, [ours, theirs]);
  if (ours === theirs) return { outcome: "same", commit: ours, notes: [] };
  if (historyOf(parents, ours)?.has(theirs)) return { outcome: "ahead", commit: ours, notes: [] };
  const isForward = historyOf(parents, theirs)?.has(ours) ?? false;
  const { files, notes } = await mergeSnapshots(place, { ours, theirs, parents });
  const commit = isForward ? theirs : await commitMerged(place, { ours, theirs }, files);
  const twice = await bringDocuments(place, session.folder, commit, ours);
  const mark: MergeNote = { id, ours, commit };
  const { events } = parseEvents(files.get("events.jsonl") ?? "");
  const here = { ...context, own: localWords(session, events.length) };
  await replaceFiles(session, filesHere(files, here), event("session.united"), lock, mergeNote(mark));
  await move(place, id, commit, ours);
  await removeMergeNote(session.folder);
  const named = parseContext(files.get("context.json") ?? "")?.ref ?? context.ref;
  const elsewhere =
    named === context.ref ? [] : [`its branch is ${named.replace("refs/heads/", "")} in another clone`];
  return {
    outcome: isForward ? "forward" : "merged",
    commit,
    notes: [...notes, ...twice.map(saysTwice), ...elsewhere],
  };
}

const saysTwice = ({ path, beside }: { path: string; beside: string }) =>
  `${path} was changed in two clones: the other text is in ${beside}`;

/** Returns the merged files for this clone's folder, with this clone's branch name. */
function filesHere(files: ReadonlyMap<string, string>, context: SessionContext): Map<string, string> {
  const text = withLocalKeys(files.get("context.json") ?? "", context);
  const merged = parseContext(text);
  const here = merged && merged.ref !== context.ref ? contextText({ ...merged, ref: context.ref }) : text;
  const names = ["objectives.md", "blockers.md", "handoff.md", "events.jsonl"];
  const { events } = parseEvents(files.get("events.jsonl") ?? "");
  const own = parseContext(here);
  const clone = own ? [[CLONE_FILE, cloneText(events, own)] as const] : [];
  return new Map([
    ["context.json", here],
    ...names.map((name) => [name, files.get(name) ?? ""] as const),
    ...clone,
  ]);
}

async function move(place: Place, id: string, to: string, before: string): Promise<void> {
  if (await moveRefs(place.repository.root, [{ ref: snapshotRef(id), to, before }])) return;
  throw new Failure("ref-moved", "another process changed it meanwhile: try again");
}

/** Finishes a merge whose process was killed after writing the folder and before moving the ref. */
async function finish(place: Place, id: string, folder: string): Promise<void> {
  const { root } = place.repository;
  await removeMergeNote(folder, async (mark) => {
    if (mark.id === id && (await refCommit(root, snapshotRef(id))) === mark.ours)
      await move(place, id, mark.commit, mark.ours);
  });
}
