/** What is followed of a clone: its refs, HEADs and sessions, and the files of each worktree that git does not ignore. */

import { existsSync } from "node:fs";
import path from "node:path";
import { ignoredFolders } from "../git/status.ts";
import { listWorktrees } from "../git/worktrees.ts";
import type { Place } from "../place/place.ts";
import { IgnoredPaths } from "./ignored-paths.ts";
import { type Tree, TreeWatch } from "./watch-tree.ts";

/** What git keeps of one worktree that says where it stands. */
const STANDING = /^(?:HEAD|index|[A-Z]+_HEAD|BISECT_LOG|packed-refs|rebase-\w+|sequencer)$/;

/** These tell of nothing that a view shows. */
const NOISE = /(?:\.lock|^FETCH_HEAD|^ORIG_HEAD|^COMMIT_EDITMSG)$/;

/** Folders in git's own that are followed to the bottom. */
const FOLDERS = new Set(["refs", "reftable", "worktrees", "sessions"]);

/** Of what has a dot in `.git/sessions`, only these are no notes of the program to itself. */
const SHOWN = new Set([".runs", ".kept", ".holder"]);

/** Returns git's common folder as a tree: what changes in it when somebody works, and nothing that looking writes. */
function gitTree(commonDir: string): Tree {
  return {
    root: commonDir,
    leavesOut: (folder) => {
      const [top = "", ...rest] = folder.split("/");
      if (!FOLDERS.has(top)) return rest.length > 0 || !STANDING.test(top);
      if (top === "worktrees") return rest.slice(1).some((each) => each === "logs" || each === "refs");
      return top === "sessions" && rest.some((each) => each.startsWith(".") && !SHOWN.has(each));
    },
    counts: (file) => {
      const [top = "", ...rest] = file.split("/");
      const name = rest.at(-1) ?? top;
      if (NOISE.test(name)) return false;
      if (rest.length === 0) return STANDING.test(name) || top === "worktrees";
      return top === "worktrees" ? rest.length === 1 || STANDING.test(name) : FOLDERS.has(top);
    },
  };
}

/** Returns the files of a worktree as a tree, without what git ignores and without other worktrees inside it. */
function workTree(root: string, sieve: IgnoredPaths, others: ReadonlySet<string>): Tree {
  return {
    root,
    leavesOut: (folder) =>
      folder === ".git" || sieve.ignored.has(folder) || others.has(path.join(root, ...folder.split("/"))),
    counts: () => true,
    ignores: (file) => sieve.ignores(file),
  };
}

/** What changed: refs, HEADs, an index or a record; files of a worktree; what an agent wrote. */
export type Change =
  | { readonly kind: "record" | "log" }
  | { readonly kind: "files"; readonly worktree: string };

/** What is followed, for the page to say. */
export interface Following {
  readonly worktrees: number;
  readonly folders: number;
  /** Worktrees that have more folders than are followed. */
  readonly partial: readonly string[];
}

/** Follows a clone until it is closed. `onChange` is called for each change that a view may show. */
export class CloneWatch {
  private readonly trees = new Map<string, Promise<TreeWatch>>();
  private readonly open = new Map<string, TreeWatch>();
  private readonly git: Promise<TreeWatch>;
  /** A worktree may have come or gone since `follow`. */
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

  /** Follows the worktrees that there are now. Failures of git: then they are still to be followed. */
  async follow(): Promise<void> {
    // One that comes while git lists them is for the next time.
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

  /** Returns how much is followed. */
  following(): Following {
    const all = [...this.open];
    return {
      worktrees: all.length,
      folders: all.reduce((sum, [, tree]) => sum + tree.size, 0),
      partial: all.filter(([, tree]) => tree.isPartial).map(([root]) => root),
    };
  }

  async close(): Promise<void> {
    for (const root of [...this.trees.keys()]) this.drop(root);
    (await this.git).close();
  }

  private async begin(root: string, all: ReadonlySet<string>): Promise<TreeWatch> {
    const sieve = new IgnoredPaths(root, new Set(await ignoredFolders(root)));
    const others = new Set([...all].filter((each) => each !== root));
    const changed = () => this.onChange({ kind: "files", worktree: root });
    const tree = await new TreeWatch(workTree(root, sieve, others), changed).open();
    if (this.trees.has(root)) {
      this.open.set(root, tree);
      // Whoever looked before the watch was there saw no later change.
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
