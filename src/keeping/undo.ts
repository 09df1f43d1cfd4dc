/**
 * Undoes and redoes changes to a session's record. Never undoes commits, but names the git command that does.
 */
import { requireBranch } from "../git/repository.ts";
import { updatedFromBranch } from "../history/branch-updates.ts";
import type { Place } from "../place/place.ts";
import { withSessionFolder } from "../record/change.ts";
import { event } from "../record/event.ts";
import { findSession, noSession } from "../record/find-session.ts";
import { type KnownSession, knownSessions, withFolder } from "../record/known-sessions.ts";
import { findNamed, pickSession, resolveSession } from "../record/resolve-session.ts";
import type { SessionEvent } from "../session/events/events.ts";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { branchOf, isEnded, isLive, type SessionState } from "../session/state.ts";
import type { DeletedSession } from "../session/trash.ts";
import { type ChangeRecord, nextToRedo, nextToUndo, stateBefore, undoneNow } from "../session/undo.ts";
import { changeKeptSnapshot } from "../snapshots/write-snapshot.ts";
import { type Lock, withLock } from "../store/journal/lock.ts";
import { readUndo } from "../store/journal/undo.ts";
import { type LoadedSession, loadSession } from "../store/load.ts";
import { loadForWriting, saveKept, saveSession } from "../store/save.ts";
import { moveFromKept, moveToKept } from "../store/sessions.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";
import { type TakenBack, takenBack } from "./revert-command.ts";
import { deletedSessions, restore } from "./trash.ts";

export interface Undone {
  readonly session: { readonly id: string; readonly title: string; readonly branch: string };
  /** The change that was undone or redone. */
  readonly change: string;
  readonly redone: boolean;
  /** The commit made with the undone change, which stays, and the command that reverts the commit. */
  readonly commit?: TakenBack;
  /** Ids of items that stay, because commits carry them. */
  readonly stays: readonly string[];
}

/**
 * Undoes the last change to a session that is not undone yet. Without a name, undoes a change of this
 * branch's session, also of an ended or deleted session. `redo`: reverses the last undo instead. `asks`:
 * confirms that the user means the session that was merged into this branch last.
 * @throws Failure `nothing-to-undo`, `nothing-to-redo`, `no-session`, `declined`
 */
export async function undo(
  place: Place,
  name: string | undefined,
  redo: boolean,
  asks?: (session: KnownSession) => Promise<boolean>,
): Promise<Undone> {
  const found = await meant(place, name, asks);
  if ("key" in found) {
    if (redo) throw nothing(found.title, redo);
    const { session } = await restore(place, found.key);
    const { id, title, branch } = session;
    return { session: { id, title, branch }, change: "session deleted", redone: false, stays: [] };
  }
  if (found.where === "local")
    return withLocal(place, found, (session, lock) => inBranch(place, session, lock, redo));
  if (found.loaded) return inKept(place, found, found.loaded, redo);
  throw nothing(found.title, redo);
}

export interface UndoableChange extends Omit<ChangeRecord, "before"> {
  readonly undone: boolean;
  /** True for the change that the next undo reverses. */
  readonly next: boolean;
}

/** Returns the changes that can be undone, newest first. */
export async function undoList(place: Place, name: string | undefined): Promise<UndoableChange[]> {
  const found = await meant(place, name);
  const folder = "key" in found ? undefined : found.loaded?.folder;
  const records = folder === undefined ? [] : await readUndo(folder);
  const [undone, next] = [undoneNow(records), nextToUndo(records)];
  return records
    .map(({ before: _before, ...each }) => ({
      ...each,
      undone: undone.has(each.n),
      next: each.n === next?.n,
    }))
    .reverse();
}

/**
 * Finds the session whose change is undone: the named session, else the session of this branch that was
 * changed last.
 */
async function meant(
  place: Place,
  name: string | undefined,
  asks?: (session: KnownSession) => Promise<boolean>,
): Promise<KnownSession | DeletedSession> {
  const deleted = await deletedSessions(place);
  if (name !== undefined)
    return (await findNamed(place, name)) ?? pickSession(deleted, name) ?? resolveSession(place, name);
  const branch = requireBranch(place.repository);
  const own = (await findSession(place, branch))?.state.context.id;
  const ended = (each: KnownSession) => each.where === "kept" && each.branch === branch;
  const all = await knownSessions(place, { light: true });
  const known = all.find((each) => each.id === own || ended(each));
  const gone = deleted.find((each) => each.branch === branch);
  if (gone && (!known || gone.at > known.touched)) return gone;
  if (known) return withFolder(known);
  const merged = await mergedInto(branch, all);
  if (!merged) return noSession(place, branch);
  if (asks && (await asks(merged))) return merged;
  if (asks) throw new Failure("declined", "nothing was undone");
  throw new Failure(
    "no-session",
    `there is no session on ${branch}; ${merged.title} was ended and merged into it`,
    { hint: `session undo ${merged.id}` },
  );
}

