/**
 * Stashes unfinished work with its session, and restores it. The work is first saved under a separate ref and
 * in the session's record; then the work tree changes. After a crash, the record's `step` names the step to
 * finish: each file is in its old or its new state.
 */

import type { IndexWorkspace } from "../git/move/separate-index.ts";
import { type Settling, settleWork } from "../git/move/settle-work.ts";
import type { UnfinishedPaths } from "../git/move/stash-parse.ts";
import { changeRefs, refCommit, updateRef } from "../git/refs.ts";
import {
  countFiles,
  makeWork,
  readWork,
  rebaseWork,
  unfinishedPaths,
  type Work,
} from "../git/stash-commit.ts";
import type { Place } from "../place/place.ts";
import { event } from "../record/event.ts";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { branchOf, type SessionContext, type StashedWork } from "../session/state.ts";
import type { Lock } from "../store/journal/lock.ts";
import type { LoadedSession } from "../store/load.ts";
import { saveSession } from "../store/save.ts";
import { now } from "../surroundings.ts";
import { plural } from "../text/plural.ts";
import { shellWord } from "../text/shell.ts";
import { stashRef } from "./stash-ref.ts";

export interface MovedWork {
  readonly branch: string;
  readonly files: number;
  readonly commit: string;
  /** Paths of the files in the stashed work. */
  readonly names?: readonly string[];
}

/**
 * Stashes the work of this branch's session, whose lock the caller holds; undefined without unfinished work.
 * @throws Failure `unmerged`, `submodule-changed`, `work-kept-already` (exit 4), `no-commits`, with nothing
 * changed
 */
export async function stashWork(
  place: Place,
  session: LoadedSession,
  lock: Lock,
): Promise<{ readonly session: LoadedSession; readonly moved?: MovedWork }> {
  const { root, head } = place.repository;
  const paths = await unfinishedPaths(root);
  if (!isUnfinished(paths)) return { session };
  const { context } = session.state;
  const branch = branchOf(context);
  if (head === undefined)
    throw new Failure("no-commits", "there is no commit yet to stash the work on", {
      hint: "git commit --allow-empty",
    });
  refuseUnsafe(paths);
  const ref = stashRef(context.id);
  if ((await refCommit(root, ref)) !== undefined)
    throw new Failure(
      "work-kept-already",
      `unfinished work of ${branch} is already stashed, and there are new changes`,
      {
        advice: "commit it, then resume",
        hint: `session resume\n${showCommand(ref)}`,
        details: dropText(ref),
      },
    );
  const bench = benchOf(place, session);
  const work = await makeWork(bench, paths, head, titleOf(context));
  const kept: StashedWork = { commit: work.commit, files: await countFiles(bench, work), at: now() };
  const started = await record(session, lock, { ...kept, step: "away" });
  await updateRef(root, ref, work.commit, undefined);
  await settleWork(bench, work, "away", async ({ inTheWay, run }) => {
    if (inTheWay.length > 0) {
      await forget(place, started, lock, work);
      throw new Failure("changed-meanwhile", `${pathList(inTheWay)} changed while the work was stashed`, {
        advice: "nothing was changed",
        hint: SAME_COMMAND,
      });
    }
    await orUndo(
      run,
      (undo) => settleWork(bench, work, "back", undo),
      () => forget(place, started, lock, work),
    );
  });
  return {
    session: await recordAway(started, lock, kept),
    moved: { branch, commit: work.commit, files: kept.files, names: pathsOfWork(paths) },
  };
}

/**
 * Restores the work of a session on its branch; the caller holds its lock. Undefined without stashed work.
 * @throws Failure `work-conflict`, `work-in-the-way` (exit 4); the work stays stashed, the work tree
 * unchanged
 */
