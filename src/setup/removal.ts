/** Gathers everything that `session uninit` removes from a clone, to show it first. Changes nothing. */
import { lstatSync, readdirSync } from "node:fs";
import path from "node:path";
import { AGENTS } from "../agents/catalog/all.ts";
import { type FileChange, planUninstall } from "../agents/install.ts";
import { siteFor, standingAt } from "../agents/installations.ts";
import { readAgentRecord } from "../agents/settings-files.ts";
import { ask } from "../git/read.ts";
import { listRefs } from "../git/refs.ts";
import { hooksStatus } from "../hooks/install.ts";
import type { Place } from "../place/place.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { atWorkFailure, othersAtWork } from "../record/runs.ts";
import { isOwnFolder } from "../store/folders.ts";
import { listAside } from "../worktree/set-aside-files.ts";

/** Parts of the setup that a removal keeps. */
export interface Keeping {
  readonly hooks: boolean;
  readonly agents: boolean;
  readonly sessions: boolean;
  readonly files: boolean;
}

export interface Ref {
  readonly ref: string;
  readonly oid: string;
}

export interface Removal {
  /** Names of git hooks that this program installed, or that call it. */
  readonly hooks: readonly string[];
  /** True if the user ran `session hooks install` in this clone. */
  readonly wanted: boolean;
  /**
   * Name of the hook manager to which the user added lines that call our hooks. Without the hooks, the lines
   * do nothing.
   */
  readonly lines?: string;
  /** Names of agents with settings of ours, also in a file that they share with another agent. */
  readonly agents: readonly string[];
  /** Names of those agents that the user named at the installation in this clone, as far as recorded. */
  readonly asked: readonly string[];
  /** Changes of the agents' files, the same changes that `agents uninstall` makes. */
  readonly changes: readonly FileChange[];
  readonly sessions: readonly KnownSession[];
  /** Refs of sessions: snapshots, fetched copies of snapshots, and deleted sessions. */
  readonly refs: readonly Ref[];
  /** Stashed work of sessions; each becomes an entry of the user's own stash. */
  readonly work: readonly (Ref & { readonly title: string })[];
  /** True if `.git/sessions` exists. */
  readonly state: boolean;
  /** Paths of the files below `.session/`, and the number that git tracks. */
  readonly files: readonly string[];
  readonly tracked: number;
  /** Folders with files that no commit contains: the removal keeps these folders. */
  readonly aside: readonly string[];
}

/** Prefixes of the refs of sessions, in the order of a restore. */
export const SESSION_REFS = ["refs/sessions/", "refs/session-remotes/"];
export const TRASH_REFS = "refs/session-trash/";
export const WORK_REFS = "refs/session-stash/";

/**
 * Returns the plan of a removal, without the parts to keep.
 * @throws Failure `session-at-work` while an agent is at work on a session of this clone.
 */
export async function planRemoval(place: Place, keeping: Keeping): Promise<Removal> {
  const { repository, sessionsDir } = place;
  const { root, gitDir } = repository;
  const working = keeping.sessions ? [] : [...(await othersAtWork(place)).values()];
  if (working[0]) throw atWorkFailure(working[0]);
  const [hooks, agents, sessions, refs, aside] = await Promise.all([
    keeping.hooks ? undefined : hooksStatus(place),
    keeping.agents ? undefined : installedAgents(place),
    keeping.sessions ? [] : knownSessions(place, { light: true }),
    keeping.sessions ? new Map<string, string>() : listRefs(root, ...SESSION_REFS, TRASH_REFS, WORK_REFS),
    listAside(gitDir),
  ]);
  const all = [...refs].map(([ref, oid]) => ({ ref, oid }));
  const isWork = ({ ref }: Ref) => ref.startsWith(WORK_REFS);
  const files = keeping.files ? [] : filesBelow(place.projectDir, ".session");
  const ours = hooks?.hooks.filter((each) => OURS.includes(each.state)) ?? [];
  return {
    hooks: ours.map((each) => each.name),
    wanted: hooks?.wanted ?? false,
    ...(ours.length > 0 && hooks?.how === "lines" ? { lines: hooks.why } : {}),
    agents: agents?.names ?? [],
    asked: agents?.asked ?? agents?.names ?? [],
    changes: agents?.changes ?? [],
    sessions,
    refs: all.filter((each) => !isWork(each)),
    work: all.filter(isWork).map((each) => ({ ...each, title: titleOf(each, sessions) })),
    state: !keeping.sessions && isOwnFolder(sessionsDir),
    files,
    tracked: files.length === 0 ? 0 : await countTracked(root),
    aside: aside.map((each) => path.relative(root, each.folder)),
  };
}

/** States of a hook file that contains a part of ours. */
const OURS = ["installed", "outdated", "edited", "off"];

/** Reports whether the plan of a removal is empty. */
export function isNothing({ hooks, changes, refs, work, state, files }: Removal): boolean {
  return hooks.length + changes.length + refs.length + work.length + files.length === 0 && !state;
}

async function installedAgents(place: Place) {
  const site = await siteFor(place, true, false);
  const agents = AGENTS.filter((each) => each.targets(site.where).length > 0);
  const installed = agents.filter((each) => standingAt(site, each).state !== "no");
  const changes = installed.length === 0 ? [] : await planUninstall(site, installed);
  const { agents: asked } = await readAgentRecord(site.state);
  return { names: installed.map((each) => each.name), changes, asked: asked[site.where.root] };
}

function titleOf({ ref }: Ref, sessions: readonly KnownSession[]): string {
  const id = ref.slice(WORK_REFS.length);
  return sessions.find((each) => each.id === id)?.branch ?? id;
}

/** Lists plain files below a folder, as paths from the top. Returns none if the folder is a link. */
function filesBelow(folder: string, name: string): string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => !each.isDirectory())
    .map((each) => path.join(name, path.relative(folder, path.join(each.parentPath, each.name))))
    .map((each) => each.split(path.sep).join("/"))
    .sort();
}

async function countTracked(root: string): Promise<number> {
  const listed = await ask(root, ["--literal-pathspecs", "ls-files", "-z", "--", ".session"]);
  return listed.stdout.split("\0").filter(Boolean).length;
}
