/**
 * Plans the end of a session before anything changes: the session, uncommitted changes, the merge, and
 * open items.
 */
import { type Checkpoint, checkpoint, refuseOperation, refuseUnfinished } from "../checkpoint/checkpoint.ts";
import type { CheckpointRequest } from "../checkpoint/draft.ts";
import { planCommit } from "../checkpoint/file-plan.ts";
import { checkQuality } from "../checkpoint/quality.ts";
import { checkMerge } from "../checkpoint/rules.ts";
import { refCommit } from "../git/refs.ts";
import { currentBranch, requireBranch } from "../git/repository.ts";
import { workTreeStatus } from "../git/status.ts";
import { isLinked, worktreeBranches } from "../git/worktrees.ts";
import type { Place } from "../place/place.ts";
import { currentSession, findSession, noSession } from "../record/find-session.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { withSpool } from "../record/spool.ts";
import { refuseSecrets } from "../secrets/secrets.ts";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { isEnded, type SessionContext } from "../session/state.ts";
import type { LoadedSession } from "../store/load.ts";
import { defined } from "../text/defined.ts";
import { shortId } from "../text/time/format-time.ts";
import type { HandoffView } from "../views/shapes/session-views.ts";
import { settleBeforeChange } from "../worktree/settle-before-change.ts";
import { pathsWith } from "../worktree/stash-work.ts";
import { type MergeKind, type MergeRequest, refuseMerge, refuseOldTarget } from "./check-merge.ts";
import {
  type IncomingCommits,
  type IncomingSession,
  incomingCommits,
  unnamedFailure,
  unnamedSessions,
} from "./incoming-commits.ts";
import { type LeftOpen, leftOpenLines } from "./left-open.ts";
import { findMergeLocation, worktreePlace } from "./merge-location.ts";
import { squashProposal } from "./squash.ts";

/** The session to end. */
export interface EndingSession {
  /** The work tree that has the session's branch checked out; without one, the work tree of the command. */
  readonly place: Place;
  readonly branch: string;
  readonly session: LoadedSession;
  readonly isHere: boolean;
}

/** Facts for the questions to the user before the end. */
export interface EndPlan {
  readonly session: SessionContext;
  readonly branch: string;
  /** The target branch of the merge. */
  readonly target?: string;
  /**
   * Content of the last checkpoint, with no files if it would leave out all changed files; undefined without
   * changes, or if the user agreed beforehand.
   */
  readonly last?: LastCheckpoint;
  readonly open: LeftOpen;
  /** Unnamed sessions whose commits the merge would include. */
  readonly along: readonly IncomingSession[];
  /** Path of the linked worktree that could be removed. */
  readonly worktree?: string;
}

type LastCheckpoint = Pick<Checkpoint, "subject" | "files" | "leftOut">;

export interface EndRequest {
  /** Name of the session; default: the session of this branch. */
  readonly session?: string;
  /** True to write the handoff; undefined: the setting `session.handoff_on_end` decides. */
  readonly handoff?: boolean;
  readonly summary?: string;
  readonly mergeTo?: string;
  readonly merge?: MergeKind;
  /**
   * Message of the squash commit; without a squash, of the last checkpoint; without changes, of the merge.
   */
  readonly message?: string;
  /** Lets the user edit the text of the squash. */
  readonly edit?: (text: string) => Promise<string>;
  /** True to commit uncommitted changes without asking. */
  readonly commit?: boolean;
  /** Names of other sessions whose commits the merge may include. */
  readonly along?: readonly string[];
  readonly deleteBranch?: boolean;
  readonly removeWorktree?: boolean;
  /** True to refuse open items; undefined: the setting `session.strict_end` decides. */
  readonly strict?: boolean;
  /** False to skip the thresholds and rules of a merge; default true. */
  readonly quality?: boolean;
  /** True to end the session although an agent works on it, or a rule is broken. */
  readonly force?: boolean;
  readonly verify?: boolean;
  /**
   * Asks the user to agree to a plan; without this function, everything that needs agreement is refused.
   * @throws Failure `declined`
   */
  readonly agree?: (plan: EndPlan) => Promise<EndAnswers>;
  /** Renders a handoff view as stored text, with dates in UTC. */
  readonly render: (place: Place, view: HandoffView) => Promise<string>;
}

