import path from "node:path";
import { refuseOperation } from "../checkpoint/checkpoint.ts";
import { openRepository } from "../git/repository.ts";
import { userName } from "../git/settings.ts";
import { updatedFromBranch } from "../history/branch-updates.ts";
import { withFreeNumbers } from "../history/rebuild.ts";
import type { Place } from "../place/place.ts";
import { withSessionFolder } from "../record/change.ts";
import { event } from "../record/event.ts";
import { otherHolders, releaseHolder } from "../record/holder.ts";
import { rememberRepository } from "../record/remember-repository.ts";
import type { KnownSession } from "../record/resolve-session.ts";
import { startedEvent } from "../session/events.ts";
import { Failure } from "../session/failure.ts";
import type { SessionState } from "../session/state.ts";
import { bringDocuments } from "../snapshots/documents.ts";
import type { SnapshotHead } from "../snapshots/list-snapshots.ts";
import { adoptSnapshot, readSnapshot } from "../snapshots/snapshot.ts";
import { writeAtomic } from "../store/files.ts";
import { type LoadedSession, loadSession } from "../store/load.ts";
import type { Lock } from "../store/lock.ts";
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
  /** Where its state came from. */
  readonly from: "local" | "kept" | "snapshot" | "commits";
  readonly switched: boolean;
  /** Ids of what checkpoints of other clones added or changed. */
  readonly taken: readonly string[];
  /** Older commits are not in this shallow clone, and their decisions neither. */
  readonly shallow: boolean;
  readonly warnings: readonly string[];
}

/** What a snapshot holds, and where it is. */
interface Snapshot {
  readonly head: SnapshotHead;
  readonly files: ReadonlyMap<string, string>;
  readonly commit: string;
}

/**
 * Takes a session up: checks its branch out, brings its state back where there is none, takes over what checkpoints of
 * other clones say, marks it active, and brings its unfinished work back; that of the session that is left is put away,
 * unless `keep`. Without a name: the session whose record HEAD has, else the one touched last.
 * Failures: `no-session`, `unknown-session`, `branch-gone`, `ambiguous-branch`, `checked-out-elsewhere`,
 * `switch-refused`, `unfinished-operation`.
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

/** Takes up a session that was found already. */
export async function resumeFound(asked: Place, found: FoundSession, keep = false): Promise<Resumed> {
  const place = await settleBeforeChange(asked);
  // Read before anything happens: it may be damaged, or gone.
  const snapshot = found.known?.where === "snapshot" ? await contentOf(place, found.known) : undefined;
  const away = await leaveBranch(place, found.branch, keep);
  const how = { command: `session resume ${shellWord(found.branch)}`, away: away !== undefined };
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

type Restored = Pick<Resumed, "state" | "from" | "taken">;

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
    // One that a killed command had put aside is listed where it was, until it is written again.
    if (known?.where === "local" && known.branch !== branch)
      return moveHere(place, known, branch, folder, lock);
    if (rebuilt) {
      const { head } = place.repository;
      const free = await withFreeNumbers(place, rebuilt);
      const state = { ...free, context: { ...free.context, ...defined({ tip: head }) } };
      const { coverage: _now, ...context } = state.context;
      const events = [startedEvent(context), await resumed(place, "commits", [])];
      await saveSession(emptySession(folder, state), state, events, lock);
      return { state, from: "commits", taken: [] };
    }
    const isKept = await takeKept(place, known.id, branch, folder, lock);
    if (!isKept && snapshot) await fromSnapshot(place, snapshot, folder);
    const from = isKept ? "kept" : "snapshot";
    const loaded = await expectLoaded(folder);
    return reopen(place, loaded, lock, from, `refs/heads/${branch}`, `refs/heads/${known.branch}`);
  });
}

/** Brings a session back that was put aside; false where it was not. */
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

/** Moves a session whose branch has another name now into that branch's folder. */
async function moveHere(
  place: Place,
  known: KnownSession,
  branch: string,
  folder: string,
  lock: Lock,
): Promise<Restored> {
  const { sessionsDir } = place;
  await withSessionFolder(place, known.branch, async (from, its) => {
    // A move that was decided before is finished first, and may have been this one.
    if (await loadForWriting(from, its)) await moveToKept(sessionsDir, from, known.id, its);
  });
  await takeKept(place, known.id, branch, folder, lock);
  const loaded = await expectLoaded(folder);
  return reopen(place, loaded, lock, "local", `refs/heads/${branch}`, `refs/heads/${known.branch}`);
}

/** Marks it active, with what the branch's commits say beyond its record; `ref`: under the branch's new name, `was` the old one. */
export async function reopen(
  place: Place,
  session: LoadedSession,
  lock: Lock,
  from: Resumed["from"],
  ref = session.state.context.ref,
  was = session.state.context.ref,
): Promise<Restored> {
  // Looked up anew, although the branch may not have moved: a shallow clone may know more of it by now.
  const { tip: _tip, ...known } = session.state.context;
  const { state, taken } = await updatedFromBranch(place, {
    ...session,
    state: { ...session.state, context: { ...known, ref } },
  });
  const moved = ref === was ? [] : [event("branch.renamed", { from: was, to: ref })];
  const { ended: _ended, ...context } = state.context;
  const after: SessionState = { ...state, context: { ...context, state: "active" } };
  await saveSession(session, after, [...moved, await resumed(place, from, taken)], lock);
  return { state: after, from, taken };
}

/** From now on the events are of whoever takes it up. */
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
  // Last, because it is what makes the folder a session.
  await writeAtomic(path.join(folder, "context.json"), snapshot.files.get("context.json") ?? "");
  await adoptSnapshot(place, snapshot.head, snapshot.commit);
}

async function expectLoaded(folder: string): Promise<LoadedSession> {
  const loaded = await loadSession(folder);
  if (loaded) return loaded;
  throw new Failure("damaged-session", `${folder} holds no session`, { hint: "session doctor" });
}
