/** `status --all`: every worktree of the clone, and what they have in common. Reads only. */

import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { conflictsOf } from "../forecast/conflicts.ts";
import { changedSince } from "../git/diff.ts";
import { branchAbout, type Repository } from "../git/repository.ts";
import { unfinishedOperation, type WorkTreeStatus, workTreeStatus } from "../git/status.ts";
import { listWorktrees, type Worktree, worktreeAt } from "../git/worktrees.ts";
import { standingOf } from "../history/branch-identity.ts";
import type { Place } from "../place/place.ts";
import { recordOfHead } from "../record/head.ts";
import { holdings } from "../record/holder.ts";
import { sessionsAtWork } from "../record/runs.ts";
import { Failure } from "../session/failure.ts";
import type { RunView } from "../session/runs.ts";
import type { RecordSource } from "../session/session.ts";
import { branchOf, progress, type SessionState } from "../session/state.ts";
import { readHolder } from "../store/holder.ts";
import type { LoadedSession } from "../store/load.ts";
import { localSessions } from "../store/sessions.ts";
import { mapLimited } from "../text/concurrency.ts";
import { defined } from "../text/defined.ts";
import { oneLine } from "../text/foreign-text.ts";
import { DECISION_LOG } from "../trailers/decision-log.ts";
import type { Conflicts } from "./shapes/conflicts.ts";
import { sharedFiles, type WorktreesView, type WorktreeView } from "./shapes/worktrees.ts";

/** Worktrees that git looks at in one moment. */
const AT_ONCE = 6;

/** What was seen of one worktree. */
export interface WorktreeState {
  readonly view: WorktreeView;
  /** Files that were changed since the session's base, or are not committed. */
  readonly changed: readonly string[];
}

interface Asked {
  /** Worktrees that are as they were seen before, by path; what is seen of others is put there. */
  readonly known?: Map<string, Promise<WorktreeState>>;
  /** With conflicts ahead; default true. */
  readonly forecasts?: boolean;
}

/** `cwd`: where the command was called, which folders are told from. */
export async function worktreesOf(
  place: Place,
  cwd: string,
  { known = new Map(), forecasts = true }: Asked = {},
): Promise<WorktreesView> {
  const [listed, local] = await Promise.all([
    listWorktrees(place.repository.root),
    localSessions(place.sessionsDir),
  ]);
  const worktrees = await mapLimited(listed, AT_ONCE, (each) => withBranchAbout(place.repository, each));
  const from = real(cwd);
  const ours = hereAmong(place.repository, worktrees);
  const here = ours && { ...ours, path: real(place.repository.root) };
  const shown = worktrees.filter((each) => !each.bare).map((each) => (each === ours && here ? here : each));
  const sessions = await sessionsIn(place, shown, local);
  const roots = new Set(shown.map((each) => each.path));
  const seen = await mapLimited(shown, AT_ONCE, (each) => {
    const folder = path.relative(from, each.path) || ".";
    const session = each.branch === undefined ? undefined : sessions.get(each.branch);
    const found = known.get(each.path) ?? look(place, each, { roots, here: each === here, folder, session });
    // Put there before it is done: a change meanwhile takes it out again.
    known.set(each.path, found);
    return found;
  });
  const [held, agents, conflicts] = await Promise.all([
    heldBy(shown, sessions),
    sessionsAtWork(place),
    // Of one branch nothing conflicts with anything.
    forecasts && (shown.length > 1 || local.length > 1) ? conflictNames(place) : [],
  ]);
  return {
    worktrees: seen.map(({ view }) => {
      const holder = held.get(view.path);
      const own = view.branch === undefined ? undefined : sessions.get(view.branch);
      const agent = own && agents.get(own.state.context.id);
      return { ...view, ...defined({ holder }), ...(agent === undefined ? {} : { agent: agentOf(agent) }) };
    }),
    shared: sharedFiles(new Map(seen.map(({ view, changed }) => [view.path, changed]))),
    conflicts,
    elsewhere: local.length - sessions.size,
  };
}

/** None where git cannot merge, as in a partial clone: the worktrees are shown all the same. */
async function conflictNames(place: Place): Promise<WorktreesView["conflicts"]> {
  const { conflicts } = await conflictsOf(place, { keeps: false }).catch(onlyFailures);
  return conflicts.map(({ one, other, files }) => ({
    one: one.branch,
    other: other.branch,
    files: files.map((each) => each.path),
  }));
}

function onlyFailures(error: unknown): Pick<Conflicts, "conflicts"> {
  if (error instanceof Failure) return { conflicts: [] };
  throw error;
}

/** A worktree in the middle of a rebase or a bisect is that of the branch it is about. */
async function withBranchAbout(ours: Repository, worktree: Worktree): Promise<Worktree> {
  if (worktree.bare || worktree.branch !== undefined || !existsSync(worktree.path)) return worktree;
  const repository = await worktreeAt(ours, worktree.path).catch(() => undefined);
  return { ...worktree, ...defined({ branch: repository && (await branchAbout(repository.gitDir)) }) };
}