/** The user's answers to the questions before the end of a session. */
export interface EndAnswers {
  /** True to commit the last checkpoint. */
  readonly commit: boolean;
  readonly removeWorktree: boolean;
}

/** A planned merge that git can make. */
export interface PlannedMerge {
  readonly request: MergeRequest;
  readonly brought: IncomingCommits;
  /** Sessions in the merge that the user did not name. */
  readonly others: readonly IncomingSession[];
}

/**
 * Finds the session to end: the session of this branch, or a named session if its branch is checked out.
 * @throws Failure `no-session`, `unknown-session`, `not-here`, `unfinished-operation`,
 * `checked-out-elsewhere`
 */
export async function sessionToEnd(asked: Place, name: string | undefined): Promise<EndingSession> {
  const here = await settleBeforeChange(asked);
  const branch = name === undefined ? requireBranch(here.repository) : await branchNamed(here, name);
  const { root } = here.repository;
  const folder = branch === here.repository.branch ? undefined : (await worktreeBranches(root)).get(branch);
  const place = folder === undefined ? here : await worktreePlace(here, folder, branch);
  const isHere = place.repository.branch === branch;
  if (isHere) {
    const [session] = await Promise.all([currentSession(place), refuseUnfinished(place)]);
    return { place, branch, session, isHere };
  }
  if (currentBranch(place.repository) === branch) await refuseOperation(place);
  const session = await withSpool(
    place,
    (await findSession(place, branch)) ?? (await noSession(place, branch)),
  );
  return { place, branch, session, isHere };
}

async function branchNamed(place: Place, name: string): Promise<string> {
  const { where, id, title, state, branch } = await resolveSession(place, name);
  if (where === "local") return branch;
  const isOver = isEnded(state);
  const why = isOver ? "has already ended" : "is only a snapshot here";
  throw new Failure(isOver ? "no-session" : "not-here", `the session "${title}" ${why}`, {
    hint: `session resume ${id}`,
  });
}

/**
 * Returns the user's changes that are not committed: files of the planned last checkpoint, or only files that
 * it would leave out.
 */
export async function uncommitted(
  place: Place,
  planned: Checkpoint | undefined,
): Promise<LastCheckpoint | undefined> {
  // An entry for the decision log alone does not count as a change by the user.
  if (planned && !planned.logOnly && planned.files.length > 0) return planned;
  const status = await workTreeStatus(place.repository, true);
  const flags = { all: false, stagedOnly: false, allowEmpty: true, more: false };
  const { leftOut: all } = planCommit({ ...status, ...flags, paths: [], missing: [] });
  // Uncommitted files of `session init` belong to every session.
  const leftOut = all.filter((each) => !each.startsWith(".session/"));
  return leftOut.length === 0 ? undefined : { subject: "", files: [], leftOut };
}

/** Makes the last checkpoint; undefined if there is nothing to commit. */
export async function lastCheckpoint(
  place: Place,
  options: Pick<CheckpointRequest, "dryRun" | "verify" | "message">,
): Promise<Checkpoint | undefined> {
  try {
    return await checkpoint(place, { label: "session-end", unattended: true, ...options });
  } catch (error) {
    if (error instanceof Failure && error.code === "nothing-to-commit") return undefined;
    throw error;
  }
}

/**
 * Plans the merge with all included commits.
 * @throws Failure if the merge is impossible, or below a threshold
 */
export async function planMerge(
  { place, branch, session, isHere }: EndingSession,
  { merge: kind = "default", verify = true, quality = true, force = false, along = [], agree }: EndRequest,
  target: string,
): Promise<PlannedMerge> {
  const where = await findMergeLocation(place, { branch, target, isHere });
  const tip = await refCommit(place.repository.root, `refs/heads/${branch}`);
  if (tip === undefined)
    throw new Failure(
      "branch-gone",
      `the branch ${branch} has no commit that could be merged into ${target}`,
    );
  const brought = await incomingCommits(place, session.state.context, tip, target);
  const others = unnamedSessions(brought.along, along);
  // Checks included sessions first: they may be the reason for a missed threshold.
  if (others.length > 0 && !agree) throw unnamedFailure(branch, target, others);
  const between = isHere ? [brought.base] : [brought.base, tip];
  if (quality) {
    await checkQuality(place, between);
    await checkMerge(place, { between, ...defined({ tip: isHere ? undefined : tip }) }, force);
  }
  const texts = brought.commits.map(({ commit }) => ({ name: shortId(commit.oid), text: commit.message }));
  await refuseSecrets(place, texts, `the commits on ${target}`, { stays: true });
  const request = { branch, target, kind, verify, where };
  await refuseOldTarget(place, request, tip);
  await refuseMerge(place, request, isHere, session.folder);
  return { request, brought, others };
}

