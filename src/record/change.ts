/**
 * Changes a session's record under its lock, all or nothing, and finishes changes of interrupted commands.
 * Its callers choose the changes.
 */

import path from "node:path";
import { log } from "../git/commits.ts";
import { updatedFromBranch } from "../history/branch-updates.ts";
import { checkBranch, sessionFolder } from "../history/stored-session.ts";
import { configCache, type Place } from "../place/place.ts";
import { refuseNewSecrets } from "../secrets/secrets.ts";
import type { SessionEvent } from "../session/events/events.ts";
import { branchFolder } from "../session/files/folder.ts";
import type { SessionState } from "../session/state.ts";
import { makeFolder } from "../store/folders.ts";
import { rememberRules, rememberStyle } from "../store/hooks/hook-files.ts";
import { clearRewrites, readRewrites } from "../store/hooks/hook-notes.ts";
import type { Condition } from "../store/journal/journal.ts";
import { type Lock, withLock } from "../store/journal/lock.ts";
import { pendingCondition, settleJournal } from "../store/journal/transaction.ts";
import type { LoadedSession } from "../store/load.ts";
import { loadForWriting, saveSession } from "../store/save.ts";
import { rememberConfig } from "../store/settings/config.ts";
import { withRewrites } from "../trailers/checkpoints.ts";
import { readMessage } from "../trailers/read.ts";
import { event } from "./event.ts";
import { findSession, noSession } from "./find-session.ts";
import { noteHolder, ownProcess } from "./holder.ts";
import { applySpool } from "./spool.ts";

/** A changed session, and the result of the change. */
export interface Changed<T> {
  readonly session: LoadedSession;
  readonly state: SessionState;
  readonly result: T;
}

/** A change: the new state, its events for the log, and the result for the caller. */
export type Change<T> = (
  state: SessionState,
  session: LoadedSession,
) => { state: SessionState; events: readonly SessionEvent[]; result: T };

/** Changes the session of a branch under its lock, all or nothing. */
export async function changeSession<T>(place: Place, branch: string, change: Change<T>): Promise<Changed<T>> {
  return withSession(place, branch, async (session, lock) => {
    const { state, events, result } = change(session.state, session);
    await refuseNewSecrets(place, session, state);
    await saveSession(session, state, events, lock);
    return { session, state, result };
  });
}

interface Options {
  /** Maximum milliseconds to wait for the lock. */
  readonly waitMs?: number;
  /** True if the action only reads: this process then does not become the holder of the session. */
  readonly looks?: boolean;
}

/** Runs an action under the lock of a branch's session. @throws Failure `no-session` */
export async function withSession<T>(
  place: Place,
  branch: string,
  action: (session: LoadedSession, lock: Lock) => Promise<T>,
  options: Options = {},
): Promise<T> {
  // Reads without a lock first, so that a question about a session never creates a folder.
  if (!(await findSession(place, branch))) await noSession(place, branch);
  return withSessionFolder(
    place,
    branch,
    async (folder, lock) => {
      const session = (await loadForWriting(folder, lock)) ?? (await noSession(place, branch));
      checkBranch(session, branch);
      const ready = await reconciled(place, session, lock);
      const took = await applySpool(place, ready, async (state, events) => {
        await saveSession(ready, state, events, lock);
      });
      const after = took ? await loadForWriting(folder, lock) : undefined;
      return action(after ?? ready, lock);
    },
    options,
  );
}

/** Updates the state with changes of the branch since the last save. */
async function reconciled(place: Place, session: LoadedSession, lock: Lock): Promise<LoadedSession> {
  const { state: carried, taken } = await updatedFromBranch(place, session);
  if (taken.length > 0) place.notices.push(`updated from checkpoints of another clone: ${taken.join(", ")}`);
  const rewrites = await readRewrites(session.folder);
  if (!rewrites) return { ...session, state: carried };
  const { state, rewritten } = withRewrites(carried, rewrites);
  const events =
    Object.keys(rewritten).length === 0 ? [] : [event("commits.rewritten", { commits: rewritten })];
  const saved = await saveSession(session, state, events, lock);
  await clearRewrites(session.folder);
  return saved;
}

/**
 * Runs an action under the lock of a session's folder, which it creates if needed, and records the holder.
 */
export async function withSessionFolder<T>(
  place: Place,
  branch: string,
  action: (folder: string, lock: Lock) => Promise<T>,
  { waitMs, looks = false }: Options = {},
): Promise<T> {
  await makeFolder(place.repository.commonDir, path.join("sessions", branchFolder(branch)));
  const folder = sessionFolder(place, branch);
  return withLock(
    folder,
    async (lock) => {
      // Starts this early: without /proc it needs another process, which takes time.
      const us = looks ? undefined : ownProcess(place);
      if (place.parsedConfig) await rememberConfig(configCache(place.repository), place.parsedConfig);
      await rememberStyle(place.sessionsDir, place.config.record.plain_commits);
      await rememberRules(place.sessionsDir, place.repository.gitDir, place.config.context.rules.length > 0);
      const condition = await pendingCondition(folder);
      if (condition) {
        const { finishIndex, revertLayout } = await import("./commit-files.ts");
        const made = await wasCommitMade(place, condition);
        await (made ? finishIndex(place, condition) : revertLayout(place, condition.layout));
        await settleJournal(folder, lock, made);
      }
      const result = await action(folder, lock);
      if (us) await noteHolder(place, branch, us);
      return result;
    },
    waitMs,
  );
}

/** Finishes or reverts the checkpoint of this branch in which a command was killed. */
export async function settleCommit(place: Place): Promise<void> {
  const { branch } = place.repository;
  if (branch === undefined || !(await pendingCondition(sessionFolder(place, branch)))) return;
  await withSessionFolder(place, branch, async () => {}, { looks: true });
}

/** Reports whether the commit that a change waited for exists, although its process ended early. */
export async function wasCommitMade(place: Place, condition: Condition): Promise<boolean> {
  const [tip] = await log(place.repository.root, [condition.ref], { limit: 1 });
  if (!tip || tip.oid === condition.before) return false;
  const isNext = condition.amend || condition.before === null || tip.parents.includes(condition.before);
  return isNext && readMessage(tip.message).session?.id === condition.id;
}
