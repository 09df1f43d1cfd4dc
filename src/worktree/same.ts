/** Whether files are the same as those of an earlier tree: of the work tree, of the index or of a commit. */

import { copyFile, lstat, mkdir, mkdtemp, rm, stat, utimes } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gitEnvironment } from "../git/environment.ts";
import { encodePaths, isPlain } from "../git/paths.ts";
import { ask } from "../git/read.ts";
import type { Repository } from "../git/repository.ts";
import type { WorkTreeStatus } from "../git/status.ts";

/** Untracked files larger than this, or more of them, are left out: looking must not copy a data set. */
const MAX_UNTRACKED_BYTES = 1024 * 1024;
const MAX_UNTRACKED = 1000;

/** Where git puts new objects, for `env`. */
export type Objects = Readonly<Record<string, string>>;

/** What is compared with an earlier tree: a tree, whose objects may be in a place of their own, or the index. */
export type Files = { readonly tree: string; readonly objects?: Objects } | "index";

/**
 * Returns whether the files of a tree or commit are those of another one, or of the index; `pathspecs` narrow that down.
 * False where git does not have one of them.
 */
export async function sameFiles(
  root: string,
  before: string,
  now: Files,
  pathspecs: readonly string[] = [],
): Promise<boolean> {
  if (!/^[0-9a-f]{4,64}$/.test(before)) return false;
  if (now !== "index" && now.tree === before) return true;
  const [command, ...other] =
    now === "index"
      ? ["diff-index", "--cached", "--quiet", before]
      : ["diff-tree", "-r", "--quiet", before, now.tree];
  const args = [command ?? "", ...other, "--", ...pathspecs];
  return (await ask(root, args, undefined, now === "index" ? {} : now.objects)).code === 0;
}

/**
 * Makes a tree of the work tree as it is, untracked files included, ignored ones not, with an index of our own. `status`
 * lists all untracked files. Undefined where git cannot, for want of a place to write.
 */
export async function workTreeTree(
  repository: Repository,
  status: WorkTreeStatus,
): Promise<string | undefined> {
  return withFolder((folder) => treeIn(repository, status, path.join(folder, "index"), {}));
}

/** The same for a look only: `look` gets the tree, whose new objects are gone afterwards. */
export async function withWorkTreeTree<T>(
  repository: Repository,
  status: WorkTreeStatus,
  look: (now: { readonly tree: string; readonly objects: Objects }) => Promise<T>,
): Promise<T | undefined> {
  return withObjects(repository, async (objects, folder) => {
    const tree = await treeIn(repository, status, path.join(folder, "index"), objects);
    return tree === undefined ? undefined : look({ tree, objects });
  });
}

/** Gives the action a folder for indexes, and an object store for `env`, both gone afterwards. */
export async function withObjects<T>(
  { commonDir }: Repository,
  action: (objects: Objects, folder: string) => Promise<T>,
): Promise<T> {
  return withFolder(async (folder) => {
    const objects = {
      GIT_OBJECT_DIRECTORY: path.join(folder, "objects"),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: path.join(commonDir, "objects"),
    };
    await mkdir(objects.GIT_OBJECT_DIRECTORY);
    return action(objects, folder);
  });
}

/** Makes the tree of a commit that takes these paths as they are in the work tree. Undefined as in `workTreeTree`. */
export async function treeWith(
  { root }: Repository,
  head: string | undefined,
  paths: readonly string[],
): Promise<string | undefined> {
  return withFolder(async (folder) => {
    const run = runner(root, path.join(folder, "index"), {});
    const base = await run(head === undefined ? ["read-tree", "--empty"] : ["read-tree", head]);
    return base === undefined ? undefined : written(run, paths);
  });
}

/** Gives the action a folder that is gone afterwards. */
async function withFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "session-tree-"));
  try {
    return await action(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Run = (args: readonly string[], input?: Buffer) => Promise<string | undefined>;

/** Runs git with another index; undefined where it fails. */
function runner(root: string, file: string, objects: Objects): Run {
  const whole = ["-c", "core.splitIndex=false", "-c", "index.sparse=false"];
  return async (args, input) => {
    const env = { ...objects, GIT_INDEX_FILE: file };
    const { code, stdout } = await ask(root, [...whole, ...args], input, env);
    return code === 0 ? stdout.trim() : undefined;
  };
}

/** Makes a tree of a work tree with an index in `file`. Undefined where git cannot. */
export async function treeIn(
  { root, gitDir }: Repository,
  { unstaged, unmerged, untracked }: WorkTreeStatus,
  file: string,
  objects: Objects,
): Promise<string | undefined> {
  const index = path.resolve(root, gitEnvironment(root, "ask").GIT_INDEX_FILE ?? path.join(gitDir, "index"));
  await copyIndex(index, file);
  const changed = [...unstaged.map((each) => each.path), ...unmerged];
  return written(runner(root, file, objects), [...changed, ...(await small(root, untracked))]);
}

/** Copies an index with its time: git looks closer at files that are as new as their index. */
async function copyIndex(index: string, file: string): Promise<void> {
  const found = await stat(index).catch(() => undefined);
  // A repository without an index file has an empty index.
  if (!found) return;
  await copyFile(index, file);
  const time = Math.floor(found.mtimeMs) / 1000;
  await utimes(file, time, time);
}

async function written(run: Run, paths: readonly string[]): Promise<string | undefined> {
  const update = ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"];
  if (paths.length > 0 && (await run(update, encodePaths(paths))) === undefined) return undefined;
  return run(["write-tree"]);
}

/** Untracked files that are small enough to be looked at. */
async function small(root: string, untracked: readonly string[]): Promise<string[]> {
  const some = untracked.filter((each) => isPlain(each) && !each.endsWith("/")).slice(0, MAX_UNTRACKED);
  const found = await Promise.all(some.map((each) => lstat(path.join(root, each)).catch(() => undefined)));
  return some.filter((_each, at) => {
    const file = found[at];
    return file?.isSymbolicLink() || (file?.isFile() && file.size <= MAX_UNTRACKED_BYTES);
  });
}
