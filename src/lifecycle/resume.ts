import path from "node:path";
import { refuseOperation } from "../checkpoint/checkpoint.ts";
import { openRepository } from "../git/repository.ts";
import { userName } from "../git/settings.ts";
import { updatedFromBranch } from "../history/branch-updates.ts";
import { withFreeNumbers } from "../history/rebuild.ts";
import { commandText, type Place } from "../place/place.ts";
import { withSessionFolder } from "../record/change.ts";
import { event } from "../record/event.ts";
import { otherHolders, releaseHolder } from "../record/holder.ts";
import type { KnownSession } from "../record/known-sessions.ts";
import { rememberRepository } from "../record/remember-repository.ts";
import { startedEvent } from "../session/events/events.ts";
import { Failure } from "../session/failure.ts";
import { isEnded, type SessionState } from "../session/state.ts";
import { bringDocuments } from "../snapshots/documents.ts";
import type { SnapshotHead } from "../snapshots/list-snapshots.ts";
import { readSnapshot } from "../snapshots/read-snapshot.ts";
import { adoptSnapshot } from "../snapshots/write-snapshot.ts";
import { writeAtomic } from "../store/files.ts";
import type { Lock } from "../store/journal/lock.ts";
import { writeSnapshotNote } from "../store/journal/snapshot-note.ts";
import { type LoadedSession, loadSession } from "../store/load.ts";
import { emptySession, loadForWriting, saveSession } from "../store/save.ts";
import { keptSessions, moveFromKept, moveToKept } from "../store/sessions.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";
import { settleBeforeChange } from "../worktree/settle-before-change.ts";
import { arriveOnBranch, leaveBranch, moveOrRestore, type WorkMoves } from "../worktree/switch-work.ts";
import { checkOut } from "./checkout.ts";
import { type FoundSession, mostRecentSession, sessionByName } from "./session-by-name.ts";

export interface Resumed extends WorkMoves {
  readonly place: Place;
  readonly state: SessionState;
  /** Source of the session's state. */
  readonly from: "local" | "kept" | "snapshot" | "commits";
  /** True if the session had ended. */
  readonly ended: boolean;
  readonly switched: boolean;
  /** Ids of items that checkpoints of other clones added or changed. */
  readonly taken: readonly string[];
  /** True in a shallow clone, which lacks older commits and their decisions. */
  readonly shallow: boolean;
  readonly warnings: readonly string[];
}

/** Content and location of a snapshot. */
interface Snapshot {
  readonly head: SnapshotHead;
  readonly files: ReadonlyMap<string, string>;
  readonly commit: string;
}

/**
 * Resumes a session that the caller has already found.
 * @throws Failure `no-session`, `unknown-session`, `branch-gone`, `ambiguous-branch`,
 * `checked-out-elsewhere`, `switch-refused`, `unfinished-operation`
 */
export async function resume(asked: Place, name: string | undefined, keep = false): Promise<Resumed> {
  const place = await settleBeforeChange(asked);
  await refuseOperation(place);
  return resumeFound(
    place,
    name === undefined ? await mostRecentSession(place) : await sessionByName(place, name),
    keep,
  );
}

/** Resumes a session that the caller has found. */
export async function resumeFound(asked: Place, found: FoundSession, keep = false): Promise<Resumed> {
  const place = await settleBeforeChange(asked);
  // Reads the record before anything changes: it may be damaged or gone.
  const snapshot = found.known?.where === "snapshot" ? await contentOf(place, found.known) : undefined;
  const away = await leaveBranch(place, found.branch, keep);
  const word = shellWord(found.branch);
  const command = await commandText(place, `session resume ${word}${keep ? " --keep" : ""}`, word);
  const how = { command, away: away !== undefined };
  const switched = await moveOrRestore(place, away, () => checkOut(place, found, how));
  const here = { ...place, repository: await openRepository(place.repository.root) };
  const warnings = await otherHolders(here, found.branch);
  const restored = await restore(here, found, snapshot);
  await rememberRepository(here.repository);
  if (switched) await releaseHolder(place);
  const back = await arriveOnBranch(here, keep);
  const moved = { ...defined({ away, back }) };
  return { place: here, switched, shallow: found.rebuilt?.shallow ?? false, warnings, ...moved, ...restored };
}

type Restored = Pick<Resumed, "state" | "from" | "ended" | "taken">;

