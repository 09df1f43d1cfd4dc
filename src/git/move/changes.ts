/** Which paths differ between two trees, and which of them are on the disk as one tree has them. */
import { lstat, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { encodePaths, isUtf8Path } from "../path-bytes.ts";
import { ask, readPaths } from "../read.ts";
import { type IndexWorkspace, withIndex } from "./separate-index.ts";
import { foldersOf } from "./stash-parse.ts";

/** A path that two trees have differently: `<mode> <oid>` on each side, undefined where the tree lacks it. */
export interface TreeChange {
  readonly path: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** What is on the disk at such a path; `torn`: the beginning of the file of one side; `own`: something else. */
export type OnDisk = "from" | "to" | "absent" | "torn" | "own";

export const isSubmodule = (entry: string | undefined) => entry?.startsWith("160000") ?? false;

/** Returns what differs between two trees. */
export async function treeChanges(root: string, from: string, to: string): Promise<TreeChange[]> {
  if (from === to) return [];
  const query = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", from, to];
  return parseChanges(await readPaths(root, query));
}

/** Parses `git diff-tree -r -z --raw` with both sides. */
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

/** Returns the absolute path of a file of the work tree, as bytes where its name is no UTF-8. */
export function diskPath(root: string, name: string): string | Buffer {
  if (isUtf8Path(name)) return path.join(root, name);
  return Buffer.concat([Buffer.from(`${root}/`), encodePaths([name]).subarray(0, -1)]);
}

/** Returns what kind of thing is at each path. A file or link in the place of a parent folder counts as nothing there. */
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

/** Compares each changed path on the disk with both trees, through git's own filters. Submodules count as `from`. */
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

/** Returns those files that git would add as the tree has them. One that its filters refuse is not among them. */
async function sameAs(bench: IndexWorkspace, tree: string, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  return withIndex(bench, async (run) => {
    // On top of the tree: without file modes on the disk, git takes the mode that the index has.
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

/** Whether a file is what a write that broke off leaves of one of these entries. An empty file is. */
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
