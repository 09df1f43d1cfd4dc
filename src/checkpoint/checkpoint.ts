/**
 * Makes checkpoints: commits whose message carries the session's record as trailers. Does not decide the
 * trailers' format (trailers/), nor how a session is saved (record/, store/).
 */
import { checksFor } from "../facts/checks.ts";
import { commit as gitCommit } from "../git/commit.ts";
import type { Commit } from "../git/commits.ts";
import { emptyTree, type FileChange } from "../git/diff.ts";
import { requireBranch } from "../git/repository.ts";
import { inProgress, unfinishedOperation, waysOut, workTreeStatus } from "../git/status.ts";
import { minutesOf } from "../history/minutes.ts";
import type { Place } from "../place/place.ts";
import { wasCommitMade, withSession } from "../record/change.ts";
import { applyLayout, isEmptyLayout, revertLayout } from "../record/commit-files.ts";
import { event } from "../record/event.ts";
import { otherHolders } from "../record/holder.ts";
import { commitTexts, refuseSecrets } from "../secrets/secrets.ts";
import { Failure } from "../session/failure.ts";
import type { Decision, Verification } from "../session/session.ts";
import type { SessionState } from "../session/state.ts";
import type { Condition } from "../store/journal/journal.ts";
import type { Lock } from "../store/journal/lock.ts";
import { prepareChange, settleJournal } from "../store/journal/transaction.ts";
import type { LoadedSession } from "../store/load.ts";
import { prepareSession, saveSession } from "../store/save.ts";
import { now } from "../surroundings.ts";
import { subjectOf } from "../trailers/checkpoints.ts";
import { itemsOnceCommitted, shortRecord } from "../trailers/complete-lists.ts";
import { nextRecord } from "../trailers/next-record.ts";
import { gitTrailers } from "../trailers/parse/git-trailers.ts";
import { writeMessage } from "../trailers/write.ts";
import { settleBeforeChange } from "../worktree/settle-before-change.ts";
import { refuseHalfway } from "../worktree/stash-ref.ts";
import { type CheckpointRequest, type Draft, draftOf, factsOf, textOf } from "./draft.ts";
import { isBelow } from "./file-plan.ts";

/** A checkpoint, or with `dryRun` the preview of one. */
export interface Checkpoint {
  /** Id of the commit; undefined with `dryRun`. */
  readonly commit?: string;
  readonly subject: string;
  readonly message: string;
  readonly files: readonly FileChange[];
  /** Changed paths that the commit leaves out. */
  readonly leftOut: readonly string[];
  /** True if the commit only adds entries to the decision log: the user changed nothing. */
  readonly logOnly: boolean;
  readonly state: SessionState;
  readonly decisions: readonly Decision[];
  readonly warnings: readonly string[];
}

/**
 * Commits the session's work with its record as trailers. Atomic: the commit and the record are both
 * written, or neither.
 * @throws Failure `unfinished-operation` (exit 4), `work-interrupted`, `unmerged`, `nothing-to-commit`,
 * `commit-refused`, `no-session`, and the failures of `commit`.
 */
export async function checkpoint(asked: Place, request: CheckpointRequest): Promise<Checkpoint> {
  const place = await settleBeforeChange(asked);
  const branch = requireBranch(place.repository);
  await refuseUnfinished(place);
  const held = await otherHolders(place, branch);
  const work = async (session: LoadedSession, lock: Lock) => {
    const status = await workTreeStatus(place.repository, true);
    if (status.unmerged.length > 0)
      throw new Failure("unmerged", `${status.unmerged[0]} has unresolved conflicts`, {
        hint: "git add <file>",
      });
    const draft = await draftOf(place, session, status, request);
    if (request.dryRun) {
      const { shown, problems, state } = await prepared(place, session, draft, request);
      return { ...shown, state, warnings: [...draft.warnings, ...problems] };
    }
    const condition: Condition = {
      ref: `refs/heads/${branch}`,
      before: place.repository.head ?? null,
      amend: request.amend ?? false,
      id: session.state.context.id,
      layout: draft.layout,
    };
    const made = await makeCommit(place, session, lock, draft, condition, request);
    return record(place, session, lock, draft, made);
  };
  const made = await withSession(place, branch, work, { looks: request.dryRun ?? false });
  const [broken, fresh] = await Promise.all([brokenRules(place, made), conflictsWith(place, branch, made)]);
  return { ...made, warnings: [...held, ...made.warnings, ...broken, ...fresh] };
}

