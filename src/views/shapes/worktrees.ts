/** The worktrees of a clone side by side: where each stands, and which files more than one of them changes. */
import type { Holding } from "../../session/holder.ts";
import type { RecordSource } from "../../session/session.ts";

export interface WorktreeView {
  /** Absolute path. */
  readonly path: string;
  /** The same, relative to where the command was called. */
  readonly folder: string;
  /** The command was called in it. */
  readonly here: boolean;
  /** Absent with a detached HEAD. */
  readonly branch?: string;
  /** Short id of the commit that is checked out. */
  readonly commit?: string;
  /** The folder is gone. */
  readonly missing: boolean;
  /** Why git does not read it, in git's words. */
  readonly problem?: string;
  /** That of the branch, else the one that its commits carry; `record` says which. */
  readonly session?: {
    readonly record: RecordSource;
    readonly id: string;
    readonly title: string;
    readonly state: string;
    /** "1 of 3 done" */
    readonly progress?: string;
  };
  readonly holder?: Holding;
  /** One that was started in the background. */
  readonly agent?: {
    readonly run: string;
    readonly agent: string;
    readonly state: string;
    readonly began: string;
  };
  /** Files that are not committed. */
  readonly dirty: number;
  readonly operation?: { readonly name: string; readonly finish: string; readonly abort: string };
}

export interface WorktreesView {
  readonly worktrees: readonly WorktreeView[];
  /** Files that more than one worktree has changed, with the paths of these worktrees. */
  readonly shared: readonly { readonly path: string; readonly worktrees: readonly string[] }[];
  /** Each two branches that would conflict, with the files: `session conflicts` tells more. */
  readonly conflicts: readonly {
    readonly one: string;
    readonly other: string;
    readonly files: readonly string[];
  }[];
  /** How many sessions are in no worktree. */
  readonly elsewhere: number;
}

/** Files that more than one worktree has changed, by name. `changed`: worktree to its files. */
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
 * Folder of a new worktree: beside the main one, with its name and the branch's. The worktrees of a bare repository in
 * a hidden folder stand beside that, with the branch's name alone.
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
