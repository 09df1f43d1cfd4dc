import path from "node:path";
import { type Commit, log } from "../git/commits.ts";
import { renameLog } from "../git/reflog.ts";
import { defaultBranch, refCommit, switchBranch } from "../git/refs.ts";
import { openRepository } from "../git/repository.ts";
import { renamedTo } from "../model/branches.ts";
import { type ReadCommit, readCommits } from "../model/checkpoints.ts";
import { Failure } from "../model/failure.ts";
import { stateFromCommits } from "../model/restore.ts";
import { word } from "../model/shell.ts";
import type { SessionState } from "../model/state.ts";
import { writeAtomic } from "../store/files.ts";
import type { Lock } from "../store/lock.ts";
import { emptySession, loadForWriting, saveSession } from "../store/save.ts";
import { keepAside, moveFiles } from "../store/sessions.ts";
import { type LoadedSession, loadSession } from "../store/state.ts";
import { branchReflog, type Offer, offerOn, standingOf } from "./branch.ts";
import { event, withSessionFolder } from "./change.ts";
import { refuseUnfinished } from "./checkpoint.ts";
import { lastTip } from "./content.ts";
import { now, type Place } from "./place.ts";
import { type KnownSession, knownSessions, loadKnown, resolveSession } from "./resolve.ts";
import { findSession, noSession } from "./session.ts";
import { readSnapshot } from "./snapshot.ts";
import { remoteBranch } from "./start.ts";

export interface Resumed {
  readonly place: Place;
  readonly state: SessionState;
  /** Where its state came from. */
  readonly from: "local" | "kept" | "snapshot" | "commits";
  readonly switched: boolean;
}

/**
 * Takes a session up: checks its branch out, brings its state back where there is none, and marks it active.
 * Without a name: the session of this branch, else the one touched last.
 * Failures: `no-session`, `unknown-session`, `branch-gone`, `switch-refused`, `unfinished-operation`.
 */
export async function resume(place: Place, name: string | undefined): Promise<Resumed> {
  await refuseUnfinished(place);
  const found = name === undefined ? await mostRecent(place) : await resolveOrBranch(place, name);
  const branch = typeof found === "string" ? found : await branchFor(place, found, name);
  const switched = await checkOut(place, branch, found);
  const repository = await openRepository(place.repository.root);
  const here = { ...place, repository };
  const { state, from } = await restore(here, branch, found);
  return { place: here, state, from, switched };
}

async function mostRecent(place: Place): Promise<KnownSession | string> {
  const { branch } = place.repository;
  if (branch !== undefined && (await findSession(place, branch))) return resolveSession(place, branch);
  const offer = branch === undefined ? undefined : await offerHere(place, branch);
  if (branch !== undefined && offer?.why === "earlier") return noSession(place, branch);
  if (offer) return resolveSession(place, offer.session.state.context.id);
  const known = (await knownSessions(place)).filter((each) => each.where === "local");
  if (known[0]) return known[0];
  if (branch !== undefined) return branch;
  throw new Failure("no-session", "there is no session to resume", {
    exit: 3,
    hint: "session start <branch>",
  });
}

/** A branch without a session of this clone may still carry one in its commits. */
async function resolveOrBranch(place: Place, name: string): Promise<KnownSession | string> {
  try {
    return await resolveSession(place, name);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "unknown-session") throw error;
    const { root } = place.repository;
    const there = (await refCommit(root, `refs/heads/${name}`)) ?? (await remoteBranch(place, name));
    if (there === undefined) throw error;
    return name;
  }
}

/**
 * The branch that a session is taken up on: its own; what that was renamed to; this one, where its commits are. By the
 * name of a branch that was made anew no session is taken up: Failure `no-session`.
 */
async function branchFor(place: Place, found: KnownSession, name: string | undefined): Promise<string> {
  if (found.where !== "local" || !found.loaded) return found.branch;
  const standing = await standingOf(place, found.loaded);
  if (standing === "earlier" && name === found.branch) return noSession(place, found.branch);
  const current = place.repository.branch;
  if (standing === "own" || (standing === "earlier" && current === found.branch)) return found.branch;
  const offer = current === undefined ? undefined : await offerHere(place, current);
  if (current !== undefined && offer?.session.state.context.id === found.id) return current;
  return renamedTo(found.branch, await renameLog(place.repository.root)) ?? found.branch;
}

/** The session that this branch, which has none, could take up. */
async function offerHere(place: Place, branch: string): Promise<Offer | undefined> {
  if (await findSession(place, branch)) return undefined;
  return offerOn(place, branch, await branchReflog(place, branch), await ownCommits(place, branch));
}

