/**
 * Moves sessions into the trash, restores them, and empties it. Records each operation first, so that
 * the next command finishes an interrupted one.
 */

import { missingCommits } from "../git/commits.ts";
import { changeRefs, listRefs } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { withSessionFolder } from "../record/change.ts";
import { event } from "../record/event.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { expandName, pickSession, unknownSession } from "../record/resolve-session.ts";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { type DeletedSession, isExpired, TRASH_DAYS } from "../session/trash.ts";
import { withLock } from "../store/journal/lock.ts";
import { loadSession } from "../store/load.ts";
import { loadForWriting, saveKept, saveSession } from "../store/save.ts";
import { keptCopies, localSessions, moveFromKept, moveToKept } from "../store/sessions.ts";
import {
  deleteEntry,
  moveFromTrash,
  moveToTrash,
  noteDeleted,
  readTrash,
  withTrash,
} from "../store/trash.ts";
import { clock, now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { stashRef } from "../worktree/stash-ref.ts";
import type { SessionToDelete } from "./delete.ts";

const trashRef = (key: string, n: number) => `refs/session-trash/${key}/${n}`;

/** Moves sessions into the trash, in order, with their snapshots and stashed work. */
export function trashSessions(
  place: Place,
  going: readonly Pick<SessionToDelete, "session">[],
): Promise<DeletedSession[]> {
  return withTrash(place.sessionsDir, async () => {
    await finish(place);
    const deleted: DeletedSession[] = [];
    for (const { session } of going) deleted.push(await trashSession(place, session));
    return deleted;
  });
}

async function trashSession(place: Place, session: KnownSession): Promise<DeletedSession> {
  const { id, title, branch, state, parent, where } = session;
  const [refs, entries] = await Promise.all([refsOf(place, id), readTrash(place.sessionsDir)]);
  // An interrupted deletion of the same session may be complete now, by `finish`.
  const before = entries.find((each) => each.id === id);
  if (before && !(await isHere(place, id))) return before;
  const keys = new Set(entries.map((each) => each.key));
  let key = `${id}-1`;
  for (let n = 2; keys.has(key); n++) key = `${id}-${n}`;
  const entry: DeletedSession = {
    key,
    id,
    title,
    branch,
    state,
    at: now(),
    where,
    refs,
    step: "deleting",
    ...defined({ parent }),
  };
  await noteDeleted(place.sessionsDir, entry);
  return carryOut(place, entry);
}

/** Carries out a recorded deletion. Idempotent. */
async function carryOut(place: Place, entry: DeletedSession): Promise<DeletedSession> {
  const { id, key, refs } = entry;
  const { sessionsDir } = place;
  for (const local of await localSessions(sessionsDir)) {
    if (local.state.context.id !== id) continue;
    await withSessionFolder(place, entry.branch, async (folder, lock) => {
      const session = await loadForWriting(folder, lock);
      if (session?.state.context.id === id) await moveToKept(sessionsDir, folder, id, lock);
    });
  }
  await moveToTrash(sessionsDir, entry);
  const { root } = place.repository;
  const there = await listRefs(root, ...refs.map((each) => each.ref));
  const going = refs.flatMap(({ ref, oid }, n) =>
    there.get(ref) === oid ? [{ ref, oid, trash: trashRef(key, n) }] : [],
  );
  // A snapshot whose commit git lost cannot be kept, and must not stop this deletion or the next.
  const lost = await missingCommits(
    root,
    going.map((each) => each.oid),
  );
  await changeRefs(
    root,
    going.flatMap(({ trash, oid }) => (lost.has(oid) ? [] : [{ ref: trash, to: oid }])),
    going.map(({ ref, oid }) => ({ ref, was: oid })),
  );
  const done: DeletedSession = { ...entry, step: "deleted" };
  await noteDeleted(sessionsDir, done);
  return done;
}

export interface RestoredSession {
  readonly session: DeletedSession;
  /**
   * Location of the restored session. `kept`: outside of its branch's folder, as before the deletion, or
   * because the branch has another session now.
   */
  readonly where: DeletedSession["where"];
}

/**
 * Restores a deleted session by any of its names.
 * @throws Failure `unknown-session`, `ambiguous-session`, `session-exists`
 */
export async function restore(place: Place, name: string): Promise<RestoredSession> {
  const wanted = await expandName(place, name);
  if ((await readTrash(place.sessionsDir)).length === 0) throw await notDeleted(place, [], wanted);
  return withTrash(place.sessionsDir, () => restored(place, wanted));
}

async function restored(place: Place, wanted: string): Promise<RestoredSession> {
  const entries = await readTrash(place.sessionsDir);
  const found = entries.find((each) => each.key === wanted) ?? pickSession(lastOfEach(entries), wanted);
  if (!found) throw await notDeleted(place, entries, wanted);
  if (found.step === "deleted" && (await isHere(place, found.id)))
    throw new Failure("session-exists", `the session ${found.id} is already restored: ${found.title}`, {
      hint: `session delete ${found.id}\n${SAME_COMMAND}`,
    });
  const entry: DeletedSession = { ...found, step: "restoring" };
  await noteDeleted(place.sessionsDir, entry);
  return carryBack(place, entry);
}

/** Carries out a recorded restoration. Idempotent. */
async function carryBack(place: Place, entry: DeletedSession): Promise<RestoredSession> {
  const { id, key, branch, refs } = entry;
  const { sessionsDir, repository } = place;
  await moveFromTrash(sessionsDir, entry);
  const [there, trash] = await Promise.all([
    refs.length === 0
      ? new Map<string, string>()
      : listRefs(repository.root, ...refs.map((each) => each.ref)),
    listRefs(repository.root, `refs/session-trash/${key}/`),
  ]);
  // Skips existing refs: a fetch after the deletion wrote newer refs.
  const missing = refs.filter(({ ref }, n) => !there.has(ref) && trash.has(trashRef(key, n)));
  await changeRefs(
    repository.root,
    missing.map(({ ref, oid }) => ({ ref, to: oid })),
    [...trash].map(([ref, was]) => ({ ref, was })),
  );
  const restored = [event("session.restored")];
  let where: RestoredSession["where"] | undefined;
  if (entry.where === "local")
    await withSessionFolder(place, branch, async (folder, lock) => {
      const own = await loadForWriting(folder, lock);
      const copies = own ? [] : await keptCopies(sessionsDir, id);
      // Keeps the copy of a session in its kept folder if its state differs: the session has ended since.
      const kept = copies.find((each) => each.state.context.state === entry.state);
      if (kept) await moveFromKept(kept, folder, kept.state.context.ref, lock);
      const back = kept ? await loadSession(folder) : own;
      if (back?.state.context.id !== id) return;
      // For a folder that never moved, this only writes the files for hooks again.
      await saveSession(back, back.state, own ? [] : restored, lock);
      where = "local";
    });
  const [kept] = where === undefined ? await keptCopies(sessionsDir, id) : [];
  if (kept !== undefined)
    await withLock(kept.folder, async (lock) => {
      const back = await loadForWriting(kept.folder, lock);
      if (back) await saveKept(back, back.state, restored, lock);
    });
  await deleteEntry(sessionsDir, entry);
  return { session: entry, where: where ?? (kept === undefined ? "snapshot" : "kept") };
}

/** Finishes interrupted operations. A session that had not moved yet is kept: it may have been used since. */
async function finish(place: Place): Promise<void> {
  for (const entry of await readTrash(place.sessionsDir)) {
    if (entry.step === "deleted") continue;
    const isBack = entry.step === "restoring" || (await isHere(place, entry.id));
    await (isBack ? carryBack(place, entry) : carryOut(place, entry));
  }
}

async function isHere(place: Place, id: string): Promise<boolean> {
  return (await knownSessions(place, { light: true })).some((each) => each.id === id);
}

/**
 * Returns the deleted sessions, newest first, without sessions that an interrupted operation left in
 * place.
 */
export async function deletedSessions(place: Place): Promise<DeletedSession[]> {
  const entries = await readTrash(place.sessionsDir);
  if (entries.every((each) => each.step === "deleted")) return entries;
  const here = new Set((await knownSessions(place, { light: true })).map((each) => each.id));
  return entries.filter((each) => each.step === "deleted" || !here.has(each.id));
}

/** Deletes sessions permanently that have been in the trash long enough. */
export function emptyTrash(place: Place): Promise<void> {
  return withTrash(place.sessionsDir, () => empty(place));
}

async function empty(place: Place): Promise<void> {
  await finish(place);
  const { root } = place.repository;
  for (const entry of (await readTrash(place.sessionsDir)).filter((each) => isExpired(each, clock()))) {
    const refs = await listRefs(root, `refs/session-trash/${entry.key}/`);
    const gone = [...refs].map(([ref, was]) => ({ ref, was }));
    await changeRefs(root, [], gone);
    await deleteEntry(place.sessionsDir, entry);
  }
}

/** Returns all refs of a session: its snapshots, fetched snapshots, and stashed work. */
async function refsOf(place: Place, id: string): Promise<{ ref: string; oid: string }[]> {
  const refs = await listRefs(
    place.repository.root,
    `refs/sessions/${id}`,
    `refs/session-remotes/**/${id}`,
    stashRef(id),
  );
  return [...refs].flatMap(([ref, oid]) => (ref.endsWith(`/${id}`) ? [{ ref, oid }] : []));
}

/** Returns the last entry of each session; earlier entries can only be named by their key. */
function lastOfEach(entries: readonly DeletedSession[]): DeletedSession[] {
  return entries.filter((each, at) => entries.findIndex((other) => other.id === each.id) === at);
}

async function notDeleted(place: Place, entries: readonly DeletedSession[], wanted: string) {
  const there = pickSession(await knownSessions(place, { light: true }), wanted);
  if (there)
    return new Failure("not-deleted", `${there.title} (${there.id}) is not deleted`, {
      hint: `session resume ${there.id}`,
    });
  if (entries.length === 0)
    return new Failure("unknown-session", `no session was deleted in the last ${TRASH_DAYS} days`);
  return unknownSession(entries, wanted, "session restore");
}