/** The sessions of the branches that worktrees have checked out, by branch; not those of an earlier branch of the name. */
async function sessionsIn(place: Place, worktrees: readonly Worktree[], local: readonly LoadedSession[]) {
  const by = new Map(local.map((each) => [branchOf(each.state.context), each]));
  const own = await mapLimited(worktrees, AT_ONCE, async ({ branch, head }) => {
    const session = branch === undefined ? undefined : by.get(branch);
    if (branch === undefined || session === undefined) return [];
    const { head: _ours, ...repository } = place.repository;
    const there = { ...repository, branch, ...defined({ head }) };
    const standing = await standingOf({ ...place, repository: there }, session);
    return standing === "own" ? [[branch, session] as const] : [];
  });
  return new Map(own.flat());
}

const agentOf = ({ id: run, agent, state, began }: RunView) => ({ run, agent, state, began });

interface Known {
  readonly here: boolean;
  readonly folder: string;
  readonly session: LoadedSession | undefined;
  /** Folders of all worktrees: one inside another is no change of that. */
  readonly roots: ReadonlySet<string>;
}

/** One worktree; what cannot be read of it is said in its view. */
async function look(place: Place, worktree: Worktree, known: Known): Promise<WorktreeState> {
  const { head, branch } = worktree;
  const { here, folder } = known;
  const missing = !existsSync(worktree.path);
  const view: WorktreeView = {
    path: worktree.path,
    folder,
    here,
    missing,
    dirty: 0,
    ...defined({ branch }),
    ...(head === undefined ? {} : { commit: head.slice(0, 8) }),
    ...(known.session === undefined ? {} : { session: headOf(known.session.state, { kind: "local" }) }),
  };
  if (missing) return { view, changed: [] };
  try {
    const repository = here ? place.repository : await worktreeAt(place.repository, worktree.path);
    const there = { ...place, repository: { ...repository, ...defined({ branch, head }) } };
    const record = known.session ? undefined : await recordOfHead(there);
    const session = known.session ?? record?.session;
    const [status, operation, since] = await Promise.all([
      workTreeStatus(repository, true),
      unfinishedOperation(repository),
      // A detached HEAD is on commits that the session's own branch has as well.
      session === undefined || branch === undefined ? [] : changedInSession(repository.root, session.state),
    ]);
    const dirty = dirtyFiles(status).filter((file) => !known.roots.has(path.join(worktree.path, file)));
    const before = [...status.staged, ...status.unstaged].flatMap((each) => each.from ?? []);
    // The decision log merges by union: two worktrees that add to it have no conflict.
    const changed = [...new Set([...dirty, ...before, ...since])].filter((file) => file !== DECISION_LOG);
    const found = record?.session && { session: headOf(record.session.state, record) };
    return { view: { ...view, ...found, dirty: dirty.length, ...defined({ operation }) }, changed };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { view: { ...view, problem: error.message }, changed: [] };
  }
}

function headOf(
  { context, objectives }: SessionState,
  { kind, words }: RecordSource,
): NonNullable<WorktreeView["session"]> {
  const { id, title, state } = context;
  const done = progress(objectives);
  const record = { kind, ...defined({ words: words && oneLine(words) }) };
  return { id, title, state, record, ...defined({ progress: done }) };
}

/** Tracked files that the session's branch and its work tree have changed: since it left its base, as that is now. */
async function changedInSession(root: string, { context }: SessionState): Promise<readonly string[]> {
  const { branch, commit } = context.base;
  const base =
    branch === undefined || branch === branchOf(context)
      ? undefined
      : await changedSince(root, `refs/heads/${branch}`);
  return base ?? (commit === undefined ? undefined : await changedSince(root, commit)) ?? [];
}

function dirtyFiles({ staged, unstaged, untracked, unmerged }: WorkTreeStatus): string[] {
  const changes = [...staged, ...unstaged].map((each) => each.path);
  return [...new Set([...changes, ...untracked.map((each) => each.replace(/\/$/, "")), ...unmerged])];
}

/** The worktree that the command was called in, if it was in one. */
function hereAmong(repository: Repository, worktrees: readonly Worktree[]): Worktree | undefined {
  if (repository.bare) return undefined;
  // Where GIT_WORK_TREE says it, git's list does not know the place of the main worktree.
  if (repository.gitDir === repository.commonDir) return worktrees[0];
  const root = real(repository.root);
  return worktrees.find((each) => real(each.path) === root);
}

/** Who is at work on the sessions of these worktrees: worktree to holder. */
async function heldBy(worktrees: readonly Worktree[], sessions: ReadonlyMap<string, LoadedSession>) {
  const found = await Promise.all(
    worktrees.map(async ({ path: folder, branch }) => {
      const session = branch === undefined ? undefined : sessions.get(branch);
      const holder = session && (await readHolder(session.folder));
      return holder ? [{ folder, ...holder }] : [];
    }),
  );
  const held = found.flat();
  const now = await holdings(held);
  return new Map(held.flatMap(({ folder }, at) => (now[at] ? [[folder, now[at]] as const] : [])));
}

function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
