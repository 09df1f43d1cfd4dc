import { refuseUnfinished } from "../checkpoint/checkpoint.ts";
import { coverageNow } from "../facts/coverage.ts";
import { resolveCommit } from "../git/commits.ts";
import { ask } from "../git/read.ts";
import { checkBranchName, defaultBranch, refCommit } from "../git/refs.ts";
import { openRepository } from "../git/repository.ts";
import { checkedOutElsewhere } from "../git/worktrees.ts";
import { forkOf, remoteBranch } from "../history/base.ts";
import { branchReflog, offerOn, offerText, standingOf } from "../history/branch.ts";
import { storedSession } from "../history/stored.ts";
import { homes, openPlace, type Place } from "../place/place.ts";
import { event, withSessionFolder } from "../record/change.ts";
import { noteChild } from "../record/children.ts";
import { type HeadRecord, withParentRecord } from "../record/head.ts";
import { letGo } from "../record/hold.ts";
import { rememberRepository } from "../record/remember.ts";
import { refuseSecrets, stateTexts } from "../secrets/secrets.ts";
import { startedEvent } from "../session/events.ts";
import { Failure } from "../session/failure.ts";
import { sessionId } from "../session/ids.ts";
import { withMeta, withTags } from "../session/keeping.ts";
import { EMPTY_TEXTS } from "../session/reading.ts";
import { MARKS } from "../session/recorded.ts";
import { addObjective, newSession, type SessionState } from "../session/state.ts";
import { emptySession, loadForWriting, saveSession } from "../store/save.ts";
import { keepAside } from "../store/sessions.ts";
import type { LoadedSession } from "../store/state.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { withoutHome } from "../text/home.ts";
import { word } from "../text/shell.ts";
import { isInherited } from "../trailers/checkpoints.ts";
import { cameAlong } from "../worktree/leave.ts";
import { link, linkedFolder } from "../worktree/linked.ts";
import { createNoted, moveTo } from "../worktree/move.ts";
import { settled } from "../worktree/settle.ts";
import { carries, carriesOne, inheritsText, recordFor } from "./found.ts";
import { sessionTemplate } from "./session-templates.ts";

export interface StartRequest {
  readonly branch: string;
  readonly objectives?: readonly string[];
  readonly title?: string;
  readonly from?: string;
  readonly tags?: readonly string[];
  /** `key=value` each. */
  readonly meta?: readonly string[];
  /** Name of a template in `.session/templates/sessions`. What is said here beside it comes on top. */
  readonly template?: string;
  /** Check the branch out; default true. */
  readonly switch?: boolean;
  /** What else the new session holds. */
  readonly adapt?: (fresh: SessionState) => SessionState;
  /** Begin a new session even where the branch carries one, and inherit nothing. */
  readonly anew?: boolean;
  /** What `recordFor` returned, where it was asked already; null for nothing. */
  readonly record?: HeadRecord | null;
  /** Check it out in a new linked worktree: an absolute path, or `true` for one beside the main worktree. */
  readonly worktree?: string | true;
}

export interface Started {
  /** The place after the branch was checked out. */
  readonly place: Place;
  readonly state: SessionState;
  readonly created: boolean;
  readonly notes: readonly string[];
}

/** Where a start checks the branch out, and what takes that back. */
interface CheckedOut {
  /** Folder of the new worktree; undefined where it is this one. */
  readonly folder?: string;
  readonly undo: () => Promise<void>;
  /** The session is there: from now on nothing takes the checkout back. */
  readonly done?: () => Promise<void>;
}

/** A request with what its template adds. */
interface Filled extends StartRequest {
  readonly checklist?: readonly string[];
  /** Where a new branch begins unless `from` says it, and the ref of that branch. */
  readonly base?: { readonly branch: string; readonly from: string };
}

/** Where the branch comes from. */
interface Origin {
  readonly exists: boolean;
  /** What to create it from: a revision; undefined for the commit that is checked out. */
  readonly from?: string;
  /** It is a remote's branch of the same name. */
  readonly track?: boolean;
  readonly base: { readonly branch?: string; readonly commit?: string };
}

