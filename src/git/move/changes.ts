/** Compares two git trees with each other and with the files on disk. Changes nothing. */
import { lstat, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { encodePaths, isUtf8Path } from "../path-bytes.ts";
import { ask, readPaths } from "../read.ts";
import { type IndexWorkspace, withIndex } from "./separate-index.ts";
import { foldersOf } from "./stash-parse.ts";

/**
 * A path that differs between two git trees: `<mode> <oid>` on each side, undefined if the tree lacks the
 * path.
 */
export interface TreeChange {
  readonly path: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** State of a path on disk. `torn`: an incomplete file of one side; `own`: a user's file. */
export type OnDisk = "from" | "to" | "absent" | "torn" | "own";

/** Reports whether a tree entry `<mode> <oid>` is a submodule. */
export const isSubmodule = (entry: string | undefined) => entry?.startsWith("160000") ?? false;

/** Returns the paths that differ between two trees. */
export async function treeChanges(root: string, from: string, to: string): Promise<TreeChange[]> {
  if (from === to) return [];
  const query = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", from, to];
  return parseChanges(await readPaths(root, query));
}

/** Parses the output of `git diff-tree -r -z --raw` with both sides. */
function parseChanges(text: string): TreeChange[] {
  const fields = text.split("\0");
  const changes: TreeChange[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [oldMode = "", mode = "", oldOid = "", oid = ""] = (fields[at] ?? "").slice(1).split(" ");
    const entry = (side: string, object: string) => (side === "000000" ? undefined : `${side} ${object}`);
    changes.push({ path: fields[at + 1] ?? "", from: entry(oldMode, oldOid), to: entry(mode, oid) });
  }
  return changes;
}

/** Returns the absolute path of a file in the work tree; as bytes if its name is not UTF-8. */
export function diskPath(root: string, name: string): string | Buffer {
  if (isUtf8Path(name)) return path.join(root, name);
  return Buffer.concat([Buffer.from(`${root}/`), encodePaths([name]).subarray(0, -1)]);
}

/**
 * Returns the kind of file that exists at each path. If a parent folder is a file or link, the path counts as
 * missing.
 */
export async function kindsOnDisk(
  root: string,
  names: readonly string[],
): Promise<Map<string, "file" | "folder">> {
  const known = new Map<string, Promise<"file" | "folder" | undefined>>();
  const kindOf = (name: string) => {
    const before = known.get(name);
    if (before) return before;
    const kind = lstat(diskPath(root, name)).then(
      (each) => (each.isDirectory() ? ("folder" as const) : ("file" as const)),
      () => undefined,
    );
    known.set(name, kind);
    return kind;
  };
  const found = new Map<string, "file" | "folder">();
  await Promise.all(
    names.map(async (name) => {
      for (const folder of foldersOf(name)) if ((await kindOf(folder)) !== "folder") return;
      const kind = await kindOf(name);
      if (kind) found.set(name, kind);
    }),
  );
  return found;
}

/**
 * Compares each changed path on disk with both trees, through git's filters. A submodule counts as
 * `from`.
 */
export async function compareWithTrees(
  bench: IndexWorkspace,
  changes: readonly TreeChange[],
  trees: { readonly from: string; readonly to: string },
): Promise<Map<string, OnDisk>> {
  const { root } = bench.repository;
  const kinds = await kindsOnDisk(
    root,
    changes.map((each) => each.path),
  );
  const states = new Map<string, OnDisk>();
  let open: TreeChange[] = [];
  for (const each of changes) {
    if (isSubmodule(each.from) && isSubmodule(each.to)) states.set(each.path, "from");
    else if (kinds.get(each.path) === "file") open.push(each);
    else states.set(each.path, "absent");
  }
  for (const side of ["from", "to"] as const) {
    const files = open.filter((each) => each[side] !== undefined && !isSubmodule(each[side]));
    const same = await sameAs(
      bench,
      trees[side],
      files.map((each) => each.path),
    );
    for (const name of same) states.set(name, side);
    open = open.filter((each) => !same.has(each.path));
  }
  for (const each of open)
    states.set(
      each.path,
      (await isTorn(bench.repository.root, each.path, [each.from, each.to])) ? "torn" : "own",
    );
  return states;
}

/**
 * Returns the files that git would add with the same content as in the tree, without files that a filter
 * refuses.
 */
async function sameAs(bench: IndexWorkspace, tree: string, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  return withIndex(bench, async (run) => {
    // Fills the index from the tree first: on a disk without file modes, git takes the mode from the index.
    await run(["read-tree", tree]);
    const add = (paths: readonly string[]) =>
      run(["update-index", "--add", "--replace", "-z", "--stdin"], encodePaths(paths));
    const refused = new Set<string>();
    await add(names).catch(async () => {
      for (const name of names) await add([name]).catch(() => refused.add(name));
    });
    const added = await treeChanges(bench.repository.root, tree, await run(["write-tree"]));
    const different = new Set(added.map((each) => each.path));
    return new Set(names.filter((name) => !refused.has(name) && !different.has(name)));
  });
}

/**
 * Reports whether a file is the result of an interrupted write of a tree entry. An empty file counts
 * as such a result.
 */
export async function isTorn(
  root: string,
  name: string,
  entries: readonly (string | undefined)[],
): Promise<boolean> {
  const bytes = await readFile(diskPath(root, name)).catch(() => undefined);
  if (bytes === undefined) return false;
  if (bytes.length === 0) return true;
  for (const entry of entries) {
    const [mode, oid] = entry?.split(" ") ?? [];
    if (oid === undefined || mode === "160000") continue;
    const raw = await ask(root, ["cat-file", "blob", oid]);
    if (raw.code === 0 && raw.bytes.subarray(0, bytes.length).equals(bytes)) return true;
    if (!isUtf8Path(name)) continue;
    const written = await ask(root, ["cat-file", "--filters", `--path=${name}`, oid]);
    if (written.code === 0 && written.bytes.subarray(0, bytes.length).equals(bytes)) return true;
  }
  return false;
}

/** Returns the files below a folder of the work tree, as paths from the root. */
export async function filesBelowFolder(root: string, name: string): Promise<string[]> {
  const entries = await readdir(path.join(root, name), { withFileTypes: true }).catch(() => []);
  const below = await Promise.all(
    entries.map((each) => {
      const file = `${name}/${each.name}`;
      return each.isDirectory() ? filesBelowFolder(root, file) : [file];
    }),
  );
  return below.flat();
}
