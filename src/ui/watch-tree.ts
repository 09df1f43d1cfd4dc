/**
 * Watches a tree of folders: with one recursive watch on macOS and Windows, else with one watch per folder.
 */

import { type FSWatcher, lstatSync, watch } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { mapLimited } from "../text/concurrency.ts";

/** Maximum watched folders of one tree. Linux limits the watches of a user over all programs (inotify(7)). */
const MAX_WATCHES = 4_000;

/** Maximum folders to list at the same time. */
const MAX_LISTINGS = 16;

/** A tree to watch. Paths are relative to the root, with slashes. */
export interface Tree {
  readonly root: string;
  /** Reports whether a folder is excluded from the watch, with everything in it. */
  readonly excludes: (folder: string) => boolean;
  /** Reports whether a change of this path affects a view. */
  readonly isRelevant: (file: string) => boolean;
  /** Reports whether git ignores a changed path. Called last, since it may start a git process. */
  readonly isIgnored?: (file: string) => Promise<boolean>;
}

/** A watch over a tree, until `close`. Calls `onChange` with the relative path of each change. */
export class TreeWatch {
  private readonly watches = new Map<string, FSWatcher>();
  private isClosed = false;
  /** True if some folders are not watched: the tree has too many, or the system has no more watches. */
  isPartial = false;

  constructor(
    private readonly tree: Tree,
    private readonly onChange: (file: string) => void,
    private readonly isRecursive = process.platform === "darwin" || process.platform === "win32",
  ) {}

  /** Number of file watches that this tree uses. */
  get size(): number {
    return this.watches.size;
  }

  /** Starts watching. A folder that cannot be watched sets `isPartial`. */
  async open(): Promise<this> {
    if (this.isRecursive) this.watch("");
    else await this.add("");
    return this;
  }

  /** Ends all watches. */
  close(): void {
    this.isClosed = true;
    for (const each of this.watches.values()) each.close();
    this.watches.clear();
  }

  /** Watches a folder and all folders below it. */
  private async add(folder: string): Promise<void> {
    if (this.watches.has(folder) || !this.watch(folder)) return;
    const entries = await readdir(path.join(this.tree.root, folder), { withFileTypes: true }).catch(() => []);
    const below = entries
      .filter((each) => each.isDirectory())
      .map((each) => path.posix.join(folder, each.name))
      .filter((each) => !this.isExcluded(each));
    await mapLimited(below, MAX_LISTINGS, (each) => this.add(each));
  }

  /** Watches one folder. Returns false if that fails. */
  private watch(folder: string): boolean {
    if (this.isClosed) return false;
    if (this.watches.size >= MAX_WATCHES) {
      this.isPartial = true;
      return false;
    }
    try {
      const found = watch(path.join(this.tree.root, folder), { recursive: this.isRecursive }, (kind, name) =>
        this.changed(kind, folder, name ?? ""),
      );
      found.on("error", () => this.drop(folder));
      this.watches.set(folder, found);
      return true;
    } catch (error) {
      // Ignores ENOENT: a folder may be removed before the call. ENOSPC and EMFILE mean that no watch is
      // left.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.isPartial = true;
      return false;
    }
  }

  private changed(kind: string, folder: string, name: string): void {
    const file = path.posix.join(folder, name.split(path.sep).join("/"));
    if (this.isExcluded(file)) return;
    if (this.tree.isIgnored)
      void this.tree.isIgnored(file).then((isIgnored) => isIgnored || this.report(kind, file));
    else this.report(kind, file);
  }

  private report(kind: string, file: string): void {
    if (this.isClosed) return;
    if (kind === "rename" && !this.isRecursive) this.moved(file);
    if (this.tree.isRelevant(file)) this.onChange(file);
  }

  /** Watches an added folder, or drops the watches of a removed folder. */
  private moved(file: string): void {
    if (lstatSync(path.join(this.tree.root, file), { throwIfNoEntry: false })?.isDirectory()) {
      void this.add(file);
      return;
    }
    for (const each of this.watches.keys()) if (each === file || each.startsWith(`${file}/`)) this.drop(each);
  }

  private drop(folder: string): void {
    this.watches.get(folder)?.close();
    this.watches.delete(folder);
  }

  /** Reports whether a path, or a folder above it, is excluded. */
  private isExcluded(file: string): boolean {
    for (let at = file.indexOf("/"); at >= 0; at = file.indexOf("/", at + 1))
      if (this.tree.excludes(file.slice(0, at))) return true;
    return this.tree.excludes(file);
  }
}
