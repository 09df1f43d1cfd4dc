/** Merges a fetched snapshot with a session that has a folder in this clone, active or kept. */

import { gather } from "../facts/gather.ts";
import { gatherStored } from "../facts/gather-stored.ts";
import { historyOf, parentsOf } from "../git/history/ancestry.ts";
import { treeOf, writeTree } from "../git/objects.ts";
import { moveRefs } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { withSessionFolder } from "../record/change.ts";
import { event } from "../record/event.ts";
import { localWords } from "../session/authorship.ts";
import { parseContext, withLocalKeys, withoutLocalKeys } from "../session/context.ts";
import { parseEvents } from "../session/events/events.ts";
import { CLONE_FILE, cloneText } from "../session/events/rebuild.ts";
import { Failure } from "../session/failure.ts";
import { branchOf, type SessionContext } from "../session/state.ts";
import { bringDocuments } from "../snapshots/documents.ts";
import { lineOfFolder, type MadeSnapshot, withRef } from "../snapshots/folder-line.ts";
import { commitMerged, mergeSnapshots, recordsOf } from "../snapshots/merge-snapshots.ts";
import { snapshotRef } from "../snapshots/read-snapshot.ts";
import { filesOfSession, placeSnapshot, writeSnapshot } from "../snapshots/write-snapshot.ts";
import { removeHolder } from "../store/holder.ts";
import { writeHookFiles } from "../store/hooks/hook-files.ts";
import { type Lock, withLock } from "../store/journal/lock.ts";
import { snapshotNote } from "../store/journal/snapshot-note.ts";
import { type LoadedSession, loadSession } from "../store/load.ts";
import { loadForWriting, replaceFiles } from "../store/save.ts";
import { moveToKept } from "../store/sessions.ts";
import { withHint } from "../text/hint.ts";

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
    const made = await writeSnapshot(place, await gatherStored(place, branch, session), folder);
    const joined = await join(place, session, made, theirs, lock);
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
    return join(place, session, await snapshotOfKept(place, session), theirs, lock);
  });
}

function same(session: LoadedSession | undefined, id: string): LoadedSession {
  if (session?.state.context.id === id) return session;
  throw new Failure("session-moved", "another process moved it meanwhile: try again");
}

/** Returns the snapshot of a kept session, updated with later changes. */
async function snapshotOfKept(place: Place, session: LoadedSession): Promise<MadeSnapshot> {
  const { root } = place.repository;
  const { folder } = session;
  const { context } = session.state;
  const line = await lineOfFolder(place, folder, context.id);
  const { base } = line;
  if (base === undefined)
    return writeSnapshot(place, await gather(place, branchOf(context), session, "earlier"), folder);
  const [known = new Map<string, string>()] = await recordsOf(root, [base]);
  const now = new Map(known);
  for (const [name, text] of await filesOfSession(folder))
    if (name !== "checkpoints.jsonl" || !known.has(name)) now.set(name, text);
  now.set("context.json", withoutLocalKeys(now.get("context.json") ?? ""));
  for (const [name, text] of now) if (text === "") now.delete(name);
  const isSame = (await writeTree(root, now)) === (await treeOf(root, base));
  const own = isSame ? base : await commitMerged(place, { ours: base, theirs: base }, now);
  const made = await withRef(place, context.id, own, line);
  await placeSnapshot(place, context.id, folder, made);
  return made;
}

/**
 * Merges a snapshot into a session. Writes the merge into the folder first: then the next snapshot contains
 * it, whichever command makes it.
 */
async function join(
  place: Place,
  session: LoadedSession,
  { own, commit: ours }: MadeSnapshot,
  theirs: string,
  lock: Lock,
): Promise<MergedFolder> {
  const { root } = place.repository;
  const { context } = session.state;
  const { id } = context;
  const parents = await parentsOf(root, [own, ours, theirs]);
  const isAhead = historyOf(parents, ours)?.has(theirs) ?? false;
  if (isAhead && own === ours)
    return { outcome: ours === theirs ? "same" : "ahead", commit: ours, notes: [] };
  // A snapshot on the ref that the folder lacks is brought into the folder too.
  const pair = isAhead ? { ours: own, theirs: ours } : { ours, theirs };
  const isForward = historyOf(parents, pair.theirs)?.has(pair.ours) ?? false;
  const { files, notes } = await mergeSnapshots(place, { ...pair, parents });
  const commit = isForward ? pair.theirs : await commitMerged(place, pair, files);
  const twice = await bringDocuments(place, session.folder, commit, own);
  const { events } = parseEvents(files.get("events.jsonl") ?? "");
  const here = { ...context, own: localWords(session, events.length) };
  const note = snapshotNote(id, commit);
  await replaceFiles(session, filesHere(files, here), event("session.united"), lock, [note]);
  if (commit !== ours && !(await moveRefs(root, [{ ref: snapshotRef(id), to: commit, before: ours }])))
    throw new Failure("ref-moved", "another process changed it meanwhile: try again");
  const named = parseContext(files.get("context.json") ?? "")?.ref ?? context.ref;
  const elsewhere =
    named === context.ref || named === context.sentRef
      ? []
      : [`its branch is ${named.replace("refs/heads/", "")} in another clone`];
  return {
    outcome: isForward && (!isAhead || ours === theirs) ? "forward" : "merged",
    commit,
    notes: [...notes, ...twice.map(saysTwice), ...elsewhere],
  };
}

const saysTwice = ({ path, beside }: { path: string; beside: string }) =>
  `${path} was changed in two clones: the other text is in ${beside}`;

/** Returns the merged files for this clone's folder, with this clone's branch name. */
function filesHere(files: ReadonlyMap<string, string>, context: SessionContext): Map<string, string> {
  const here = withLocalKeys(files.get("context.json") ?? "", context);
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
