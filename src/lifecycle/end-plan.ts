/** What is looked at before a session ends: which one it is, what is not committed, and what is left open. */
import { type Checkpoint, checkpoint, refuseOperation, refuseUnfinished } from "../checkpoint/checkpoint.ts";
import { checkQuality } from "../checkpoint/quality.ts";
import { checkMerge } from "../checkpoint/rules.ts";
import { refCommit } from "../git/refs.ts";
import { currentBranch, requireBranch } from "../git/repository.ts";
import { isLinked, worktreeBranches } from "../git/worktrees.ts";
import type { Place } from "../place/place.ts";
import { currentSession, findSession, noSession } from "../record/find-session.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { withSpool } from "../record/spool.ts";
import { refuseSecrets } from "../secrets/secrets.ts";
import { unchecked } from "../session/checklist.ts";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { headline } from "../session/session.ts";
import { openObjectives, type SessionContext, type SessionState } from "../session/state.ts";
import type { LoadedSession } from "../store/load.ts";
import { defined } from "../text/defined.ts";
import { shortId } from "../text/format-time.ts";
import { plural } from "../text/plural.ts";
import { lastChecks } from "../trailers/checks.ts";
import type { HandoffView } from "../views/shapes/views.ts";
import { settleBeforeChange } from "../worktree/settle-before-change.ts";
import { pathList } from "../worktree/stash-work.ts";
import {
  type IncomingCommits,
  type IncomingSession,
  incomingCommits,
  unnamedFailure,
  unnamedSessions,
} from "./incoming-commits.ts";
import { type MergeKind, type MergeRequest, refuseMerge } from "./merge.ts";
import { findMergeLocation, worktreePlace } from "./merge-location.ts";
import { squashProposal } from "./squash.ts";

/** The session that is to end. */
export interface EndingSession {
  /** The work tree that has its branch checked out; where none has, the one that the command was called in. */
  readonly place: Place;
  readonly branch: string;
  readonly session: LoadedSession;
  readonly isHere: boolean;
}

/** What somebody who is asked has to know. */
export interface EndPlan {
  readonly session: SessionContext;
  readonly branch: string;
  /** The branch to merge into. */
  readonly target?: string;
  /** What the last checkpoint would commit; undefined where nobody changed anything, or has agreed already. */
  readonly last?: LastCheckpoint;
  readonly open: LeftOpen;
  /** Other sessions whose commits the merge brings, and that nobody named. */
  readonly along: readonly IncomingSession[];
  /** The linked worktree that could be removed. */
  readonly worktree?: string;
}

export type LastCheckpoint = Pick<Checkpoint, "subject" | "files" | "leftOut">;

export interface LeftOpen {
  /** `obj-2 Docs` */
  readonly objectives: readonly string[];
  readonly blockers: readonly string[];
  /** Checks that failed last. */
  readonly failed: readonly string[];
  /** Items of the checklist that are not checked. */
  readonly unchecked: readonly string[];
}

export interface EndRequest {
  /** Which session; default: the one of this branch. */
  readonly session?: string;
  /** Write the handoff; undefined: as `session.handoff_on_end` says. */
  readonly handoff?: boolean;
  readonly summary?: string;
  readonly mergeTo?: string;
  readonly merge?: MergeKind;
  /** Message of the squash, else of the last checkpoint, else of the merge. */
  readonly message?: string;
  /** Lets somebody edit the text of the squash. */
  readonly edit?: (text: string) => Promise<string>;
  /** Commit what is not committed without asking. */
  readonly commit?: boolean;
  /** Other sessions whose commits may come along. */
  readonly along?: readonly string[];
  readonly deleteBranch?: boolean;
  readonly removeWorktree?: boolean;
  /** Refuse with something left open; undefined: as `session.strict_end` says. */
  readonly strict?: boolean;
  /** Check the thresholds and the rules of a merge; default true. */
  readonly quality?: boolean;
  /** End although an agent is at work, or a rule is broken. */
  readonly force?: boolean;
  readonly verify?: boolean;
  /** Asks whoever is there; without it, what nobody agreed to is refused. Failure `declined`. */
  readonly agree?: (plan: EndPlan) => Promise<EndAnswers>;
  /** Turns the view into the text that is kept; the place's dates are in UTC. */
  readonly render: (place: Place, view: HandoffView) => Promise<string>;
}

export interface EndAnswers {
  /** Commit the last checkpoint. */
  readonly commit: boolean;
  readonly removeWorktree: boolean;
}

/** A merge that can go. */
export interface PlannedMerge {
  readonly request: MergeRequest;
  readonly brought: IncomingCommits;
  /** Those of the brought sessions that nobody named. */
  readonly others: readonly IncomingSession[];
}

