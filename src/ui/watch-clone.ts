/**
 * Watches a clone: its refs, HEADs, indexes and records, and the files of each worktree that git does not
 * ignore.
 */

import { existsSync } from "node:fs";
import path from "node:path";
import { ignoredFolders } from "../git/status.ts";
import { listWorktrees } from "../git/worktrees.ts";
import type { Place } from "../place/place.ts";
import { IgnoredPaths } from "./ignored-paths.ts";
import { type Tree, TreeWatch } from "./watch-tree.ts";

/**
 * Matches files and folders of a git directory that contain the state of its worktree
 * (gitrepository-layout(5)).
 */
const STATE = /^(?:HEAD|index|[A-Z]+_HEAD|BISECT_LOG|packed-refs|rebase-\w+|sequencer)$/;

/** Matches files of git whose changes affect no view. */
const IRRELEVANT = /(?:\.lock|^FETCH_HEAD|^ORIG_HEAD|^COMMIT_EDITMSG)$/;

/** Folders of the common git directory to watch with all their subfolders. */
const FOLDERS = new Set(["refs", "reftable", "worktrees", "sessions"]);

/**
 * Entries of `.git/sessions` with a leading dot that affect views. Other such entries are caches and locks.
 */
const SHOWN = new Set([".runs", ".kept", ".holder"]);

/** Returns the common git directory as a tree, without files that reading commands write. */
function gitTree(commonDir: string): Tree {
  return {
    root: commonDir,
    excludes: (folder) => {
      const [top = "", ...rest] = folder.split("/");
      if (!FOLDERS.has(top)) return rest.length > 0 || !STATE.test(top);
      if (top === "worktrees") return rest.slice(1).some((each) => each === "logs" || each === "refs");
      return top === "sessions" && rest.some((each) => each.startsWith(".") && !SHOWN.has(each));
    },
    isRelevant: (file) => {
      const [top = "", ...rest] = file.split("/");
      const name = rest.at(-1) ?? top;
      if (IRRELEVANT.test(name)) return false;
      if (rest.length === 0) return STATE.test(name) || top === "worktrees";
      return top === "worktrees" ? rest.length === 1 || STATE.test(name) : FOLDERS.has(top);
    },
  };
}

/** Returns the files of a worktree as a tree, without ignored files and without other worktrees inside it. */
function workTree(root: string, ignored: IgnoredPaths, others: ReadonlySet<string>): Tree {
  return {
    root,
    excludes: (folder) =>
      folder === ".git" || ignored.ignored.has(folder) || others.has(path.join(root, ...folder.split("/"))),
    isRelevant: () => true,
    isIgnored: (file) => ignored.ignores(file),
  };
}

/**
 * A change of the clone. `record`: a ref, HEAD, index or session record. `log`: an agent's log. `files`:
 * files of the worktree at this path.
 */
export type Change =
  | { readonly kind: "record" | "log" }
  | { readonly kind: "files"; readonly worktree: string };

/** The coverage of a clone watch, in numbers and paths. */
export interface WatchStatus {
  /** Number of watched worktrees. */
  readonly worktrees: number;
  /** Number of file watches in the watched worktrees. */
  readonly folders: number;
  /** Paths of worktrees with folders that are not watched. */
  readonly partial: readonly string[];
}

/** A watch over a clone. Calls `onChange` for each change that a view may show, until `close`. */
export class CloneWatch {
  private readonly trees = new Map<string, Promise<TreeWatch>>();
  private readonly open = new Map<string, TreeWatch>();
  private readonly git: Promise<TreeWatch>;
  /** True if a worktree may have been added or removed since the last `follow`. */
  isOutdated = true;

  constructor(
    private readonly place: Place,
    private readonly onChange: (change: Change) => void,
  ) {
    this.git = new TreeWatch(gitTree(place.repository.commonDir), (file) => {
      if (file.startsWith("worktrees")) this.isOutdated = true;
      onChange({ kind: /^sessions\/\.runs\/.*\.log$/.test(file) ? "log" : "record" });
    }).open();
  }

  /**
   * Watches the worktrees that exist now, and stops watching removed worktrees.
   * @throws Failure if git cannot list the worktrees; `isOutdated` stays true then
   */
  async follow(): Promise<void> {
    // Resets the flag first: a worktree added during the listing must set it again.
    this.isOutdated = false;
    const listed = await listWorktrees(this.place.repository.root).catch((error: unknown) => {
      this.isOutdated = true;
      throw error;
    });
    const wanted = new Set(
      listed.flatMap((each) => (each.bare || !existsSync(each.path) ? [] : [each.path])),
    );
    for (const root of this.trees.keys()) if (!wanted.has(root)) this.drop(root);
    for (const root of wanted) if (!this.trees.has(root)) this.trees.set(root, this.begin(root, wanted));
    await Promise.all([this.git, ...this.trees.values()]);
  }

  /** Returns the coverage of this watch, in numbers and paths. */
  status(): WatchStatus {
    const all = [...this.open];
    return {
      worktrees: all.length,
      folders: all.reduce((sum, [, tree]) => sum + tree.size, 0),
      partial: all.filter(([, tree]) => tree.isPartial).map(([root]) => root),
    };
  }

  /** Ends all watches. */
  async close(): Promise<void> {
    for (const root of [...this.trees.keys()]) this.drop(root);
    (await this.git).close();
  }

  private async begin(root: string, all: ReadonlySet<string>): Promise<TreeWatch> {
    const ignored = new IgnoredPaths(root, new Set(await ignoredFolders(root)));
    const others = new Set([...all].filter((each) => each !== root));
    const changed = () => this.onChange({ kind: "files", worktree: root });
    const tree = await new TreeWatch(workTree(root, ignored, others), changed).open();
    if (this.trees.has(root)) {
      this.open.set(root, tree);
      // Reports a change at once: a page built before this watch began may have missed one.
      changed();
    } else tree.close();
    return tree;
  }

  private drop(root: string): void {
    this.trees.delete(root);
    this.open.get(root)?.close();
    this.open.delete(root);
  }
}