/** Checks the combination of options. @throws Failure `usage` */
export function checkOptions(
  { place, branch, isHere }: EndingSession,
  { deleteBranch: deletes = false, removeWorktree = false, agree }: EndRequest,
  merging: PlannedMerge | undefined,
): void {
  if (deletes && !merging)
    throw new Failure("usage", "--delete-branch needs --merge-to: an unmerged branch is not deleted");
  const linked = isHere && isLinked(place.repository);
  if (removeWorktree && !linked)
    throw new Failure("usage", `--remove-worktree: no linked worktree has ${branch} checked out`);
  const stays = isHere && merging?.request.where.kind !== "switch" && !removeWorktree;
  if (!deletes || !stays || (linked && agree)) return;
  throw new Failure("usage", `--delete-branch: ${branch} stays checked out in ${place.repository.root}`, {
    hint: linked ? "--remove-worktree" : `git switch --detach\n${SAME_COMMAND}`,
  });
}

/** Asks for anything that the user did not agree to beforehand. @throws Failure if nobody can be asked */
export async function confirmEnd(
  { place, branch, session, isHere }: EndingSession,
  request: EndRequest,
  merging: PlannedMerge | undefined,
  { changed, open }: { readonly changed: LastCheckpoint | undefined; readonly open: LeftOpen },
): Promise<EndAnswers> {
  if (request.strict ?? place.config.session.strict_end) refuseOpen(branch, open);
  const target = merging?.request.target;
  const last = request.commit || request.message !== undefined ? undefined : changed;
  const { removeWorktree = false } = request;
  if (request.agree) {
    const linked = isHere && merging && !removeWorktree && isLinked(place.repository);
    const worktree = linked ? place.repository.root : undefined;
    const plan = { session: session.state.context, branch, open, along: merging?.others ?? [] };
    const answers = await request.agree({ ...plan, ...defined({ target, last, worktree }) });
    return { commit: isHere && answers.commit, removeWorktree: removeWorktree || answers.removeWorktree };
  }
  if (last && last.files.length > 0 && target !== undefined)
    throw new Failure(
      "not-committed",
      `${pathsWith(
        last.files.map((each) => each.path),
        "has",
        "have",
      )} changes that are not committed; nothing was done`,
      { advice: "--commit makes them the last checkpoint", hint: "--commit" },
    );
  return { commit: isHere, removeWorktree };
}

/**
 * Refuses to end a session with open items.
 * @throws Failure `left-open`
 */
function refuseOpen(branch: string, open: LeftOpen): void {
  const lines = leftOpenLines(open);
  if (lines.length > 0)
    throw new Failure("left-open", `--strict: ${branch} has open items`, {
      hint: "--no-strict",
      details: lines.join("\n"),
    });
}

/**
 * Returns the message for a merge: the given message, or the edited text of the squash.
 * @throws Failure `empty-message`
 */
export async function messageOf(
  { place, session }: EndingSession,
  { message, edit }: EndRequest,
  merging: PlannedMerge | undefined,
): Promise<string | undefined> {
  if (message?.trim() === "") throw new Failure("empty-message", "the message is empty");
  if (!edit) return message;
  if (merging?.request.kind !== "squash") throw new Failure("usage", "--edit needs --squash");
  const text = await edit(
    await squashProposal(place, session.state, { ...merging.request, ...defined({ message }) }),
  );
  if (text.trim() === "") throw new Failure("empty-message", "the message is empty; nothing was done");
  // Uses a text of several lines unchanged.
  return `${text.trim()}\n`;
}