/**
 * Finds the session to end: of this branch, or a named one, wherever its branch is checked out. Failures `no-session`,
 * `unknown-session`, `not-here`, `unfinished-operation`, `checked-out-elsewhere`.
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
  const isOver = state === "ended" || state === "archived";
  const why = isOver ? "has ended already" : "is only a snapshot here";
  throw new Failure(isOver ? "no-session" : "not-here", `the session "${title}" ${why}`, {
    hint: `session resume ${id}`,
  });
}

/** Works out what the last checkpoint would commit; undefined where there is nothing to commit. */
export async function lastCheckpoint(place: Place): Promise<LastCheckpoint | undefined> {
  try {
    const { subject, files, leftOut } = await checkpoint(place, { ...LAST_CHECKPOINT, dryRun: true });
    return { subject, files, leftOut };
  } catch (error) {
    if (error instanceof Failure && error.code === "nothing-to-commit") return undefined;
    throw error;
  }
}

/** Every last checkpoint is made like this. */
export const LAST_CHECKPOINT = { label: "session-end", unattended: true } as const;

export function leftOpen({ context, objectives, blockers }: SessionState): LeftOpen {
  const named = ({ id, text }: { readonly id: string; readonly text: string }) => `${id} ${headline(text)}`;
  const missing = unchecked(context);
  const failed = lastChecks(context.verified).filter((each) => each.result === "failed");
  return {
    objectives: openObjectives(objectives).map(named),
    blockers: blockers.filter((each) => !each.resolved).map(named),
    failed: failed.map((each) => each.command).filter((each) => !missing.includes(each)),
    unchecked: missing,
  };
}

/** One line for each kind of what is left open. */
export function leftOpenLines({ objectives, blockers, failed, unchecked: missing }: LeftOpen): string[] {
  const lines: [kind: string, items: readonly string[]][] = [
    [`${plural(objectives.length, "objective")} left open`, objectives],
    [`${plural(blockers.length, "blocker")} left open`, blockers],
    [failed.length === 1 ? "a check fails" : "checks fail", failed],
    ["not checked", missing],
  ];
  return lines.flatMap(([kind, items]) => (items.length > 0 ? [`${kind}: ${items.join(", ")}`] : []));
}

/** Works out the merge and everything it brings, and refuses one that cannot go, or falls short. */
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
  // What falls short may be theirs: this comes first.
  if (others.length > 0 && !agree) throw unnamedFailure(branch, target, others);
  const between = isHere ? [brought.base] : [brought.base, tip];
  if (quality) {
    await checkQuality(place, between);
    await checkMerge(place, { between, ...defined({ tip: isHere ? undefined : tip }) }, force);
  }
  const texts = brought.commits.map(({ commit }) => ({ name: shortId(commit.oid), text: commit.message }));
  await refuseSecrets(place, texts, `the commits on ${target}`, { stays: true });
  const request = { branch, target, kind, verify, where };
  await refuseMerge(place, request, isHere, session.folder);
  return { request, brought, others };
}

/** Failure `usage` where an option has nothing to go with. */
export function checkOptions(
  { place, branch, isHere }: EndingSession,
  { deleteBranch: deletes = false, removeWorktree = false, agree }: EndRequest,
  merging: PlannedMerge | undefined,
): void {
  if (deletes && !merging)
    throw new Failure("usage", "--delete-branch goes with --merge-to: an unmerged branch is not deleted");
  const linked = isHere && isLinked(place.repository);
  if (removeWorktree && !linked)
    throw new Failure("usage", `--remove-worktree: no linked worktree has ${branch} checked out`);
  const stays = isHere && merging?.request.where.kind !== "switch" && !removeWorktree;
  if (!deletes || !stays || (linked && agree)) return;
  throw new Failure("usage", `--delete-branch: ${branch} stays checked out in ${place.repository.root}`, {
    hint: linked ? "--remove-worktree" : `git switch --detach\n${SAME_COMMAND}`,
  });
}

/** What nobody agreed to beforehand is asked, or refused where nobody can be asked. */
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
  if (last && target !== undefined)
    throw new Failure(
      "not-committed",
      `${pathList(last.files.map((each) => each.path))} has changes that are not committed; nothing was done`,
      { advice: "--commit makes them the last checkpoint", hint: "--commit" },
    );
  return { commit: isHere, removeWorktree };
}

/** Failure `left-open` where anything is. */
function refuseOpen(branch: string, open: LeftOpen): void {
  const lines = leftOpenLines(open);
  if (lines.length > 0)
    throw new Failure("left-open", `${branch} has something left open, and does not end with --strict`, {
      hint: "--no-strict",
      details: lines.join("\n"),
    });
}

/** The message that was given, or the text of the squash as somebody edited it. Failure `empty-message`. */
export async function messageOf(
  { place, session }: EndingSession,
  { message, edit }: EndRequest,
  merging: PlannedMerge | undefined,
): Promise<string | undefined> {
  if (message?.trim() === "") throw new Failure("empty-message", "the message is empty");
  if (!edit) return message;
  if (merging?.request.kind !== "squash") throw new Failure("usage", "--edit goes with --squash");
  const text = await edit(
    await squashProposal(place, session.state, { ...merging.request, ...defined({ message }) }),
  );
  if (text.trim() === "") throw new Failure("empty-message", "the message is empty; nothing was done");
  // With more than one line it is taken as it is.
  return `${text.trim()}\n`;
}
