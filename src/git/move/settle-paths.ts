/** Completes or reverses an interrupted checkout: makes paths match one of two trees. Does not move HEAD. */
import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm, rmdir, unlink } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../../session/failure.ts";
import { makeFolders } from "../../store/folders.ts";
import { firstLine } from "../failure.ts";
import { encodePaths } from "../path-bytes.ts";
import { ask, readPaths } from "../read.ts";
import type { Repository } from "../repository.ts";
import { userFolder } from "../user-folder.ts";
import { change } from "../write.ts";
import {
  compareWithTrees,
  diskPath,
  filesBelowFolder,
  isSubmodule,
  kindsOnDisk,
  type OnDisk,
  type TreeChange,
} from "./changes.ts";
import type { IndexWorkspace } from "./separate-index.ts";
import { foldersOf } from "./stash-parse.ts";

/** Folder for files that are in neither tree; created when needed. */
interface Half {
  readonly bench: IndexWorkspace;
  readonly trees: { readonly from: string; readonly to: string };
  readonly aside: string;
  /** Arguments of git by which other processes recognize git commands of this move. */
  readonly mark: readonly string[];
}

/**
 * Makes exactly these paths match one tree, on disk and in the index. Returns the paths of files that are in
 * neither tree: it moves these files to the folder `aside`. Idempotent.
 * @throws Failure `half-checkout` if git cannot write them
 */
export async function settlePaths(
  half: Half,
  changes: readonly TreeChange[],
  side: "from" | "to",
): Promise<string[]> {
  // Writes attributes first: filters and line ends of other files depend on them.
  const attributes = changes.filter((each) => path.posix.basename(each.path) === ".gitattributes");
  const others = changes.filter((each) => path.posix.basename(each.path) !== ".gitattributes");
  const aside: string[] = [];
  for (const some of [attributes, others])
    if (some.length > 0) aside.push(...(await settleSome(half, some, side)));
  return aside;
}

async function settleSome(
  half: Half,
  changes: readonly TreeChange[],
  side: "from" | "to",
): Promise<string[]> {
  const { bench, mark } = half;
  const { root } = bench.repository;
  const states = await compareWithTrees(bench, changes, half.trees);
  const entries = await indexEntries(root, changes);
  const aside = await moveAside(half, changes, states, side);
  await removeOthers(root, changes, states, side);
  const wrong = changes.filter((each) => entries.get(each.path)?.entry !== each[side]);
  if (wrong.length > 0) {
    const zero = "0".repeat(half.trees.from.length);
    // Removes index entries first: a conflict has several stages, and a file may stand where a folder must
    // be.
    const lines = [
      ...wrong.map((each) => `0 ${zero} 0\t${each.path}`),
      ...wrong.flatMap((each) => (each[side] === undefined ? [] : [`${each[side]} 0\t${each.path}`])),
    ];
    await mustDo(bench.repository, [...mark, "update-index", "-z", "--index-info"], encodePaths(lines));
  }
  const missing = changes.filter(
    (each) =>
      each[side] !== undefined &&
      !isSubmodule(each[side]) &&
      states.get(each.path) !== side &&
      !(entries.get(each.path)?.sparse && entries.get(each.path)?.entry === each[side]),
  );
  if (missing.length > 0) {
    const input = encodePaths(missing.map((each) => each.path));
    await mustDo(
      bench.repository,
      [...mark, "checkout-index", "--force", "-u", "-q", "-z", "--stdin"],
      input,
    );
  }
  for (const each of changes)
    if (isSubmodule(each[side])) await mkdir(path.join(root, each.path), { recursive: true }).catch(() => {});
  if (wrong.length > 0 && existsSync(path.join(bench.repository.gitDir, "info", "sparse-checkout")))
    await change(root, [...mark, "sparse-checkout", "reapply"]);
  if (wrong.length + missing.length > 0) await change(root, [...mark, "update-index", "-q", "--refresh"]);
  return aside;
}