/** Maximum recently ended sessions to search. */
const MAX_ENDED = 5;

/** Finds the session that was ended last with a merge into a branch. */
async function mergedInto(branch: string, all: readonly KnownSession[]): Promise<KnownSession | undefined> {
  for (const each of all.filter(({ where }) => where === "kept").slice(0, MAX_ENDED)) {
    const known = await withFolder(each);
    if (endOf(known.loaded?.events ?? [])?.merged === branch) return known;
  }
  return undefined;
}

function endOf(events: readonly SessionEvent[]) {
  return events.findLast((each) => each.type === "session.ended");
}

async function withLocal<T>(
  place: Place,
  { id, title, branch }: KnownSession,
  action: (session: LoadedSession, lock: Lock) => Promise<T>,
): Promise<T> {
  return withSessionFolder(place, branch, async (folder, lock) => {
    const session = await loadForWriting(folder, lock);
    if (session?.state.context.id === id) return action(session, lock);
    throw new Failure("session-moved", `${title} (${id}) was moved by another process`, {
      hint: SAME_COMMAND,
    });
  });
}

/**
 * Undoes a change of a session in its branch's folder. If the session had ended before that change, moves it
 * to its kept folder.
 */
async function inBranch(place: Place, session: LoadedSession, lock: Lock, redo: boolean): Promise<Undone> {
  const { after, texts, told, undone } = await planned(place, session, redo);
  await saveSession(session, after, [told], lock, texts);
  const { id, state } = after.context;
  if (isEnded(state)) await moveToKept(place.sessionsDir, session.folder, id, lock);
  return undone;
}

/**
 * Undoes a change of a kept session. If the session had not ended before that change, moves it back to its
 * branch's folder.
 */
async function inKept(place: Place, known: KnownSession, kept: LoadedSession, redo: boolean) {
  const { state } = (await planned(place, kept, redo)).after.context;
  if (isLive(state))
    return withSessionFolder(place, known.branch, async (folder, lock) => {
      const there = await loadForWriting(folder, lock);
      if (there)
        throw new Failure(
          "session-exists",
          `${known.branch} has another session: ${there.state.context.title}`,
          { hint: `session end ${shellWord(known.branch)}\n${SAME_COMMAND}` },
        );
      await moveFromKept(kept, folder, kept.state.context.ref, lock);
      const session = await loadSession(folder);
      if (!session)
        throw new Failure("damaged-session", `${folder} has no session`, { hint: "session doctor" });
      return inBranch(place, session, lock, redo);
    });
  return withLock(kept.folder, async (lock) => {
    const session = (await loadForWriting(kept.folder, lock)) ?? kept;
    const { after, texts, told, undone } = await planned(place, session, redo);
    await changeKeptSnapshot(place, kept.folder, after, [told], texts);
    await saveKept(session, after, [told], lock, texts);
    return undone;
  });
}

/**
 * Returns the state to save, with the current facts from commits.
 * @throws Failure `nothing-to-undo`, `nothing-to-redo`
 */
async function planned(place: Place, session: LoadedSession, redo: boolean) {
  const records = await readUndo(session.folder);
  const record = redo ? nextToRedo(records) : nextToUndo(records);
  const was = record && stateBefore(record, session.state);
  const { id, title } = session.state.context;
  if (!record || !was) throw nothing(title, redo, record && session.state);
  const { state, taken } = await updatedFromBranch(place, { ...session, state: was });
  const tip = state.context.tip ?? session.state.context.tip;
  const after: SessionState = { ...state, context: { ...state.context, ...defined({ tip }) } };
  const original = originalOf(record, records);
  const change = original.what;
  const branch = branchOf(after.context);
  const commit =
    redo || record.commit === undefined
      ? undefined
      : await takenBack(place, branch, record.commit, endOf(session.events));
  const undone: Undone = {
    session: { id, title: after.context.title, branch },
    change,
    redone: redo,
    stays: taken,
    ...defined({ commit }),
  };
  const told = event(redo ? "redone" : "undone", {
    of: record.n,
    what: change,
    ...(redo && original.commit !== undefined ? { commit: original.commit } : {}),
  });
  const texts = record.before?.texts ?? session.texts;
  return { after, texts, undone, told };
}

/** Returns the change that a row of undos and redos is about. */
function originalOf(record: ChangeRecord, records: readonly ChangeRecord[]): ChangeRecord {
  const of = record.undoes ?? record.redoes;
  const before = of === undefined ? undefined : records.find((each) => each.n === of);
  return before === undefined ? record : originalOf(before, records);
}

function nothing(title: string, redo: boolean, begun?: SessionState): Failure {
  if (redo)
    return new Failure("nothing-to-redo", `nothing to redo in session "${title}"`, {
      hint: "session undo --list",
    });
  return new Failure("nothing-to-undo", `nothing to undo in session "${title}"`, {
    hint: begun ? `session delete ${shellWord(branchOf(begun.context))}` : "session undo --list",
  });
}