/** Returns warnings of lines of the new commit that break a rule. */
async function brokenRules(place: Place, { commit }: Checkpoint): Promise<string[]> {
  if (commit === undefined || place.config.context.rules.length === 0) return [];
  const { root, head } = place.repository;
  const [{ ruleWarnings }, before] = await Promise.all([import("./rules.ts"), head ?? emptyTree(root)]);
  return ruleWarnings(place, { between: [before, commit], tip: commit });
}

/**
 * Returns warnings of sessions that conflict with the new commit but not with its parent; none if git
 * fails.
 */
async function conflictsWith(place: Place, branch: string, { commit, files }: Checkpoint): Promise<string[]> {
  if (commit === undefined) return [];
  const { freshConflicts } = await import("../forecast/new-conflicts.ts");
  return freshConflicts(place, {
    ...{ branch, before: place.repository.head, commit },
    files: files.map((each) => each.path),
  }).catch((error: unknown) => {
    if (error instanceof Failure) return [];
    throw error;
  });
}

/**
 * Refuses a change while an operation is unfinished.
 * @throws Failure `unfinished-operation` for an operation of git such as a rebase, `work-interrupted` for
 * one of this program.
 */
export async function refuseUnfinished(place: Place): Promise<void> {
  await Promise.all([refuseOperation(place), refuseHalfway(place)]);
}

/**
 * Refuses a change while an operation of git, such as a merge or rebase, is unfinished.
 * @throws Failure `unfinished-operation`, with the commands that finish or abort it.
 */
export async function refuseOperation(place: Place): Promise<void> {
  const operation = await unfinishedOperation(place.repository);
  if (!operation) return;
  throw new Failure("unfinished-operation", inProgress(operation), { hint: waysOut(operation).join("\n") });
}

/** Computes the message and the new state of a checkpoint from the files that its commit will hold. */
async function prepared(place: Place, session: LoadedSession, draft: Draft, request: CheckpointRequest) {
  const facts = await factsOf(place, draft, request);
  const told = { context: session.state.context, events: session.events };
  const minutes = minutesOf(place, told, draft.commits, now());
  const label = request.label === undefined ? {} : { label: request.label };
  const whole = nextRecord(draft.state, { impact: facts.impact, minutes, ...label });
  const isShort = place.config.record.checkpoints === "short";
  const recorded = isShort ? shortRecord(whole, draft.state.context.told ?? {}) : whole;
  const files = await filesOf(place, draft, recorded.verified);
  const next = { ...recorded, verified: await checksFor(place, recorded.verified, files) };
  const { text, problems } = await textOf(place, draft, request, facts.files);
  const message = writeMessage(text, next);
  await refuseSecrets(place, commitTexts(draft.state, session.texts, next, message), "the commit", {
    stays: true,
  });
  const { plan, layout } = draft;
  const leftOut = plan.leftOut.filter((each) => each !== layout.file?.path);
  const shown = {
    subject: subjectOf(message),
    message,
    files: facts.files,
    leftOut,
    logOnly: plan.paths.length === 0 && layout.file !== undefined,
    decisions: draft.decisions,
  };
  const coverage = facts.coverage === undefined ? {} : { coverage: facts.coverage };
  const at = now();
  const context = { ...draft.state.context, checkpointed: at, ...coverage };
  const made = { label: request.label, subject: shown.subject, ...coverage };
  return { shown, problems, state: { ...draft.state, context }, made, at };
}