async function restore(
  place: Place,
  { branch, known, rebuilt }: FoundSession,
  snapshot: Snapshot | undefined,
): Promise<Restored> {
  return withSessionFolder(place, branch, async (folder, lock) => {
    const there = await loadForWriting(folder, lock);
    if (there && there.state.context.id === (known?.id ?? rebuilt?.state.context.id))
      return reopen(place, there, lock, "local");
    if (there) await moveToKept(place.sessionsDir, folder, there.state.context.id, lock);
    // A session that an interrupted command moved to its kept folder keeps its old position in lists until
    // the next save.
    if (known?.where === "local" && known.branch !== branch)
      return moveHere(place, known, branch, folder, lock);
    if (rebuilt) {
      const { head } = place.repository;
      const free = await withFreeNumbers(place, rebuilt);
      const state = { ...free, context: { ...free.context, ...defined({ tip: head }) } };
      const { coverage: _now, ...context } = state.context;
      const events = [startedEvent(context), await resumed(place, "commits", [])];
      await saveSession(emptySession(folder, state), state, events, lock);
      return { state, from: "commits", ended: false, taken: [] };
    }
    const isKept = await takeKept(place, known.id, branch, folder, lock);
    if (!isKept && snapshot) await fromSnapshot(place, snapshot, folder);
    const from = isKept ? "kept" : "snapshot";
    const loaded = await expectLoaded(folder);
    return reopen(place, loaded, lock, from, `refs/heads/${branch}`, `refs/heads/${known.branch}`);
  });
}

/** Moves a kept session back to its branch's folder. Returns false for a session that was not kept. */
async function takeKept(
  place: Place,
  id: string,
  branch: string,
  folder: string,
  lock: Lock,
): Promise<boolean> {
  const kept = (await keptSessions(place.sessionsDir)).find((each) => each.state.context.id === id);
  if (kept) await moveFromKept(kept, folder, `refs/heads/${branch}`, lock);
  return kept !== undefined;
}

/** Moves a session whose branch was renamed to the new branch's folder. */
async function moveHere(
  place: Place,
  known: KnownSession,
  branch: string,
  folder: string,
  lock: Lock,
): Promise<Restored> {
  const { sessionsDir } = place;
  await withSessionFolder(place, known.branch, async (from, its) => {
    // First finishes an interrupted move, which may be a move of this session.
    if (await loadForWriting(from, its)) await moveToKept(sessionsDir, from, known.id, its);
  });
  await takeKept(place, known.id, branch, folder, lock);
  const loaded = await expectLoaded(folder);
  return reopen(place, loaded, lock, "local", `refs/heads/${branch}`, `refs/heads/${known.branch}`);
}

/**
 * Marks the session active, with changes from its branch's commits. `ref`: the current name of the branch;
 * `was`: its former name.
 */
export async function reopen(
  place: Place,
  session: LoadedSession,
  lock: Lock,
  from: Resumed["from"],
  ref = session.state.context.ref,
  was = session.state.context.ref,
): Promise<Restored> {
  // Reads the commits again even if the branch has not moved: a shallow clone may have more commits now.
  const { tip: _tip, sentRef, ...known } = session.state.context;
  // A branch renamed in this clone gets its new name in other clones too.
  const named = ref === was ? defined({ sentRef }) : {};
  const { state, taken } = await updatedFromBranch(place, {
    ...session,
    state: { ...session.state, context: { ...known, ...named, ref } },
  });
  const moved = ref === was ? [] : [event("branch.renamed", { from: was, to: ref })];
  const { ended: _ended, ...context } = state.context;
  const after: SessionState = { ...state, context: { ...context, state: "active" } };
  await saveSession(session, after, [...moved, await resumed(place, from, taken)], lock);
  return { state: after, from, ended: isEnded(session.state.context.state), taken };
}

/** Returns an event of the user who resumes the session: later events belong to this user. */
async function resumed(place: Place, from: Resumed["from"], taken: readonly string[]) {
  const by = await userName(place.repository.root);
  return event("session.resumed", {
    from,
    commit: place.repository.head,
    ...(by === "" ? {} : { by }),
    ...(taken.length === 0 ? {} : { taken }),
  });
}

async function contentOf(place: Place, { id, snapshot: head }: KnownSession): Promise<Snapshot> {
  const snapshot = head && (await readSnapshot(place, head));
  if (snapshot) return { ...snapshot, head };
  throw new Failure("no-session", `the snapshot of ${id} is gone`);
}

async function fromSnapshot(place: Place, snapshot: Snapshot, folder: string): Promise<void> {
  for (const [name, text] of snapshot.files) {
    if (name !== "checkpoints.jsonl" && name !== "context.json")
      await writeAtomic(path.join(folder, name), text);
  }
  await bringDocuments(place, folder, snapshot.commit);
  await writeSnapshotNote(folder, snapshot.head.id, snapshot.commit);
  // Writes this file last: only with it does the folder count as a session.
  await writeAtomic(path.join(folder, "context.json"), snapshot.files.get("context.json") ?? "");
  await adoptSnapshot(place, snapshot.head, snapshot.commit);
}

async function expectLoaded(folder: string): Promise<LoadedSession> {
  const loaded = await loadSession(folder);
  if (loaded) return loaded;
  throw new Failure("damaged-session", `${folder} has no session`, { hint: "session doctor" });
}