export async function restoreWork(
  place: Place,
  session: LoadedSession,
  lock: Lock,
): Promise<{ readonly session: LoadedSession; readonly moved?: MovedWork }> {
  const { root, head } = place.repository;
  const { context } = session.state;
  const ref = stashRef(context.id);
  const commit = await refCommit(root, ref);
  if (commit === undefined) {
    if (context.work === undefined) return { session };
    // Checks the ref: the record may come from another clone, which has the work.
    const isHere = (await refCommit(root, context.work.commit)) !== undefined;
    if (isHere)
      place.notices.push(
        `the unfinished work of ${branchOf(context)} is no longer in ${ref}; to restore it: git stash apply --index ${context.work.commit}`,
      );
    return { session: await record(session, lock, undefined) };
  }
  const bench = benchOf(place, session);
  const before = await readWork(root, commit);
  const rebased = await onTopOf(bench, before, head, context);
  if ("conflicts" in rebased)
    throw new Failure(
      "work-conflict",
      `the unfinished work of ${branchOf(context)} is still stashed: ${pathList(rebased.conflicts)} changed on the branch since`,
      { hint: showCommand(ref), details: byHand(ref, branchOf(context)) },
    );
  const { work } = rebased;
  return settleWork(bench, work, "back", async ({ inTheWay, unrelated, run }) => {
    if (inTheWay.length > 0) {
      const taken = inTheWay.filter((each) => !unrelated.includes(each));
      const what =
        taken.length > 0
          ? `${pathList(taken)} would be overwritten`
          : `${pathsWith(unrelated, "has", "have")} changes that are not committed`;
      throw new Failure(
        "work-in-the-way",
        `the unfinished work of ${branchOf(context)} is still stashed: ${what}`,
        { advice: "commit or move these files first", hint: `session resume\n${showCommand(ref)}` },
      );
    }
    if (work !== before) await updateRef(root, ref, work.commit, commit);
    const files = work === before ? context.work?.files : undefined;
    const kept = { at: now(), ...context.work, files: files ?? (await countFiles(bench, work)) };
    const started = await record(session, lock, { ...kept, commit: work.commit, step: "back" });
    await orUndo(
      run,
      (undo) => settleWork(bench, work, "away", undo),
      async () => {
        await record(started, lock, { ...kept, commit: work.commit });
      },
    );
    return finishBack(place, started, lock, work);
  });
}

/**
 * Finishes an interrupted stash or restore of work on the branch that is checked out.
 * @throws Failure `work-interrupted` (exit 4) if files were changed since
 */
export async function finishWork(place: Place, session: LoadedSession, lock: Lock): Promise<LoadedSession> {
  const { work: kept, id } = session.state.context;
  if (kept?.step === undefined) return session;
  const { root, head } = place.repository;
  const ref = stashRef(id);
  // Checks the ref, which exists from before the first change of the work tree until after the last.
  if ((await refCommit(root, ref)) !== kept.commit) return record(session, lock, undefined);
  const bench = benchOf(place, session);
  const work = await readWork(root, kept.commit);
  const interrupted = (what: string) =>
    new Failure(
      "work-interrupted",
      `an interrupted command left the work tree half changed, and ${what} changed since`,
      { hint: showCommand(ref), details: byHand(ref, branchOf(session.state.context)) },
    );
  if (work.base !== head) throw interrupted("the branch");
  await settleWork(bench, work, kept.step, async ({ inTheWay, run }) => {
    if (inTheWay.length > 0) throw interrupted(pathList(inTheWay));
    await run();
  });
  if (kept.step === "back") return (await finishBack(place, session, lock, work)).session;
  const { step: _step, ...rest } = kept;
  return recordAway(session, lock, rest);
}

/** Reports whether the work tree has work to stash. */
export function isUnfinished({ tracked, untracked, unmerged, submodules }: UnfinishedPaths): boolean {
  return [tracked, untracked, unmerged, submodules].some((each) => each.length > 0);
}

/** Returns the paths of unfinished work. */
export function pathsOfWork({ tracked, untracked, unmerged, submodules }: UnfinishedPaths): string[] {
  return [...new Set([...tracked, ...untracked, ...unmerged, ...submodules])];
}

