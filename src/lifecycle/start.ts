import { refuseOperation } from "../checkpoint/checkpoint.ts";
import { coverageNow } from "../facts/coverage.ts";
import { checkBranchName, defaultBranch, refCommit } from "../git/refs.ts";
import { openRepository } from "../git/repository.ts";
import { userName } from "../git/settings.ts";
import { checkedOutElsewhere } from "../git/worktrees.ts";
import { branchReflog, offerOn, offerText, standingOf } from "../history/branch-identity.ts";
import { storedSession } from "../history/stored-session.ts";
import { commandText, openPlace, type Place } from "../place/place.ts";
import { withSessionFolder } from "../record/change.ts";
import { withParentRecord } from "../record/head/head-fallback.ts";
import type { HeadRecord } from "../record/head/head-record.ts";
import { releaseHolder } from "../record/holder.ts";
import { noteChild } from "../record/note-child.ts";
import { rememberRepository } from "../record/remember-repository.ts";
import { refuseSecrets, stateTexts } from "../secrets/secrets.ts";
import { Failure } from "../session/failure.ts";
import { EMPTY_TEXTS } from "../session/files/state-files.ts";
import { branchOf, type SessionState } from "../session/state.ts";
import { branchOfTitle } from "../session/titles.ts";
import type { LoadedSession } from "../store/load.ts";
import { emptySession, loadForWriting, saveSession } from "../store/save.ts";
import { moveToKept } from "../store/sessions.ts";
import { defined } from "../text/defined.ts";
import { withHint } from "../text/hint.ts";
import { shellWord } from "../text/shell.ts";
import { linkedFolder, linkWorktree } from "../worktree/linked-worktree.ts";
import { createNoted, moveTo } from "../worktree/move.ts";
import { settleBeforeStart } from "../worktree/settle-before-change.ts";
import type { MovedWork } from "../worktree/stash-work.ts";
import { carriedOverText, finishBranchWork, leaveBranch, moveOrRestore } from "../worktree/switch-work.ts";
import { carriesFailure, carriesSession, existingRecord, inheritsText } from "./existing-session.ts";
import { type NewSessionRequest, newSessionState, startEvents } from "./new-session.ts";
import { sessionTemplate } from "./session-templates.ts";
import {
  findOrigin,
  inheritedSession,
  type Origin,
  type StartPoint,
  type StartPointRequest,
} from "./start-point.ts";

export interface StartRequest extends StartPointRequest, NewSessionRequest {
  /** Name of a template in `.session/templates/sessions`. Other options add to its content. */
  readonly template?: string;
  /** False to leave the branch unchecked out; default true. */
  readonly switch?: boolean;
  /**
   * True to carry uncommitted changes to a branch at another commit, instead of stashing them with their
   * session.
   */
  readonly keep?: boolean;
  /** True to start a new session even if the branch carries one; the new session inherits nothing. */
  readonly anew?: boolean;
  /** Result of `existingRecord`, if the caller already has it; null if no record exists. */
  readonly record?: HeadRecord | null;
  /**
   * Path of a new linked worktree in which to check the branch out: absolute, or `true` for a folder next to
   * the main worktree.
   */
  readonly worktree?: string | true;
}

export interface Started {
  /** The opened place after the checkout. */
  readonly place: Place;
  readonly state: SessionState;
  readonly created: boolean;
  /** Start point of the new branch. */
  readonly begins?: StartPoint;
  readonly notes: readonly string[];
  /** Stashed work of the session that was left. */
  readonly away?: MovedWork;
}

/** The checkout of a start, and a function that reverses it. */
interface CheckedOut {
  /** Folder of the new worktree; undefined for the current worktree. */
  readonly folder?: string;
  readonly undo: () => Promise<void>;
  /** Called after the session is written, when the checkout becomes final. */
  readonly done?: () => Promise<void>;
  readonly away?: MovedWork;
}

/**
 * Starts a session on a new or existing branch. On failure, restores branch and checkout.
 * @throws Failure `bad-branch`, `session-exists`, `unknown-revision`, `switch-refused`,
 * `unfinished-operation`, `path-taken`, `worktree-refused`, `checked-out-elsewhere`; as `sessionTemplate`
 */