async function checkOut(place: Place, branch: string, found: KnownSession | string): Promise<boolean> {
  const { root } = place.repository;
  if (place.repository.branch === branch) return false;
  if ((await refCommit(root, `refs/heads/${branch}`)) !== undefined) {
    await switchBranch(root, branch);
    return true;
  }
  const remote = await remoteBranch(place, branch);
  if (remote === undefined) throw await branchGone(place, branch, found);
  await switchBranch(root, branch, { from: remote });
  return true;
}

/** Says at which commit to make it again: where HEAD left it, or where the record last saw it, if git has that commit. */
async function branchGone(place: Place, branch: string, found: KnownSession | string): Promise<Failure> {
  const session =
    typeof found === "string" ? undefined : await loadKnown(place, found).catch(() => undefined);
  const last = session === undefined ? undefined : await lastTip(place, session);
  return new Failure("branch-gone", `the branch ${branch} is gone`, {
    hint: `git branch ${word(branch)} ${last === undefined ? "<commit>" : last.slice(0, 12)}, then resume again`,
  });
}

async function restore(
  place: Place,
  branch: string,
  found: KnownSession | string,
): Promise<{ state: SessionState; from: Resumed["from"] }> {
  return withSessionFolder(place, branch, async (folder, lock) => {
    const there = await loadForWriting(folder, lock);
    const isIt = there !== undefined && (typeof found === "string" || there.state.context.id === found.id);
    if (isIt) return { state: await reopen(there, lock), from: "local" as const };
    if (there) await keepAside(place.sessionsDir, folder, there.state.context.id);
    if (typeof found === "string") {
      const state = await stateOfBranch(place, branch);
      const { id, ref, title, base, tags } = state.context;
      const events = [
        event("session.started", { id, ref, title, base, tags }),
        event("session.resumed", { from: "commits" }),
      ];
      await saveSession(emptySession(folder, state), state, events, lock);
      return { state, from: "commits" as const };
    }
    if (found.where === "local")
      return { state: await moveHere(place, branch, found, folder, lock), from: "local" };
    const kept = found.where === "kept" ? found.loaded : undefined;
    if (kept) await moveFiles(kept.folder, folder);
    else await fromSnapshot(place, found.id, folder);
    return {
      state: await reopen(await expectLoaded(folder), lock),
      from: kept ? ("kept" as const) : ("snapshot" as const),
    };
  });
}

/** Moves a session whose branch has another name now into that branch's folder. */
async function moveHere(
  place: Place,
  branch: string,
  found: KnownSession,
  folder: string,
  lock: Lock,
): Promise<SessionState> {
  await withSessionFolder(place, found.branch, (from) => moveFiles(from, folder));
  const session = await expectLoaded(folder);
  return reopen(session, lock, branch);
}

/** With `branch`: as the session of a branch of another name. */
async function reopen(session: LoadedSession, lock: Lock, branch?: string): Promise<SessionState> {
  const { ended: _ended, ...context } = session.state.context;
  const ref = branch === undefined ? context.ref : `refs/heads/${branch}`;
  const state: SessionState = { ...session.state, context: { ...context, ref, state: "active" } };
  const moved = ref === context.ref ? [] : [event("branch.renamed", { from: context.ref, to: ref })];
  await saveSession(session, state, [...moved, event("session.resumed")], lock);
  return state;
}

/** Rebuilds a session from the trailers on its branch. Failure `no-session` where no commit carries any. */
async function stateOfBranch(place: Place, branch: string): Promise<SessionState> {
  const state = stateFromCommits(branch, await ownCommits(place, branch), now());
  if (state) return state;
  throw new Failure("no-session", `no commit on ${branch} carries a session`, {
    exit: 3,
    hint: `session start ${word(branch)}`,
  });
}

/** Commits that are the branch's own and name a session. */
async function ownCommits(place: Place, branch: string): Promise<ReadCommit<Commit>[]> {
  const { root } = place.repository;
  const main = await defaultBranch(root);
  const range =
    main === undefined || main === branch
      ? [`refs/heads/${branch}`]
      : [`refs/heads/${branch}`, `^refs/heads/${main}`];
  return readCommits(await log(root, range, { grep: ["Session-Id:"], limit: 500 }));
}

async function fromSnapshot(place: Place, id: string, folder: string): Promise<void> {
  const snapshot = await readSnapshot(place, id);
  if (!snapshot) throw new Failure("no-session", `the snapshot of ${id} is gone`, { exit: 3 });
  for (const [name, text] of snapshot.files) {
    if (name !== "checkpoints.jsonl" && name !== "context.json")
      await writeAtomic(path.join(folder, name), text);
  }
  // Last, because it is what makes the folder a session.
  await writeAtomic(path.join(folder, "context.json"), snapshot.files.get("context.json") ?? "");
}

async function expectLoaded(folder: string): Promise<LoadedSession> {
  const loaded = await loadSession(folder);
  if (loaded) return loaded;
  throw new Failure("damaged-session", `${folder} holds no session`, { hint: "session doctor" });
}
