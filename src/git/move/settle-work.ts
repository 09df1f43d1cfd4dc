/** Restores stashed work in index and work tree, or resets both to the commit below it. */
import { lstat } from "node:fs/promises";
import { Failure, SAME_COMMAND } from "../../session/failure.ts";
import { intendToAdd, refuseIndexLock } from "../commit.ts";
import { treeOf } from "../objects.ts";
import { encodePaths } from "../path-bytes.ts";
import type { Repository } from "../repository.ts";
import { differences, fullTree, type Work } from "../stash-commit.ts";
import { change, changed } from "../write.ts";
import { diskPath, isTorn, kindsOnDisk, treeChanges } from "./changes.ts";
import { copyIndex, type IndexWorkspace, type Run, withIndex } from "./separate-index.ts";
import { untrackedFiles } from "./untracked-files.ts";

/** The planned steps of `settleWork`, and the paths that block them. */
export interface Settling {
  readonly inTheWay: readonly string[];
  /** Changed paths among them that the work does not change. */
  readonly unrelated: readonly string[];
  /** Runs steps that git completes or refuses as a whole. Idempotent. */
  run(): Promise<void>;
}

/** Arguments of git that also restore files outside of a sparse checkout. */
const READ_TREE = ["read-tree", "--no-sparse-checkout", "--no-recurse-submodules"];

/**
 * Plans how to restore the work (`back`) or to reset to its base commit (`away`), and passes the plan to
 * `action`. After an interrupted run, each file may be in either state; a file in neither state blocks.
 * Changes nothing before `run`. HEAD must be the work's base.
 */
export async function settleWork<T>(
  bench: IndexWorkspace,
  work: Work,
  where: "away" | "back",
  action: (settling: Settling) => Promise<T>,
): Promise<T> {
  const { repository } = bench;
  const { root } = repository;
  refuseIndexLock(repository);
  const [base, full] = await Promise.all([treeOf(root, work.base), fullTree(bench, work)]);
  const changes = await differences(root, base, full);
  return withIndex(bench, async (run, file) => {
    const staged = await takeIn(repository, run, file, { base, changes });
    const now = await run(["write-tree"]);
    const unlike = [...(await differences(root, base, now))].flatMap(([name, entry]) =>
      changes.get(name) === entry ? [] : [name],
    );
    const half = unlike.length === 0 ? new Set<string>() : await halfWritten(root, unlike, base, full);
    const inTheWay = unlike.filter((each) => !half.has(each));
    const ofIndex = inTheWay.length === 0 ? changes : await differences(root, base, work.index);
    if (staged !== base && staged !== work.index)
      inTheWay.push(...(await differences(root, work.index, staged)).keys());
    const unrelated = inTheWay.filter((each) => !changes.has(each) && !ofIndex.has(each));
    // Checks first: git would remove an ignored file in place of a folder, or an ignored folder in place of a
    // file.
    if (where === "back")
      inTheWay.push(...(await untrackedFiles(root, await treeChanges(root, base, full), new Set())).blockers);
    const to = where === "away" ? { tree: base, index: base } : { tree: full, index: work.index };
    return action({
      inTheWay: [...new Set(inTheWay)],
      unrelated,
      run: async () => {
        if (now !== to.tree) await run([...READ_TREE, "-m", "-u", now, to.tree]).catch(refuseWhole);
        const others = await differences(root, full, to.index);
        const entries = [...changes].map(([name, entry]) => [name, others.get(name) ?? entry] as const);
        await setIndex(repository, to.index, entries, where === "back" ? work.intended : []);
      },
    });
  });
}

/**
 * Returns the files that git removed and did not write completely, because it was interrupted or the disk was
 * full.
 */
async function halfWritten(root: string, names: readonly string[], base: string, full: string) {
  const changes = new Map((await treeChanges(root, base, full)).map((each) => [each.path, each]));
  const kinds = await kindsOnDisk(root, names);
  const half = new Set<string>();
  for (const name of names) {
    const each = changes.get(name);
    if (each && (!kinds.has(name) || (await isTorn(root, name, [each.from, each.to])))) half.add(name);
  }
  return half;
}

/**
 * git checks all files before it changes any of them.
 * @throws Failure `changed-meanwhile` if a user changed a file since, else the given error
 */
function refuseWhole(error: Error): never {
  const file = /(?:Entry|file) '(.+)' (?:not uptodate|would be)/.exec(error.message)?.[1];
  if (file === undefined) throw error;
  throw new Failure("changed-meanwhile", `${file} changed meanwhile`, {
    advice: "nothing was changed",
    hint: SAME_COMMAND,
  });
}

/**
 * Sets the user's index to a tree, with the files that are intended to be added. `entries`: the tree's
 * entries at the paths of files that may have been written.
 */
async function setIndex(
  repository: Repository,
  tree: string,
  entries: readonly (readonly [name: string, entry: string])[],
  intended: readonly string[],
): Promise<void> {
  await changed(repository.root, [...READ_TREE, "--reset", tree]);
  // Clears the old sizes: git compares only sizes, and line ends or `ident` change the size of equal content.
  const lines = entries.flatMap(([name, entry]) => (entry.startsWith("0") ? [] : [`${entry} 0\t${name}`]));
  if (lines.length > 0)
    await changed(repository.root, ["update-index", "-z", "--index-info"], { input: encodePaths(lines) });
  // The exit code only reports whether any entry changed.
  await change(repository.root, ["update-index", "-q", "--refresh"]);
  const there = intended.length === 0 ? [] : await onDisk(repository.root, intended);
  if (there.length > 0) await intendToAdd(repository, there);
}

/**
 * Fills the separate index from the disk: tracked files, files of the stashed work, and files removed from
 * the index.
 */
async function takeIn(
  repository: Repository,
  run: Run,
  file: string,
  { base, changes }: { readonly base: string; readonly changes: ReadonlyMap<string, string> },
): Promise<string> {
  await copyIndex(repository, file);
  const staged = await run(["write-tree"]);
  await run(["add", "--update"]);
  const names = new Set([...changes.keys(), ...(await differences(repository.root, base, staged)).keys()]);
  const there = await onDisk(repository.root, [...names]);
  if (there.length > 0) await run(["update-index", "--add", "-z", "--stdin"], encodePaths(there));
  return staged;
}

/** Returns those paths that are files or links on disk now. */
async function onDisk(root: string, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map((name) =>
      lstat(diskPath(root, name)).then(
        (each) => each.isFile() || each.isSymbolicLink(),
        () => false,
      ),
    ),
  );
  return names.filter((_name, at) => found[at]);
}
