/** Gathers the view of all worktrees: the state of each, shared files, and conflicts. Reads only. */

import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { conflictsOf } from "../forecast/conflicts.ts";
import { changedSince } from "../git/diff.ts";
import { branchAbout, type Repository } from "../git/repository.ts";
import { trackedChanges, unfinishedOperation, type WorkTreeStatus, workTreeStatus } from "../git/status.ts";
import { listWorktrees, type Worktree, worktreeAt } from "../git/worktrees.ts";
import { standingOf } from "../history/branch-identity.ts";
import type { Place } from "../place/place.ts";
import { recordOfHead } from "../record/head/head.ts";
import { holdings } from "../record/holder.ts";
import { sessionsAtWork } from "../record/runs.ts";
import { Failure } from "../session/failure.ts";
import { progress } from "../session/progress.ts";
import type { RunView } from "../session/runs.ts";
import type { RecordSource } from "../session/session.ts";
import { branchOf, type SessionState } from "../session/state.ts";
import { readHolder } from "../store/holder.ts";
import type { LoadedSession } from "../store/load.ts";
import { localSessions } from "../store/sessions.ts";
import { mapLimited } from "../text/concurrency.ts";
import { defined } from "../text/defined.ts";
import { oneLine } from "../text/foreign-text.ts";
import { DECISION_LOG } from "../trailers/decision-log.ts";
import type { Conflicts } from "./shapes/conflicts.ts";
import { sharedFiles, type WorktreesView, type WorktreeView } from "./shapes/worktrees.ts";

/** Number of worktrees to read at the same time. */
const AT_ONCE = 6;

/** The view of one worktree, and the files that it changes. */
export interface WorktreeState {
  readonly view: WorktreeView;
  /** Paths of files that changed since the session's base, committed or uncommitted. */
  readonly changed: readonly string[];
}

interface Asked {
  /** Cache of worktree states by path: unchanged worktrees are not read again, and new results are added. */
  readonly known?: Map<string, Promise<WorktreeState>>;
  /** False to leave out predicted conflicts; default true. */
  readonly forecasts?: boolean;
  /** True to read only this worktree and those with an active session: each costs git processes. */
  readonly activeOnly?: boolean;
}

/**
 * Returns all worktrees except bare repositories. `cwd`: absolute path of the folder to which `folder` paths
 * are relative.
 */
export async function worktreesOf(
  place: Place,
  cwd: string,
  { known = new Map(), forecasts = true, activeOnly = false }: Asked = {},
): Promise<WorktreesView> {
  const [listed, local] = await Promise.all([
    listWorktrees(place.repository.root),
    localSessions(place.sessionsDir),
  ]);
  const worktrees = await mapLimited(listed, AT_ONCE, (each) => withBranchAbout(place.repository, each));
  const from = real(cwd);
  const ours = currentWorktree(place.repository, worktrees);
  const here = ours && { ...ours, path: real(place.repository.root) };
  const all = worktrees.filter((each) => !each.bare).map((each) => (each === ours && here ? here : each));
  const sessions = await sessionsIn(place, all, local);
  const isActive = ({ branch = "" }: Worktree) => sessions.get(branch)?.state.context.state === "active";
  const shown = activeOnly ? all.filter((each) => each === here || isActive(each)) : all;
  const roots = new Set(all.map((each) => each.path));
  const seen = await mapLimited(shown, AT_ONCE, (each) => {
    const folder = path.relative(from, each.path) || ".";
    const session = each.branch === undefined ? undefined : sessions.get(each.branch);
    const found =
      known.get(each.path) ?? readWorktree(place, each, { roots, here: each === here, folder, session });
    // Adds the entry before the read, so that a change during the read can remove it.
    known.set(each.path, found);
    return found;
  });
  const [held, agents, conflicts] = await Promise.all([
    heldBy(shown, sessions),
    sessionsAtWork(place),
    // Skips the forecast with a single branch, which cannot conflict.
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

/** Returns predicted conflicts; an empty list if git cannot merge, as in a partial clone. */
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

/** Adds the branch of an unfinished rebase or bisect, which detaches HEAD. */
async function withBranchAbout(ours: Repository, worktree: Worktree): Promise<Worktree> {
  if (worktree.bare || worktree.branch !== undefined || !existsSync(worktree.path)) return worktree;
  const repository = await worktreeAt(ours, worktree.path).catch(() => undefined);
  return { ...worktree, ...defined({ branch: repository && (await branchAbout(repository.gitDir)) }) };
}

/**
 * Returns the sessions of checked-out branches, by branch. Skips sessions of an earlier branch with the same
 * name.
 */
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
  /** Paths of all worktrees: a worktree inside another is not an untracked file of the outer worktree. */
  readonly roots: ReadonlySet<string>;
}

/** Reads one worktree. A failure becomes the `problem` of its view. */
async function readWorktree(place: Place, worktree: Worktree, known: Known): Promise<WorktreeState> {
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
      // Compares with the session's branch: commits on a detached HEAD belong to it.
      session === undefined || branch === undefined ? [] : changedInSession(repository.root, session.state),
    ]);
    const dirty = dirtyFiles(status).filter((file) => !known.roots.has(path.join(worktree.path, file)));
    const before = [...status.staged, ...status.unstaged].flatMap((each) => each.from ?? []);
    // Leaves out the decision log: git merges it by union, so two worktrees that add to it have no conflict.
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

/**
 * Returns tracked files changed since the merge base with the base branch, or since the recorded base
 * commit.
 */
async function changedInSession(root: string, { context }: SessionState): Promise<readonly string[]> {
  const { branch, commit } = context.base;
  const base =
    branch === undefined || branch === branchOf(context)
      ? undefined
      : await changedSince(root, `refs/heads/${branch}`);
  return base ?? (commit === undefined ? undefined : await changedSince(root, commit)) ?? [];
}

function dirtyFiles(status: WorkTreeStatus): string[] {
  const { untracked, unmerged } = status;
  const others = untracked.map((each) => each.replace(/\/$/, ""));
  return [...new Set([...trackedChanges(status), ...others, ...unmerged])];
}

/** Returns the worktree of a repository handle; undefined for a bare repository. */
function currentWorktree(repository: Repository, worktrees: readonly Worktree[]): Worktree | undefined {
  if (repository.bare) return undefined;
  // Uses the handle's own path: `git worktree list` ignores GIT_WORK_TREE and may show another path for the
  // main worktree.
  if (repository.gitDir === repository.commonDir) return worktrees[0];
  const root = real(repository.root);
  return worktrees.find((each) => real(each.path) === root);
}

/** Returns the holders of sessions, by path of the worktree. */
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