function refuseUnsafe({ unmerged, submodules }: UnfinishedPaths): void {
  if (unmerged.length > 0)
    throw new Failure("unmerged", `${pathsWith(unmerged, "has", "have")} unresolved conflicts`, {
      hint: "git add <file>",
    });
  if (submodules.length > 0)
    throw new Failure(
      "submodule-changed",
      `${pathsWith(submodules, "is a submodule", "are submodules")} whose current commit is not recorded`,
      { advice: "commit that first", hint: "--keep" },
    );
}

async function onTopOf(bench: IndexWorkspace, work: Work, head: string | undefined, context: SessionContext) {
  if (head === undefined) return { conflicts: ["the branch"] };
  return work.base === head ? { work } : rebaseWork(bench, work, head, titleOf(context));
}

async function finishBack(place: Place, session: LoadedSession, lock: Lock, work: Work) {
  const { context } = session.state;
  const files = context.work?.files ?? 0;
  await changeRefs(place.repository.root, [], [{ ref: stashRef(context.id), was: work.commit }]);
  const done = await record(session, lock, undefined, [event("work.brought-back", { files })]);
  return { session: done, moved: { branch: branchOf(context), commit: work.commit, files } };
}

function recordAway(session: LoadedSession, lock: Lock, kept: StashedWork): Promise<LoadedSession> {
  // The field is not called `commit`: commits in the log are commits of the branch.
  return record(session, lock, kept, [event("work.put-away", { work: kept.commit, files: kept.files })]);
}

/** Drops the record of a stash that changed nothing. */
async function forget(place: Place, session: LoadedSession, lock: Lock, { commit }: Work): Promise<void> {
  await changeRefs(place.repository.root, [], [{ ref: stashRef(session.state.context.id), was: commit }]);
  await record(session, lock, undefined);
}

/** Runs an action. If it fails and has changed something, restores work tree and index; then the record. */
async function orUndo(
  run: () => Promise<void>,
  undo: (action: (settling: Settling) => Promise<void>) => Promise<void>,
  record: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Failure && error.code === "changed-meanwhile"))
      await undo(async (back) => {
        if (back.inTheWay.length > 0) throw error;
        await back.run().catch(() => {
          const said = error instanceof Failure ? error.message : String(error);
          throw new Failure(
            "work-interrupted",
            `${said}; the work is safe, but the work tree is half changed`,
            { advice: "resolve it, then resume", hint: "session resume" },
          );
        });
      });
    await record();
    throw error;
  }
}

/** Saves the location of a session's stashed work in its record. */
async function record(
  session: LoadedSession,
  lock: Lock,
  work: StashedWork | undefined,
  events: readonly ReturnType<typeof event>[] = [],
): Promise<LoadedSession> {
  const { work: _work, ...context } = session.state.context;
  const state = { ...session.state, context: work === undefined ? context : { ...context, work } };
  return saveSession(session, state, events, lock);
}

function benchOf({ repository }: Place, { folder }: LoadedSession): IndexWorkspace {
  return { repository, scratch: folder };
}

function titleOf(context: SessionContext): string {
  return `On ${branchOf(context)}: unfinished work of session ${context.id}`;
}

/** Returns up to three paths, separated by commas, and the number of further files. */
export function pathList(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${plural(names.length - 3, "more file")}` : shown;
}

/** Returns a sentence about paths, with a verb in singular or plural. */
export function pathsWith(names: readonly string[], one: string, many: string): string {
  return `${pathList(names)} ${names.length === 1 ? one : many}`;
}

function showCommand(ref: string): string {
  return `git stash show -p --include-untracked ${ref}`;
}

/** Names the command that restores the work on a branch of its own, at the commit on which it was stashed. */
function byHand(ref: string, branch: string): string {
  return `By hand: git stash branch ${shellWord(`${branch}-stashed`)} ${ref}\n${dropText(ref)}`;
}

function dropText(ref: string): string {
  return `When it is no longer needed: git update-ref -d ${ref}`;
}
