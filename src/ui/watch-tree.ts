/** Follows a tree of folders: with one watch where the system has such, else (Linux) with one for each folder. */

import { type FSWatcher, lstatSync, watch } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { mapLimited } from "../text/concurrency.ts";

/** Folders of one tree that are followed: Linux gives a user some thousands of watches for all programs. */
const MOST = 4_000;

/** Folders that are listed in one moment. */
const AT_ONCE = 16;

/** Paths below the root, with slashes. */
export interface Tree {
  readonly root: string;
  /** Whether a folder, with all that is in it, is left out. */
  readonly leavesOut: (folder: string) => boolean;
  /** Whether a change of this path means anything. */
  readonly counts: (file: string) => boolean;
  /** Whether a path that changed is left out after all; one question costs a git process. */
  readonly ignores?: (file: string) => Promise<boolean>;
}

/** A tree that is followed until it is closed. */
export class TreeWatch {
  private readonly watches = new Map<string, FSWatcher>();
  private isClosed = false;
  /** Some folders are not followed: there are too many, or the system gives no more watches. */
  isPartial = false;

  constructor(
    private readonly tree: Tree,
    private readonly onChange: (file: string) => void,
    private readonly isRecursive = process.platform === "darwin" || process.platform === "win32",
  ) {}

  /** How many folders have a watch. */
  get size(): number {
    return this.watches.size;
  }

  async open(): Promise<this> {
    if (this.isRecursive) this.watch("");
    else await this.add("");
    return this;
  }

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
      .filter((each) => !this.isOut(each));
    await mapLimited(below, AT_ONCE, (each) => this.add(each));
  }

  /** Watches one folder; false where that cannot be done. */
  private watch(folder: string): boolean {
    if (this.isClosed) return false;
    if (this.watches.size >= MOST) {
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
      // A folder that is gone again is none; ENOSPC and EMFILE say that there is no watch left.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.isPartial = true;
      return false;
    }
  }

  private changed(kind: string, folder: string, name: string): void {
    const file = path.posix.join(folder, name.split(path.sep).join("/"));
    if (this.isOut(file)) return;
    if (this.tree.ignores)
      void this.tree.ignores(file).then((isIgnored) => isIgnored || this.told(kind, file));
    else this.told(kind, file);
  }

  private told(kind: string, file: string): void {
    if (this.isClosed) return;
    if (kind === "rename" && !this.isRecursive) this.moved(file);
    if (this.tree.counts(file)) this.onChange(file);
  }

  /** A folder came, or went with all that was in it. */
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

  /** Whether a path is left out, or is in a folder that is. */
  private isOut(file: string): boolean {
    for (let at = file.indexOf("/"); at >= 0; at = file.indexOf("/", at + 1))
      if (this.tree.leavesOut(file.slice(0, at))) return true;
    return this.tree.leavesOut(file);
  }
}
