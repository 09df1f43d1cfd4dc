import path from "node:path";
import { refuseOperation } from "../checkpoint/checkpoint.ts";
import { log } from "../git/commits.ts";
import { ask } from "../git/read.ts";
import { renameLog } from "../git/reflog.ts";
import { refCommit } from "../git/refs.ts";
import { openRepository } from "../git/repository.ts";
import { forkOf, remoteBranch } from "../history/base.ts";
import { branchReflog, type Offer, offerOn, standingOf } from "../history/branch.ts";
import { lastTip } from "../history/content.ts";
import { type Rebuilt, rebuildSession, withFreeNumbers } from "../history/rebuild.ts";
import { carriedNow } from "../history/taken.ts";
import type { Place } from "../place/place.ts";
import { isNewer, whose } from "../record/carried.ts";
import { event, withSessionFolder } from "../record/change.ts";
import { recordOfHead } from "../record/head.ts";
import { heldElsewhere, letGo } from "../record/hold.ts";
import { rememberRepository } from "../record/remember.ts";
import {
  expand,
  type KnownSession,
  knownSessions,
  loadKnown,
  resolveSession,
  withFolder,
} from "../record/resolve.ts";
import { findSession, noSession } from "../record/session.ts";
import { renamedTo } from "../session/branches.ts";
import { startedEvent } from "../session/events.ts";
import { Failure } from "../session/failure.ts";
import type { SessionState } from "../session/state.ts";
import { bringDocuments } from "../snapshots/documents.ts";
import type { SnapshotHead } from "../snapshots/heads.ts";
import { adoptSnapshot, readSnapshot } from "../snapshots/snapshot.ts";
import { writeAtomic } from "../store/files.ts";
import type { Lock } from "../store/lock.ts";
import { emptySession, loadForWriting, saveSession } from "../store/save.ts";
import { bringBack, keepAside, keptSessions } from "../store/sessions.ts";
import { type LoadedSession, loadSession } from "../store/state.ts";
import { defined } from "../text/defined.ts";
import { word } from "../text/shell.ts";
import { readCommits } from "../trailers/checkpoints.ts";
import { arrive, leaveFor, type Moves, orStay } from "../worktree/leave.ts";
import { type MoveRequest, moveTo } from "../worktree/move.ts";
import { settled } from "../worktree/settle.ts";

export interface Resumed extends Moves {
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

/** A session with a record in this clone, or one out of commits. */
export type Found = { readonly branch: string } & (
  | { readonly known: KnownSession; readonly rebuilt?: undefined }
  | { readonly rebuilt: Rebuilt; readonly known?: undefined }
);

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
  const place = await settled(asked);
  await refuseOperation(place);
  return resumeFound(place, name === undefined ? await mostRecent(place) : await named(place, name), keep);
}

/** Takes up a session that was found already. */
export async function resumeFound(asked: Place, found: Found, keep = false): Promise<Resumed> {
  const place = await settled(asked);
  // Read before anything happens: it may be damaged, or gone.
  const snapshot = found.known?.where === "snapshot" ? await contentOf(place, found.known) : undefined;
  const away = await leaveFor(place, found.branch, keep);
  const how = { command: `session resume ${word(found.branch)}`, away: away !== undefined };
  const switched = await orStay(place, away, () => checkOut(place, found, how));
  const here = { ...place, repository: await openRepository(place.repository.root) };
  const warnings = await heldElsewhere(here, found.branch);
  const restored = await restore(here, found, snapshot);
  await rememberRepository(here.repository);
  if (switched) await letGo(place);
  const back = await arrive(here, keep);
  const moved = { ...defined({ away, back }) };
  return { place: here, switched, shallow: found.rebuilt?.shallow ?? false, warnings, ...moved, ...restored };
}

/** The session whose record belongs to what is checked out, else the one touched last. */
async function mostRecent(place: Place): Promise<Found> {
  const { branch } = place.repository;
  const record = await recordOfHead(place);
  if (branch !== undefined && record.offer?.why === "earlier") return noSession(place, branch);
  const { session, branch: its } = record.parent ?? record;
  // Only commits know a session that this clone has under no id.
  if (session)
    return named(place, session.state.context.id).catch((error: unknown) => {
      if (its !== "" && isMissing(error)) return named(place, its);
      throw error;
    });
  const last = (await knownSessions(place, { light: true })).find((each) => each.where === "local");
  if (last) return { branch: last.branch, known: last };
  throw new Failure("no-session", "there is no session to resume", { hint: record.command });
}

function isMissing(error: unknown): boolean {
  return error instanceof Failure && (error.code === "no-session" || error.code === "unknown-session");
}

/** By any of a session's names; a branch without a session of this clone may carry one in its commits. */
export async function named(place: Place, name: string): Promise<Found> {
  const branch = await expand(place, name);
  let known: KnownSession;
  try {
    known = await resolveSession(place, branch);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "unknown-session") throw error;
    const rebuilt = await rebuildSession(place, branch);
    if (rebuilt === undefined) throw error;
    return elsewhere(place, branch, rebuilt);
  }
  if (known.where === "local") return { branch: await branchFor(place, known, branch), known };
  return known.branch === branch
    ? newer(place, known)
    : { branch: await nameNow(place, known.branch), known };
}

/** What a branch is called now, where it was renamed since. */
async function nameNow(place: Place, branch: string): Promise<string> {
  const { root } = place.repository;
  if ((await refCommit(root, `refs/heads/${branch}`)) !== undefined) return branch;
  return renamedTo(branch, await renameLog(root)) ?? branch;
}