/**
 * Starts a session on a branch, creating it or adopting an existing one. When a step fails, the branch and the checkout
 * are as they were. Failures: `bad-branch`, `session-exists`, `unknown-revision`, `switch-refused`,
 * `unfinished-operation`, `path-taken`, `worktree-refused`, `checked-out-elsewhere`, those of `sessionTemplate`.
 */
export async function start(opened: Place, asked: StartRequest): Promise<Started> {
  const place = asked.worktree === undefined ? await settled(opened) : opened;
  const { branch } = asked;
  await checkBranchName(place.repository.root, branch);
  const request = asked.template === undefined ? asked : await filled(place, asked, asked.template);
  const [origin, before] = await Promise.all([
    originOf(place, request),
    storedSession(place, branch),
    // A new worktree has nothing to do with what this one is in the middle of.
    request.worktree === undefined ? refuseUnfinished(place) : undefined,
  ]);
  if (before && (await standingOf(place, before)) === "own") throw await exists(place, before, request);
  const known = request.adapt || request.anew ? null : request.record;
  const record = known === undefined ? await recordFor(place, request) : known;
  if (record && carries(record)) throw carriesOne(record, branch);
  const fresh = draft(
    request,
    origin,
    (await ask(place.repository.root, ["config", "user.name"])).stdout.trim(),
  );
  // What a fork takes along was recorded here before.
  if (!request.adapt)
    await refuseSecrets(place, stateTexts(fresh, EMPTY_TEXTS), "the session's commits", { stays: true });
  const parent = record?.parent;
  const state = parent ? withParentRecord(fresh, parent) : fresh;
  const notes = [...(await noticesOf(place, branch)), ...inheritsText(fresh, state, parent)];
  const { folder: linked, undo, done } = await checkOut(place, request, origin, state.context.id);
  try {
    const there =
      linked === undefined
        ? { ...place, repository: await openRepository(place.repository.root) }
        : await openPlace(linked);
    const after = await withSessionFolder(there, branch, async (folder, lock) => {
      const stale = await loadForWriting(folder, lock);
      if (stale) {
        await keepAside(place.sessionsDir, folder, stale.state.context.id, lock);
        notes.push(
          `the session of an earlier branch ${branch} was kept: session resume ${stale.state.context.id}`,
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
    await done?.();
    if (linked === undefined && there.repository.branch !== place.repository.branch) {
      const [along] = await Promise.all([cameAlong(place), letGo(place)]);
      place.notices.push(...along);
    }
    await Promise.all([rememberRepository(there.repository), noteChild(there, after.context)]);
    return { place: there, state: after, created: !origin.exists && !origin.track, notes };
  } catch (error) {
    await undo();
    throw error;
  }
}

/** The request with what the template says before it. */
async function filled(place: Place, request: StartRequest, name: string): Promise<Filled> {
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
  return new Failure("session-exists", `${branch} has a session already: ${title} (${id})`, {
    hint:
      worktree === undefined
        ? `session resume ${word(branch)}, or add to it: session objectives add "…"`
        : `session start ${word(branch)} --resume --worktree`,
  });
}

function draft(request: Filled, origin: Origin, author: string): SessionState {
  const at = now();
  let state = newSession({
    id: sessionId(crypto.getRandomValues(new Uint8Array(12))),
    branch: request.branch,
    base: origin.base,
    now: at,
    ...defined({ title: request.title }),
    ...(author === "" ? {} : { author }),
    ...defined({ checklist: request.checklist }),
  });
  state = withTags(state, request.tags ?? []);
  for (const text of request.meta ?? []) state = withMeta(state, ...pair(text));
  for (const text of request.objectives ?? []) [state] = addObjective(state, withoutHome(text, homes()), at);
  return request.adapt?.(state) ?? state;
}

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new Failure("usage", `--meta takes key=value, not "${text}"`);
}

function startEvents(state: SessionState) {
  const { id, decisions } = state.context;
  return [
    startedEvent(state.context),
    ...state.objectives.flatMap(({ id, text, mark, added }) => [
      event("objective.added", { id, text }, added),
      ...(mark === "open" ? [] : [event(MARKS[mark], { id }, added)]),
    ]),
    ...state.blockers.map(({ id, text, link, added }) => event("blocker.added", { id, text, link }, added)),
    ...decisions
      .filter((each) => !isInherited(each, id))
      .map((decision) => event("decision.added", { decision }, decision.added)),
  ];
}

async function originOf(place: Place, request: Filled): Promise<Origin> {
  const { root, branch: current, head, bare } = place.repository;
  const { branch, from } = request;
  const own = await refCommit(root, `refs/heads/${branch}`);
  if (own !== undefined || branch === current) {
    if (from !== undefined)
      throw new Failure("usage", `${branch} exists already, so --from has nothing to do`, {
        hint: `session start ${word(branch)}`,
      });
    const { base } = await forkOf(place, branch, own);
    return { exists: true, base: own === undefined ? {} : { ...base, commit: base.commit ?? own } };
  }
  if (from !== undefined) return { exists: false, from, base: await baseAt(place, from) };
  const remote = await remoteBranch(place, branch);
  if (remote !== undefined) {
    const tip = await refCommit(root, remote);
    const { base } = await forkOf(place, branch, tip);
    const commit = base.commit ?? tip;
    return { exists: false, from: remote, track: true, base: { ...base, ...(commit ? { commit } : {}) } };
  }
  if (request.base && head !== undefined) {
    const commit = await refCommit(root, request.base.from);
    const base = { branch: request.base.branch, ...defined({ commit }) };
    return { exists: false, from: request.base.from, base };
  }
  // The HEAD of a bare repository is not checked out, but new branches begin there all the same.
  const base = bare ? await defaultBranch(root) : current;
  return {
    exists: false,
    base: {
      ...(base === undefined || head === undefined ? {} : { branch: base }),
      ...defined({ commit: head }),
    },
  };
}

async function baseAt(place: Place, revision: string): Promise<Origin["base"]> {
  const { root } = place.repository;
  const [commit, named] = await Promise.all([
    resolveCommit(root, revision),
    refCommit(root, `refs/heads/${revision}`),
  ]);
  if (commit === undefined)
    throw new Failure("unknown-revision", `git knows no commit "${revision}"`, {
      hint: "git branch --all lists branches",
    });
  return named === undefined ? { commit } : { branch: revision, commit };
}

/** Creates and checks out the branch as asked. */
async function checkOut(
  place: Place,
  request: StartRequest,
  origin: Origin,
  id: string,
): Promise<CheckedOut> {
  const { branch: current, head } = place.repository;
  const { branch, worktree } = request;
  const nothing = { undo: async () => {} };
  const track = origin.track ?? false;
  if (worktree !== undefined) {
    const folder = await linkedFolder(place, branch, worktree);
    const create = origin.exists ? undefined : { from: startPoint(place, request, origin), track };
    return { folder, undo: await link(place, folder, branch, create) };
  }
  if (branch === current) return nothing;
  const session = { id, branch, until: "started" as const };
  const home = head === undefined ? undefined : { branch: current ?? null, commit: head, session };
  const move = { branch, command: asOrdered(request), ...defined({ home }) };
  if (request.switch === false) {
    if (origin.exists) return nothing;
    const at = startPoint(place, request, origin);
    const { done, takeBack } = await createNoted(place, { ...move, at, track });
    return { done, undo: takeBack };
  }
  const { done, takeBack } = await moveTo(place, {
    ...move,
    ...defined({ create: origin.exists ? undefined : origin }),
  });
  return { done, undo: takeBack };
}

/** The command as the user would type it again. */
function asOrdered({ branch, from, adapt }: StartRequest): string {
  if (adapt) return `session fork … ${word(branch)}`;
  return `session start ${word(branch)}${from === undefined ? "" : ` --from ${word(from)}`}`;
}

/** The revision that a branch is created at without being checked out here. Failure `no-commits`. */
function startPoint({ repository }: Place, { branch, worktree }: StartRequest, origin: Origin): string {
  const at = origin.from ?? repository.head;
  if (at !== undefined) return at;
  throw new Failure("no-commits", "there is no commit yet that a branch could point to", {
    hint: repository.bare
      ? "fetch or push a first one"
      : `session start ${word(branch)}, without ${worktree === undefined ? "--no-switch" : "--worktree"}`,
  });
}

/** The branch to start on where none is named: this one; undefined for the default branch, which has to be named. */
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
    // The one of an earlier branch of this name is put aside, and said, below.
    ...(offer?.why === "renamed" ? [offerText(offer, branch)] : []),
  ];
}