export async function start(opened: Place, asked: StartRequest): Promise<Started> {
  const { branch } = asked;
  const { place, begun } = asked.worktree === undefined ? await settleBeforeStart(opened) : { place: opened };
  if (begun && branchOf(begun.context) === branch) return finishStart(place, begun);
  await checkBranchName(place.repository.root, branch);
  const request = asked.template === undefined ? asked : await filled(place, asked, asked.template);
  // Skips these checks for a new worktree: it is independent of an unfinished operation in this worktree.
  if (request.worktree === undefined) {
    await refuseOperation(place);
    await finishBranchWork(place);
  }
  const before = await storedSession(place, branch);
  if (before && (await standingOf(place, before)) === "own") throw await exists(place, before, request);
  const inherits = !request.adapt && !request.anew;
  const { record = await existingRecord(place, request) } = inherits ? request : { record: null };
  if (record && carriesSession(record)) throw carriesFailure(record, branch);
  const origin = await findOrigin(place, request);
  const author = await userName(place.repository.root);
  const fresh = newSessionState(request, origin.base, author);
  // Skips the secret scan for a fork: its items were checked when they were first recorded.
  if (!request.adapt)
    await refuseSecrets(place, stateTexts(fresh, EMPTY_TEXTS), "the session's commits", { stays: true });
  const parent = record?.parent ?? (inherits ? await inheritedSession(place, origin) : undefined);
  const state = parent ? withParentRecord(fresh, parent) : fresh;
  const notes = [...(await noticesOf(place, branch)), ...inheritsText(fresh, state, parent)];
  const { folder: linked, undo, done, away } = await checkOut(place, request, origin, state.context.id);
  try {
    const there =
      linked === undefined
        ? { ...place, repository: await openRepository(place.repository.root) }
        : await openPlace(linked);
    const after = await withSessionFolder(there, branch, async (folder, lock) => {
      const stale = await loadForWriting(folder, lock);
      if (stale) {
        await moveToKept(place.sessionsDir, folder, stale.state.context.id, lock);
        notes.push(
          withHint(
            `the session of an earlier branch ${branch} was kept`,
            `session resume ${stale.state.context.id}`,
          ),
        );
      }
      const coverage = await coverageNow(there);
      const full =
        coverage === undefined
          ? state
          : { ...state, context: { ...state.context, coverage: coverage.percent } };
      const events = startEvents(full);
      const { own } = full.context;
      const begun = own
        ? { ...full, context: { ...full.context, own: { ...own, events: events.length } } }
        : full;
      await saveSession(emptySession(folder, begun), begun, events, lock);
      return begun;
    });
    if (linked === undefined && there.repository.branch !== place.repository.branch) {
      const [along] = await Promise.all([carriedOverText(place), releaseHolder(place)]);
      place.notices.push(...along);
    }
    const ended = await finishStart(there, after);
    await done?.();
    const created = !origin.exists && !origin.track;
    return { ...ended, created, notes, ...defined({ begins: origin.begins, away }) };
  } catch (error) {
    await undo();
    throw error;
  }
}

/** Completes a start after the session's files are written. Idempotent. */
export async function finishStart(place: Place, state: SessionState): Promise<Started> {
  await Promise.all([rememberRepository(place.repository), noteChild(place, state.context)]);
  return { place, state, created: false, notes: [] };
}

/** Returns the request with the content of its template added. */
async function filled(place: Place, request: StartRequest, name: string): Promise<StartRequest> {
  const { root } = place.repository;
  const begins = request.from === undefined && !(await refCommit(root, `refs/heads/${request.branch}`));
  const { objectives, tags, checklist, base, from } = await sessionTemplate(place, name, begins);
  return {
    ...request,
    objectives: [...objectives, ...(request.objectives ?? [])],
    tags: [...tags, ...(request.tags ?? [])],
    checklist,
    ...(base === undefined || from === undefined ? {} : { base: { branch: base, from } }),
  };
}