/** Returns the index entries of these paths. `sparse`: the file must not be on disk. */
async function indexEntries(
  root: string,
  changes: readonly TreeChange[],
): Promise<Map<string, { readonly entry: string; readonly sparse: boolean }>> {
  const wanted = new Set(changes.map((each) => each.path));
  const found = new Map<string, { entry: string; sparse: boolean }>();
  for (const line of (await readPaths(root, ["ls-files", "-t", "--stage", "-z"])).split("\0")) {
    const at = line.indexOf("\t");
    const name = line.slice(at + 1);
    if (at < 0 || !wanted.has(name)) continue;
    const [tag, mode, oid, stage] = line.slice(0, at).split(" ");
    found.set(name, { entry: stage === "0" ? `${mode} ${oid}` : "in conflict", sparse: tag === "S" });
  }
  return found;
}

/** Moves files that are in neither tree aside, and returns their paths. */
async function moveAside(
  half: Half,
  changes: readonly TreeChange[],
  states: ReadonlyMap<string, OnDisk>,
  side: "from" | "to",
): Promise<string[]> {
  const { root } = half.bench.repository;
  const own = changes.filter((each) => states.get(each.path) === "own").map((each) => each.path);
  const known = new Set(changes.map((each) => each.path));
  const wanted = changes.filter((each) => each[side] !== undefined && !isSubmodule(each[side]));
  const parents = [...new Set(wanted.flatMap((each) => foldersOf(each.path)))].filter(
    (each) => !known.has(each),
  );
  const kinds = await kindsOnDisk(root, [...parents, ...wanted.map((each) => each.path)]);
  // Includes a file that is in place of a folder, and files in a folder that is in place of a file.
  own.push(...parents.filter((each) => kinds.get(each) === "file"));
  for (const each of wanted)
    if (kinds.get(each.path) === "folder")
      own.push(...(await filesBelowFolder(root, each.path)).filter((file) => !known.has(file)));
  for (const name of own) {
    const target = diskPath(half.aside, name);
    await makeFolders(path.join(half.aside, path.posix.dirname(name)), 0o700);
    const source = diskPath(root, name);
    await rename(source, target).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "EXDEV") throw error;
      await cp(String(source), String(target), { verbatimSymlinks: true, preserveTimestamps: true });
      await rm(source, { force: true });
    });
  }
  return own;
}

/** Removes files that only the other tree has, then empty folders except for the user's. */
async function removeOthers(
  root: string,
  changes: readonly TreeChange[],
  states: ReadonlyMap<string, OnDisk>,
  side: "from" | "to",
): Promise<void> {
  const stays = new Set(
    changes.filter((each) => each[side] !== undefined).map((each) => each.path.toLowerCase()),
  );
  const folders = new Set<string>();
  for (const each of changes) {
    if (each[side] !== undefined) continue;
    for (const folder of foldersOf(each.path)) folders.add(folder);
    if (isSubmodule(each.from ?? each.to)) {
      folders.add(each.path);
      continue;
    }
    const state = states.get(each.path);
    if (state === "absent" || state === "own") continue;
    // On a disk that ignores case, this may be the file to keep: then it is written again.
    if (stays.has(each.path.toLowerCase()))
      for (const other of changes)
        if (other.path !== each.path && other.path.toLowerCase() === each.path.toLowerCase())
          (states as Map<string, OnDisk>).set(other.path, "absent");
    await unlink(diskPath(root, each.path)).catch(() => {});
  }
  for (const change of changes)
    if (change[side] !== undefined && !isSubmodule(change[side])) folders.add(change.path);
  folders.delete(userFolder(root) ?? "");
  const deepest = [...folders].sort((a, b) => b.split("/").length - a.split("/").length);
  for (const folder of deepest) await rmdir(diskPath(root, folder)).catch(() => {});
}

async function mustDo(repository: Repository, args: readonly string[], input: Buffer): Promise<void> {
  const { code, stderr } = await change(repository.root, args, { input });
  if (code === 0) return;
  throw new Failure(
    "half-checkout",
    `the work tree is half checked out, and git cannot finish it: ${firstLine(stderr)}`,
    { hint: "session status", details: stderr.trim() },
  );
}

/** Returns the paths that git would write and whose files differ from the index. */
export async function unwritten(root: string, changes: readonly TreeChange[]): Promise<string[]> {
  if (changes.length === 0) return [];
  const answer = await ask(root, ["diff-files", "--name-only", "-z"]);
  if (answer.code !== 0 || answer.bytes.length === 0) return [];
  const different = new Set((await readPaths(root, ["diff-files", "--name-only", "-z"])).split("\0"));
  return changes.map((each) => each.path).filter((name) => different.has(name));
}
