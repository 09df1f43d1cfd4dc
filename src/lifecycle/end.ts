import { rm } from "node:fs/promises";
import path from "node:path";
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import { changesOf, testsBetween } from "../facts/changes.ts";
import { gather } from "../facts/gather.ts";
import { gitFailure, identityFailure } from "../git/failure.ts";
import { ask } from "../git/read.ts";
import { deleteBranch, pushCommand, refCommit } from "../git/refs.ts";
import { openRepository } from "../git/repository.ts";
import { userFolder } from "../git/user-folder.ts";
import { listWorktrees, worktreeBranches } from "../git/worktrees.ts";
import { workOfDiff } from "../insight/counting/metrics.ts";
import { homes, type Place } from "../place/place.ts";
import { withSession } from "../record/change.ts";
import { event } from "../record/event.ts";
import { otherHolders } from "../record/holder.ts";
import { atWorkFailure, atWorkText, othersAtWork } from "../record/runs.ts";
import { childrenToRebase, type ToRebase } from "../record/stacked-branches.ts";
import { refuseSecrets } from "../secrets/secrets.ts";
import { checkText } from "../session/edits/items.ts";
import type { SessionState } from "../session/state.ts";
import { writeSnapshot } from "../snapshots/write-snapshot.ts";
import { writeAtomic } from "../store/files.ts";
import type { Lock } from "../store/journal/lock.ts";
import type { LoadedSession } from "../store/load.ts";
import { saveSession } from "../store/save.ts";
import { moveToKept } from "../store/sessions.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { markForeign } from "../text/foreign-text.ts";
import { withHint } from "../text/hint.ts";
import { withoutHome } from "../text/home.ts";
import { inUtc } from "../text/time/format-time.ts";
import { keepTranscripts } from "../transcripts/import.ts";
import { handoffView } from "../views/handoff.ts";
import type { HandoffView } from "../views/shapes/session-views.ts";
import { unlinkWorktree } from "../worktree/linked-worktree.ts";
import { refuseMoved } from "../worktree/move.ts";
import type { MergeRequest } from "./check-merge.ts";
import {
  checkOptions,
  confirmEnd,
  type EndingSession,
  type EndRequest,
  lastCheckpoint,
  messageOf,
  planMerge,
  sessionToEnd,
  uncommitted,
} from "./end-plan.ts";
import { type IncomingSession, incomingText } from "./incoming-commits.ts";
import { type LeftOpen, leftOpen } from "./left-open.ts";
import { type Merged, mergeInto } from "./merge.ts";