async function exists(place: Place, before: LoadedSession, request: StartRequest): Promise<Failure> {
  const { branch, worktree } = request;
  const { id, title } = before.state.context;
  const elsewhere =
    worktree === undefined ? undefined : await checkedOutElsewhere(place.repository.root, branch);
  if (elsewhere) return elsewhere;
  return new Failure("session-exists", `${branch} already has a session: ${title} (${id})`, {
    hint:
      worktree === undefined
        ? `session resume ${shellWord(branch)}`
        : `session start ${shellWord(branch)} --resume --worktree`,
  });
}

/** Creates the requested branch and checks it out. */
async function checkOut(
  place: Place,
  request: StartRequest,
  origin: Origin,
  id: string,
): Promise<CheckedOut> {
  const { root, branch: current, head } = place.repository;
  const { branch, worktree } = request;
  const nothing = { undo: async () => {} };
  const track = origin.track ?? false;
  if (worktree !== undefined) {
    const linked = await linkedFolder(place, branch, worktree);
    const create = origin.exists ? undefined : { from: startPoint(place, request, origin), track };
    return { folder: linked.folder, undo: await linkWorktree(place, linked, branch, create) };
  }
  if (branch === current) return nothing;
  const session = { id, branch, until: "started" as const };
  const home = head === undefined ? undefined : { branch: current ?? null, commit: head, session };
  const start = request.from === undefined ? "" : ` --from ${shellWord(request.from)}`;
  const command = await commandText(place, `session start ${shellWord(branch)}${start}`);
  const move = { branch, command, ...defined({ home }) };
  if (request.switch === false) {
    if (origin.exists) return nothing;
    const at = startPoint(place, request, origin);
    const { done, takeBack } = await createNoted(place, { ...move, at, track });
    return { done, undo: takeBack };
  }
  const commit = await refCommit(root, origin.from ?? (origin.exists ? `refs/heads/${branch}` : "HEAD"));
  // A user who names another start point leaves this branch's work, even if both are the same commit.
  const leaves = commit !== head || (request.from !== undefined && !request.adapt);
  const away = leaves ? await leaveBranch(place, branch, request.keep ?? false) : undefined;
  const create = origin.exists ? undefined : origin;
  const how = { ...move, away: away !== undefined, ...defined({ create }) };
  const { done, takeBack } = await moveOrRestore(place, away, () => moveTo(place, how));
  return { done, undo: takeBack, ...defined({ away }) };
}

/** Returns the start point of a branch that is not checked out. @throws Failure `no-commits` */
function startPoint({ repository }: Place, { branch }: StartRequest, origin: Origin): string {
  const at = origin.from ?? repository.head;
  if (at !== undefined) return at;
  throw new Failure("no-commits", "there is no commit yet for a branch to point to", {
    advice: repository.bare ? "fetch or push a first one" : "",
    hint: repository.bare ? "git fetch" : `session start ${shellWord(branch)}`,
  });
}

/**
 * Returns the branch on which to start without a name: a branch named after the title if this branch has a
 * session, else this branch.
 */
export async function branchFor(place: Place, title: string | undefined): Promise<string | undefined> {
  const here = await branchHere(place);
  if (title === undefined || (here !== undefined && !(await storedSession(place, here)))) return here;
  return branchOfTitle(title);
}

/** Returns this branch; undefined for the default branch, which the user must name. */
export async function branchHere({ repository }: Place): Promise<string | undefined> {
  const { root, branch } = repository;
  return branch === undefined || (await defaultBranch(root)) === branch ? undefined : branch;
}

async function noticesOf(place: Place, branch: string): Promise<string[]> {
  const [main, entries] = await Promise.all([
    defaultBranch(place.repository.root),
    branchReflog(place, branch),
  ]);
  const offer = await offerOn(place, branch, entries);
  return [
    ...(main === branch ? [`${branch} is the default branch: checkpoints go straight to it`] : []),
    // Reports the session of an earlier branch with this name, which moves to its kept folder.
    ...(offer?.why === "renamed" ? [offerText(offer, branch)] : []),
  ];
}
