/** Compares the files of the work tree, the index or a commit with an earlier tree. */

import { lstat, mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { copyIndex, WHOLE_INDEX } from "../git/move/separate-index.ts";
import { encodePaths, isUtf8Path } from "../git/path-bytes.ts";
import { ask } from "../git/read.ts";
import type { Repository } from "../git/repository.ts";
import type { WorkTreeStatus } from "../git/status.ts";

/** Maximum bytes of untracked files to read: a comparison must not copy a data set. */
const MAX_UNTRACKED_BYTES = 1024 * 1024;
const MAX_UNTRACKED = 1000;

/** Environment variables with folders for new git objects. */
export type ObjectFolders = Readonly<Record<string, string>>;

/** Files to compare: a tree, whose objects may be in a separate folder, or the index. */
export type ComparedFiles = { readonly tree: string; readonly objects?: ObjectFolders } | "index";

/**
 * Reports whether two trees, commits or indexes have the same files. `pathspecs`: select files. False if git
 * lacks one of the trees.
 */
export async function sameFiles(
  root: string,
  before: string,
  now: ComparedFiles,
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
 * Makes a tree from the work tree, including untracked files but not ignored files, with a separate index.
 * `status`: lists all untracked files. Undefined if git cannot write it.
 */
export async function workTreeTree(
  repository: Repository,
  status: WorkTreeStatus,
): Promise<string | undefined> {
  return withFolder((folder) => treeIn(repository, status, path.join(folder, "index"), {}));
}

/** Makes a tree like `workTreeTree` and passes it to `look`; deletes its objects afterwards. */
export async function withWorkTreeTree<T>(
  repository: Repository,
  status: WorkTreeStatus,
  look: (now: { readonly tree: string; readonly objects: ObjectFolders }) => Promise<T>,
): Promise<T | undefined> {
  return withObjects(repository, async (objects, folder) => {
    const tree = await treeIn(repository, status, path.join(folder, "index"), objects);
    return tree === undefined ? undefined : look({ tree, objects });
  });
}

/**
 * Runs an action with a folder for indexes and environment variables for an object store, both deleted
 * afterwards.
 */
export async function withObjects<T>(
  { commonDir }: Repository,
  action: (objects: ObjectFolders, folder: string) => Promise<T>,
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

/**
 * Makes the tree of a commit whose content at these paths comes from the work tree; undefined as for
 * `workTreeTree`.
 */
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

/** Runs an action with a temporary folder, which is deleted afterwards. */
async function withFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "session-tree-"));
  try {
    return await action(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Run = (args: readonly string[], input?: Buffer) => Promise<string | undefined>;

/** Returns a function that runs git with another index. The function returns undefined on failure. */
function runner(root: string, file: string, objects: ObjectFolders): Run {
  return async (args, input) => {
    const env = { ...objects, GIT_INDEX_FILE: file };
    const { code, stdout } = await ask(root, [...WHOLE_INDEX, ...args], input, env);
    return code === 0 ? stdout.trim() : undefined;
  };
}

/** Makes a tree from a work tree with the index in `file`; undefined if git cannot. */
export async function treeIn(
  repository: Repository,
  { unstaged, unmerged, untracked }: WorkTreeStatus,
  file: string,
  objects: ObjectFolders,
): Promise<string | undefined> {
  const { root } = repository;
  await copyIndex(repository, file);
  const changed = [...unstaged.map((each) => each.path), ...unmerged];
  return written(runner(root, file, objects), [...changed, ...(await small(root, untracked))]);
}

async function written(run: Run, paths: readonly string[]): Promise<string | undefined> {
  const update = ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"];
  if (paths.length > 0 && (await run(update, encodePaths(paths))) === undefined) return undefined;
  return run(["write-tree"]);
}

/** Returns untracked files that are small enough to read. */
async function small(root: string, untracked: readonly string[]): Promise<string[]> {
  const some = untracked.filter((each) => isUtf8Path(each) && !each.endsWith("/")).slice(0, MAX_UNTRACKED);
  const found = await Promise.all(some.map((each) => lstat(path.join(root, each)).catch(() => undefined)));
  return some.filter((_each, at) => {
    const file = found[at];
    return file?.isSymbolicLink() || (file?.isFile() && file.size <= MAX_UNTRACKED_BYTES);
  });
}