export interface Ended {
  readonly branch: string;
  readonly state: SessionState;
  readonly checkpoint?: Checkpoint;
  readonly handoff?: { readonly view: HandoffView; readonly text: string };
  readonly snapshot: string;
  /** Children of the merged session that need a rebase. */
  readonly children: readonly ToRebase[];
  readonly merged?: Pick<Merged, "into" | "commit" | "nothing" | "hasChanges"> & {
    /**
     * Path of the work tree in which the target is checked out now. `switched`: true if that is the session's
     * work tree, which had its branch checked out before.
     */
    readonly folder?: string;
    readonly switched: boolean;
    /** Command that pushes the target branch. */
    readonly push?: string;
  };
  readonly along: readonly IncomingSession[];
  readonly open: LeftOpen;
  readonly deletedBranch: boolean;
  /** Path of the removed linked worktree. */
  readonly removedWorktree?: string;
  /** Path of the main worktree, if the user's folder was in the removed worktree. */
  readonly goTo?: string;
  readonly leftOut: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Ends a session: makes the last checkpoint, the handoff, the merge and the snapshot, then moves the
 * local folder away. Asks all questions first. Until the snapshot is safe, the session stays active.
 * @throws as `sessionToEnd` and `checkpoint`; Failure `session-at-work`, `below-quality`, `left-open`,
 * `not-committed`, `others-along`, `merge-conflict` (exit 4, fully undone), `no-identity`; as `refuseMoved`
 */
export async function end(asked: Place, request: EndRequest): Promise<Ended> {
  const ending = await sessionToEnd(asked, request.session);
  const { place, branch, session, isHere } = ending;
  const [held] = await Promise.all([
    otherHolders(asked, branch),
    refuseAtWork(place, session, request.force ?? false),
    requireIdentity(place),
  ]);
  const summary = await checkedSummary(place, request.summary);
  const merging =
    request.mergeTo === undefined ? undefined : await planMerge(ending, request, request.mergeTo);
  checkOptions(ending, request, merging);
  const toCommit = isHere ? await lastCheckpoint(place, { dryRun: true }) : undefined;
  const changed = isHere ? await uncommitted(place, toCommit) : undefined;
  const open = leftOpen(session.state);
  const answers = await confirmEnd(ending, request, merging, { changed, open });
  const message = await messageOf(ending, request, merging);
  // Checks again after questions and editor: meanwhile, the user may have worked in another terminal.
  if (isHere) await refuseMoved(place.repository);

  const squashes = merging?.request.kind === "squash";
  const last =
    answers.commit && toCommit
      ? await lastCheckpoint(
          place,
          defined({ verify: request.verify, message: squashes ? undefined : message }),
        )
      : undefined;
  const here = isHere ? { ...place, repository: await openRepository(place.repository.root) } : place;
  await keepTranscripts(here, branch);
  const along = merging?.brought.along ?? [];
  const isSummary = summary === undefined && !last?.commit && !merging;
  const told = isSummary ? await checkedSummary(place, message) : summary;
  const toMerge = merging && { ...merging.request, ...(last && !squashes ? {} : { message }) };
  const done = await withSession(here, branch, (found, lock) =>
    finish(here, { branch, found, lock, along, ...defined({ summary: told, toMerge }) }, request),
  );
  if (message !== undefined && !last?.commit && (!done.merged || done.merged.nothing))
    place.notices.push(
      `nothing was committed, so the message of -m ${isSummary ? "became the summary" : "was not used"}`,
    );
  // Reads this before the branch may be deleted: it shows which commits of a child are its parent's.
  const children = await childrenToRebase(place, done.state.context.id, done.merged?.into);
  const notCommitted = changed ? [...changed.files.map((each) => each.path), ...changed.leftOut] : [];
  return {
    ...done,
    ...defined({ checkpoint: last }),
    branch,
    open,
    along,
    children,
    leftOut: last?.leftOut ?? notCommitted,
    warnings: [...new Set([...held, ...(last?.warnings ?? [])])],
    ...(await tidied(
      ending,
      answers.removeWorktree,
      request.deleteBranch === true && done.merged !== undefined,
    )),
  };
}

/** Facts for the last step of an end. */
interface Last {
  readonly branch: string;
  readonly found: LoadedSession;
  readonly lock: Lock;
  readonly summary?: string;
  readonly toMerge?: MergeRequest;
  readonly along: readonly IncomingSession[];
}

/**
 * Writes the handoff, merges, saves end and snapshot, and moves the session's folder away. Makes all of these
 * changes or none.
 */
async function finish(
  place: Place,
  { branch, found, lock, summary, toMerge, along }: Last,
  request: EndRequest,
): Promise<Pick<Ended, "state" | "handoff" | "snapshot" | "merged">> {
  const { context } = found.state;
  const closing: SessionState = { ...found.state, context: { ...context, ...defined({ summary }) } };
  const made = await handoffView(place, branch, {
    ...found,
    state: { ...closing, context: { ...closing.context, state: "ended", ended: now() } },
  });
  const brought = along.map(
    (each) =>
      `The merge into ${markForeign(toMerge?.target ?? "")} included ${incomingText(each, markForeign)}.`,
  );
  const view = { ...made, warnings: [...made.warnings, ...brought] };
  const wanted = request.handoff ?? place.config.session.handoff_on_end;
  const text = wanted ? await request.render({ ...place, config: inUtc(place.config) }, view) : undefined;
  const [numbers, tip] = await Promise.all([
    numbersOf(place, branch, found),
    refCommit(place.repository.root, `refs/heads/${branch}`),
  ]);

  const merged = toMerge && (await mergeInto(place, toMerge, closing, found.folder));
  const at = now();
  const ended: SessionState = { ...closing, context: { ...closing.context, state: "ended", ended: at } };
  const events = [
    ...(text === undefined ? [] : [event("handoff.written", { commit: tip })]),
    event(
      "session.ended",
      { ...numbers, merged: merged?.into, commit: merged?.nothing ? undefined : merged?.commit, summary },
      at,
    ),
  ];
  let snapshot: string;
  try {
    if (text !== undefined) await writeAtomic(path.join(found.folder, "handoff.md"), text);
    else await rm(path.join(found.folder, "handoff.md"), { force: true });
    // Reads git again only after a merge: nothing else has changed since the handoff was made.
    const since = merged ? { ...place, repository: await openRepository(place.repository.root) } : place;
    const after = await gather(since, branch, { ...found, state: ended });
    await saveSession(found, ended, events, lock);
    snapshot = (await writeSnapshot(place, after, found.folder)).commit;
    await moveToKept(place.sessionsDir, found.folder, context.id, lock);
    await merged?.done();
  } catch (error) {
    await merged?.takeBack().catch((second: Error) => place.notices.push(second.message));
    throw error;
  }
  if (context.work)
    place.notices.push(withHint("Its unfinished work stays stashed.", `session resume ${context.id}`));
  return {
    state: ended,
    ...(text === undefined ? {} : { handoff: { view, text } }),
    snapshot,
    ...(merged && {
      merged: {
        into: merged.into,
        commit: merged.commit,
        nothing: merged.nothing,
        hasChanges: merged.hasChanges,
        switched: toMerge?.where.kind === "switch",
        ...defined({
          folder: folderOf(place, toMerge?.where),
          push: await pushCommand(place.repository.root, merged.into),
        }),
      },
    }),
  };
}

/**
 * Returns the changes of the session's commits, which the end records: later, the commits or their base may
 * be gone. Returns undefined if the changes are unknown: a later fetch may bring the commits.
 */
async function numbersOf(place: Place, branch: string, session: LoadedSession) {
  const { between, files, incomplete } = await changesOf(place, await gather(place, branch, session), {
    committed: true,
  });
  if (incomplete) return undefined;
  const { added, removed, tests } = workOfDiff(files, await testsBetween(place, between));
  const lines = { added: added ?? undefined, removed: removed ?? undefined, tests: tests ?? undefined };
  return { files: files.length, ...defined(lines) };
}

async function checkedSummary(place: Place, given: string | undefined): Promise<string | undefined> {
  if (given === undefined) return undefined;
  const summary = withoutHome(checkText(given, "a summary"), homes());
  const texts = [{ name: "summary", text: summary }];
  await refuseSecrets(place, texts, "the snapshot and the handoff", { stays: true });
  return summary;
}

/**
 * Removes the worktree and the branch if they are no longer needed, and reports kept ones with the reason.
 */
async function tidied(
  { place, branch }: EndingSession,
  removes: boolean,
  deletes: boolean,
): Promise<Pick<Ended, "deletedBranch" | "removedWorktree" | "goTo">> {
  const { root, commonDir } = place.repository;
  const isInside = userFolder(root) !== undefined;
  const kept = removes ? await unlinkWorktree(place) : undefined;
  if (kept !== undefined) place.notices.push(`the worktree ${root} was kept: ${kept}`);
  const isRemoved = removes && kept === undefined;
  const goTo = isRemoved && isInside ? (await listWorktrees(commonDir))[0]?.path : undefined;
  const removed = isRemoved ? { removedWorktree: root, ...defined({ goTo }) } : {};
  if (!deletes) return { deletedBranch: false, ...removed };
  const folder = (await worktreeBranches(commonDir)).get(branch);
  if (folder !== undefined) place.notices.push(`the branch ${branch} was kept: ${folder} has it checked out`);
  // Skips git's own check, which compares with the upstream or HEAD: the merge was verified already.
  else await deleteBranch(commonDir, branch, true);
  return { deletedBranch: folder === undefined, ...removed };
}

/** Returns the work tree that has the target checked out after the merge. */
function folderOf(place: Place, where: MergeRequest["where"] | undefined): string | undefined {
  if (where?.kind === "there") return where.place.repository.root;
  return where?.kind === "switch" ? place.repository.root : undefined;
}

/**
 * Refuses to end a session while an agent works on it. `force`: only warns.
 * @throws Failure `session-at-work`
 */
async function refuseAtWork(place: Place, { state }: LoadedSession, force: boolean): Promise<void> {
  const run = (await othersAtWork(place)).get(state.context.id);
  if (!run) return;
  if (!force) throw atWorkFailure(run);
  place.notices.push(`${atWorkText(run)}, and continues without a session`);
}

/**
 * Checks that git has an identity for the snapshot, before anything changes.
 * @throws Failure `no-identity`
 */
async function requireIdentity(place: Place): Promise<void> {
  const answer = await ask(place.repository.root, ["var", "GIT_COMMITTER_IDENT"]);
  if (answer.code !== 0) throw identityFailure(answer.stderr) ?? gitFailure(["var"], answer.stderr);
}
