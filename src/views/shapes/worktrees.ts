/**
 * Types for the view of all worktrees and of files that they share; also names folders of new worktrees.
 * Pure; runs no git.
 */
import type { Holding } from "../../session/holder.ts";
import type { RecordSource } from "../../session/session.ts";

/** The state of one worktree. */
export interface WorktreeView {
  /** Absolute path of the worktree. */
  readonly path: string;
  /** Path of the worktree relative to the current folder of the command. */
  readonly folder: string;
  /** True for the worktree in which the command was called. */
  readonly here: boolean;
  /** Name of the branch; absent if HEAD is detached. */
  readonly branch?: string;
  /** Short id of the checked-out commit. */
  readonly commit?: string;
  /** True if the worktree's folder no longer exists. */
  readonly missing: boolean;
  /** Error message of git, if git cannot read the worktree. */
  readonly problem?: string;
  /** Session of the branch, else the session that its commits carry; `record` names the source. */
  readonly session?: {
    readonly record: RecordSource;
    readonly id: string;
    readonly title: string;
    readonly state: string;
    /** Progress of the session's objectives, such as "1 of 3 done". */
    readonly progress?: string;
  };
  readonly holder?: Holding;
  /** The agent that works on the session in the background. */
  readonly agent?: {
    readonly run: string;
    readonly agent: string;
    readonly state: string;
    readonly began: string;
  };
  /** Number of uncommitted files. */
  readonly dirty: number;
  readonly operation?: { readonly name: string; readonly finish: string; readonly abort: string };
}

/** All worktrees of a clone. */
export interface WorktreesView {
  readonly worktrees: readonly WorktreeView[];
  /** Files changed by several worktrees, with the paths of these worktrees. */
  readonly shared: readonly { readonly path: string; readonly worktrees: readonly string[] }[];
  /** Pairs of branches that would conflict, with the files; `session conflicts` lists more. */
  readonly conflicts: readonly {
    readonly one: string;
    readonly other: string;
    readonly files: readonly string[];
  }[];
  /** Number of sessions whose branch is not checked out in any worktree. */
  readonly elsewhere: number;
}

/**
 * Returns files that several worktrees changed, sorted by path. `changed`: changed files by path of the
 * worktree.
 */
export function sharedFiles(changed: ReadonlyMap<string, Iterable<string>>): WorktreesView["shared"] {
  const by = new Map<string, Set<string>>();
  for (const [worktree, files] of changed)
    for (const file of files) by.set(file, (by.get(file) ?? new Set()).add(worktree));
  return [...by]
    .filter(([, worktrees]) => worktrees.size > 1)
    .map(([path, worktrees]) => ({ path, worktrees: [...worktrees] }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

/**
 * Returns the absolute folder of a new worktree: next to the main worktree, named after the main worktree and
 * the branch. Worktrees of a bare repository in a hidden folder are next to that folder, named after the
 * branch.
 */
export function folderBeside(
  place: { readonly main: string } | { readonly bare: string },
  branch: string,
): string {
  const [, parent = "", name = ""] =
    /^(.*[\\/])?([^\\/]*)$/.exec("main" in place ? place.main : place.bare) ?? [];
  const own = branch.replaceAll("/", "-");
  if ("main" in place) return `${parent}${name}-${own}`;
  return name.startsWith(".") ? `${parent}${own}` : `${parent}${name.replace(/\.git$/, "")}-${own}`;
}