/**
 * The branch that a session is taken up on: its own; this one, where it belongs to what this one was before; what its
 * branch was renamed to. By the name of a branch that was made anew no session is taken up: Failure `no-session`.
 */
async function branchFor(place: Place, { branch, id, loaded }: KnownSession, name: string): Promise<string> {
  const standing = loaded ? await standingOf(place, loaded) : "own";
  if (standing === "earlier" && name === branch) return noSession(place, branch);
  const current = place.repository.branch;
  if (standing === "own" || (standing === "earlier" && current === branch)) return branch;
  const offer = current === undefined ? undefined : await offerHere(place, current);
  if (current !== undefined && offer?.session.state.context.id === id) return current;
  return renamedTo(branch, await renameLog(place.repository.root)) ?? branch;
}

/** The session that this branch, which has none of its own, could take up. */
async function offerHere(place: Place, branch: string): Promise<Offer | undefined> {
  if (await findSession(place, branch)) return undefined;
  const { root, head } = place.repository;
  const { refs } = await forkOf(place, branch, head);
  const own = head === undefined ? [] : [head, ...refs.map((ref) => `^${ref}`)];
  const commits = refs.length === 0 ? [] : await log(root, own, { grep: ["Session-Id:"], limit: 500 });
  return offerOn(place, branch, await branchReflog(place, branch), readCommits(commits));
}

/** The session in a branch's commits, unless it is that of another branch. Failure `no-session` then. */
async function elsewhere(place: Place, branch: string, rebuilt: Rebuilt): Promise<Found> {
  const [sessions, tip] = await Promise.all([
    knownSessions(place, { light: true }),
    // Whoever names a default branch means what its own line carries; one that only a remote has is nobody's child.
    rebuilt.alone || rebuilt.from !== undefined
      ? undefined
      : refCommit(place.repository.root, `refs/heads/${branch}`),
  ]);
  const found = await whose(place, branch, rebuilt, sessions, tip);
  if (found.kind === "commits") return { branch, rebuilt };
  if (found.kind === "known") return { branch, known: found.known };
  const { known, branch: other } = found;
  throw new Failure("no-session", `the session in the commits of ${branch} is that of ${other}`, {
    hint: `session resume ${known?.id ?? word(other)}, or session start ${word(branch)} to go on from it`,
  });
}

/** After a session ended here, another clone may have started a new one on its branch. */
async function newer(place: Place, known: KnownSession): Promise<Found> {
  const { branch } = known;
  const rebuilt = await rebuildSession(place, branch).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (!rebuilt || !isNewer(rebuilt, known)) return { branch, known };
  const { id } = rebuilt.state.context;
  const other = (await knownSessions(place, { light: true })).find((each) => each.id === id);
  return other ? { branch: other.branch, known: await withFolder(other) } : { branch, rebuilt };
}

/** Checks a branch out, created where only a remote has it. False where it is here already. Failure `branch-gone`. */
export async function checkOut(
  place: Place,
  { branch, known, rebuilt }: Partial<Found> & Pick<Found, "branch">,
  how: Pick<MoveRequest, "command" | "away">,
): Promise<boolean> {
  const { root } = place.repository;
  if (place.repository.branch === branch) return false;
  const isHere = rebuilt
    ? rebuilt.from === undefined
    : (await refCommit(root, `refs/heads/${branch}`)) !== undefined;
  if (isHere) {
    await moveTo(place, { ...how, branch });
    return true;
  }
  const from = rebuilt?.from ?? (await remoteBranch(place, branch));
  if (from === undefined) throw await branchGone(place, branch, known);
  await moveTo(place, { ...how, branch, create: { from, track: true } });
  return true;
}

/** Says at which commit to make it again: where HEAD left it, or where the record last saw it, if git has that commit. */
export async function branchGone(
  place: Place,
  branch: string,
  found: KnownSession | undefined,
): Promise<Failure> {
  const session = found && (await loadKnown(place, found).catch(() => undefined));
  const last = session && (await lastTip(place, session));
  // A session that came from a remote may have left its commits there, or never have been there with them.
  if (last === undefined && found?.where === "snapshot")
    return new Failure("branch-gone", `the branch ${branch} is not here, and on no remote that was fetched`, {
      hint: `git fetch, or go on from its context: session clone ${found.id}`,
    });
  return new Failure("branch-gone", `the branch ${branch} is gone`, {
    hint: `git branch ${word(branch)} ${last === undefined ? "<commit>" : last.slice(0, 12)}, then resume again`,
  });
}

type Restored = Pick<Resumed, "state" | "from" | "taken">;

async function restore(
  place: Place,
  { branch, known, rebuilt }: Found,
  snapshot: Snapshot | undefined,
): Promise<Restored> {
  return withSessionFolder(place, branch, async (folder, lock) => {
    const there = await loadForWriting(folder, lock);
    if (there && there.state.context.id === (known?.id ?? rebuilt?.state.context.id))
      return reopen(place, there, lock, "local");
    if (there) await keepAside(place.sessionsDir, folder, there.state.context.id, lock);
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
  if (kept) await bringBack(kept, folder, `refs/heads/${branch}`, lock);
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
    if (await loadForWriting(from, its)) await keepAside(sessionsDir, from, known.id, its);
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
  const { state, taken } = await carriedNow(place, {
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
  const by = (await ask(place.repository.root, ["config", "user.name"])).stdout.trim();
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