/** Returns the files of the coming commit, to compare checks with; undefined if no check names its files. */
async function filesOf(place: Place, { plan }: Draft, verified: readonly Verification[]) {
  if (plan.kind === "index") return "index";
  if (verified.every((each) => each.tree === undefined)) return undefined;
  const { treeWith } = await import("../worktree/compare-files.ts");
  const tree = await treeWith(place.repository, place.repository.head, plan.paths);
  return tree === undefined ? undefined : { tree };
}

type Made = Awaited<ReturnType<typeof prepared>> & { readonly commit: Commit };

/**
 * Makes the commit. If it fails before git has made the commit, restores the index, the decision log and
 * the journal.
 */
async function makeCommit(
  place: Place,
  session: LoadedSession,
  lock: Lock,
  draft: Draft,
  condition: Condition,
  request: CheckpointRequest,
): Promise<Made> {
  try {
    // The journal comes first, so that after a crash the next command can revert the layout.
    if (!isEmptyLayout(draft.layout))
      await prepareChange(session.folder, lock, { write: new Map() }, condition);
    await applyLayout(place, draft.layout);
    const ready = await prepared(place, session, draft, request);
    await prepareSession(
      session,
      ready.state,
      [...draft.events, event("checkpoint", ready.made, ready.at)],
      lock,
      condition,
    );
    const commit = await gitCommit(
      place.repository,
      commitRequest(draft, request, ready.shown.message, session.folder),
    );
    return { ...ready, commit };
  } catch (error) {
    if (await wasCommitMade(place, condition)) throw error;
    await revertLayout(place, draft.layout);
    await settleJournal(session.folder, lock, false);
    throw error;
  }
}

/**
 * Records the commit in the session. If interrupted, the next command finishes the recording from the
 * journal.
 */
async function record(
  place: Place,
  session: LoadedSession,
  lock: Lock,
  draft: Draft,
  { commit, shown, problems, state, made, at }: Made,
): Promise<Checkpoint> {
  const { oid } = commit;
  const carried = Object.fromEntries(draft.decisions.map((each) => [each.id, oid]));
  const context = {
    ...state.context,
    committed: { ...state.context.committed, ...carried },
    tip: oid,
    told: itemsOnceCommitted(state, nextRecord(state).title),
  };
  const files = place.config.session.auto_track ? shown.files.map((each) => each.path) : undefined;
  const decisions = draft.decisions.length === 0 ? undefined : draft.decisions.map((each) => each.id);
  const done = event("checkpoint", { commit: oid, ...made, files, decisions }, at);
  await saveSession(session, { ...state, context }, [...draft.events, done], lock);
  const warnings = [...draft.warnings, ...problems, ...lostTrailers(commit)];
  return { ...shown, commit: oid, state: { ...state, context }, warnings };
}

function commitRequest(draft: Draft, request: CheckpointRequest, message: string, scratch: string) {
  const { plan, layout } = draft;
  // Does not name a file that became a folder: git would fail on the path, and the folder's files imply its
  // removal.
  const gone = plan.replaced.filter((each) => plan.untracked.some((path) => isBelow(path, each)));
  const taken = plan.paths.filter((each) => !gone.includes(each));
  const isEmpty = plan.paths.length === 0 && layout.file === undefined;
  const paths = plan.kind === "paths" ? [...taken, ...(layout.file ? [layout.file.path] : [])] : undefined;
  return {
    message,
    scratch,
    amend: request.amend ?? false,
    // An amended empty commit stays empty if only its message changes.
    allowEmpty: request.allowEmpty ?? (request.amend === true && isEmpty),
    verify: request.verify ?? true,
    ...(paths === undefined ? {} : { paths: [...new Set(paths)] }),
    ...(plan.kind === "index" && layout.file ? { include: layout.file.path } : {}),
  };
}

/** Returns a warning if a commit-msg hook removed the trailers from the message. */
function lostTrailers({ message }: Commit): string[] {
  const kept = gitTrailers(message).some((each) => each.key.toLowerCase() === "session-id");
  return kept ? [] : ["the trailers are not in the commit: a commit-msg hook changed its message"];
}
