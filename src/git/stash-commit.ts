/**
 * Saves unfinished work as one commit shaped like a stash entry: the work tree, with HEAD, the index
 * and the untracked files as parents. Uses a separate index, and never touches the user's stash.
 */

import { existsSync } from "node:fs";
import { lstat, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { perRun } from "../surroundings.ts";
import { indexLocked, intendToAdd } from "./commit.ts";
import { gitFailure } from "./failure.ts";
import { isTorn, kindsOnDisk, treeChanges } from "./move/changes.ts";
import { copyIndex, type IndexWorkspace, type Run, WHOLE_INDEX, withIndex } from "./move/separate-index.ts";
import { displacedFiles, parseRaw, parseUnfinished, type UnfinishedPaths } from "./move/stash-parse.ts";
import { untrackedFiles } from "./move/untracked-files.ts";
import { treeOf } from "./objects.ts";
import { encodePaths } from "./path-bytes.ts";
import { ask, read, readPaths } from "./read.ts";
import type { Repository } from "./repository.ts";
import { change, changed, OUR_ENCODING } from "./write.ts";

/** The parts of a stash commit. */
export interface Work {
  readonly commit: string;
  /** Id of the commit that was checked out. */
  readonly base: string;
  /** Ids of the trees of the index, the tracked files, and the untracked files. */
  readonly index: string;
  readonly tree: string;
  readonly untracked?: string;
  /** Intent-to-add files (`git add --intent-to-add`), which are not staged. */
  readonly intended: readonly string[];
}

/** The planned steps of `settleWork`, and the paths that block them. */
export interface Settling {
  readonly inTheWay: readonly string[];
  /** Runs steps that git completes or refuses as a whole. Idempotent. */
  run(): Promise<void>;
}

/** The program is author and committer, so no user identity is needed. */
const IDENTITY = {
  GIT_AUTHOR_NAME: "session",
  GIT_AUTHOR_EMAIL: "session@localhost",
  GIT_COMMITTER_NAME: "session",
  GIT_COMMITTER_EMAIL: "session@localhost",
};

/** Arguments of git that also restore files outside of a sparse checkout. */
const READ_TREE = ["read-tree", "--no-sparse-checkout", "--no-recurse-submodules"];

/** Returns the unfinished paths of a work tree. Changes inside a submodule belong to the submodule. */
export async function unfinishedPaths(root: string): Promise<UnfinishedPaths> {
  const query = ["status", "--porcelain=v2", "-z", "--no-renames", "--ignore-submodules=dirty"];
  return parseUnfinished(await readPaths(root, [...query, "--untracked-files=all"]));
}

/** Makes a stash commit of the current work tree and index. Writes objects only. */
export async function makeWork(
  bench: IndexWorkspace,
  { untracked, intended }: Pick<UnfinishedPaths, "untracked" | "intended">,
  head: string,
  title: string,
): Promise<Work> {
  return withIndex(bench, async (run, file) => {
    await copyIndex(bench.repository, file);
    const index = await run(["write-tree"]);
    await run(["add", "--update"]);
    const tree = await run(["write-tree"]);
    const parts = { base: head, index, tree, intended };
    if (untracked.length === 0) return commitWork(bench, parts, title);
    await run(["read-tree", "--empty"]);
    await run(["update-index", "--add", "-z", "--stdin"], encodePaths(untracked));
    return commitWork(bench, { ...parts, untracked: await run(["write-tree"]) }, title);
  });
}

/**
 * Reads the parts of a stash commit.
 * @throws Failure `bad-work` for any other commit
 */
export async function readWork(root: string, commit: string): Promise<Work> {
  const text = await read(root, ["log", "-1", "--no-notes", "--format=%P%x00%T%x00%B", commit]);
  const [parents = "", tree = "", message = ""] = text.split("\0");
  const [base, staged, others] = parents.split(" ");
  if (!base || !staged)
    throw new Failure("bad-work", `${commit.slice(0, 12)} contains no stashed work`, {
      hint: `git show ${commit.slice(0, 12)}`,
    });
  const trees = [staged, ...(others ? [others] : [])].map((each) => `${each}^{tree}`);
  const [index = "", untracked] = (await read(root, ["rev-parse", ...trees])).trim().split("\n");
  const line = /^Intent-To-Add: (\[.*\])$/m.exec(message)?.[1];
  const intended = line === undefined ? [] : (JSON.parse(line) as string[]);
  return { commit, base, index, tree, intended, ...(untracked && { untracked }) };
}

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
  if (existsSync(path.join(repository.gitDir, "index.lock"))) throw indexLocked(repository);
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
    if (staged !== base && staged !== work.index)
      inTheWay.push(...(await differences(root, work.index, staged)).keys());
    // Checks first: git would remove an ignored file in place of a folder, or an ignored folder in place of a
    // file.
    if (where === "back")
      inTheWay.push(...(await untrackedFiles(root, await treeChanges(root, base, full), new Set())).blockers);
    const to = where === "away" ? { tree: base, index: base } : { tree: full, index: work.index };
    return action({
      inTheWay: [...new Set(inTheWay)],
      run: async () => {
        if (now !== to.tree) await run([...READ_TREE, "-m", "-u", now, to.tree]).catch(refuseWhole);
        await setIndex(repository, to.index, where === "back" ? work.intended : []);
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

/** Sets the user's index to a tree, with the files that are intended to be added. */
async function setIndex(repository: Repository, tree: string, intended: readonly string[]): Promise<void> {
  await changed(repository.root, [...READ_TREE, "--reset", tree]);
  // The exit code only reports whether any entry changed.
  await change(repository.root, ["update-index", "-q", "--refresh"]);
  const there = intended.length === 0 ? [] : await onDisk(repository.root, intended);
  if (there.length > 0) await intendToAdd(repository, there);
}

/**
 * Returns the same stashed work on top of another commit, merged as git merges; or the paths in conflict.
 * Writes objects only.
 */
export async function rebaseWork(
  bench: IndexWorkspace,
  work: Work,
  head: string,
  title: string,
): Promise<{ readonly work: Work } | { readonly conflicts: readonly string[] }> {
  const { root } = bench.repository;
  const tree = await mergeTrees(bench, work.base, head, work.tree);
  const index = await mergeTrees(bench, work.base, head, work.index);
  const [untracked, changed] = await Promise.all([
    work.untracked === undefined ? new Map<string, string>() : entriesOf(root, work.untracked),
    differences(root, work.base, head),
  ]);
  const conflicts = [...tree.conflicts, ...index.conflicts, ...displacedFiles(untracked, changed)];
  if (conflicts.length > 0) return { conflicts: [...new Set(conflicts)] };
  const parts = { ...work, base: head, tree: tree.tree, index: index.tree };
  return { work: await commitWork(bench, parts, title) };
}

/** Counts the files that the stashed work changed, staged or added. */
export async function countFiles(bench: IndexWorkspace, work: Work): Promise<number> {
  const { root } = bench.repository;
  const full = await fullTree(bench, work);
  const [changed, staged] = await Promise.all([
    differences(root, work.base, full),
    differences(root, work.base, work.index),
  ]);
  return new Set([...changed.keys(), ...staged.keys()]).size;
}

type Parts = Omit<Work, "commit">;

async function commitWork(bench: IndexWorkspace, parts: Parts, title: string): Promise<Work> {
  const { base, index, tree, untracked, intended } = parts;
  const make = (of: string, message: string, ...parents: string[]) =>
    changed(
      bench.repository.root,
      [...OUR_ENCODING, "commit-tree", of, ...parents.flatMap((each) => ["-p", each]), "-F", "-"],
      { input: message, env: IDENTITY, onlyObjects: true },
    );
  const [staged, others] = await Promise.all([
    make(index, `index: ${title}\n`, base),
    untracked === undefined ? undefined : make(untracked, `untracked files: ${title}\n`),
  ]);
  // Writes the names as JSON, which keeps file names of any bytes on one line.
  const note = intended.length === 0 ? "" : `\nIntent-To-Add: ${JSON.stringify(intended)}\n`;
  const commit = await make(tree, `${title}\n${note}`, base, staged, ...(others ? [others] : []));
  return { ...parts, commit };
}

const fullTrees = perRun(() => new Map<string, Promise<string>>());

/** Writes the tracked and untracked files of the work into one tree, once for each stash commit. */
function fullTree(bench: IndexWorkspace, { commit, tree, untracked }: Work): Promise<string> {
  const known = fullTrees().get(commit);
  if (known !== undefined) return known;
  const made = untracked === undefined ? Promise.resolve(tree) : unitedTree(bench, tree, untracked);
  fullTrees().set(commit, made);
  return made;
}

async function unitedTree(bench: IndexWorkspace, tree: string, untracked: string): Promise<string> {
  const { bytes } = await ask(bench.repository.root, ["ls-tree", "-r", "-z", "--full-tree", untracked]);
  return withIndex(bench, async (run) => {
    await run(["read-tree", tree]);
    await run(["update-index", "--replace", "-z", "--index-info"], bytes);
    return run(["write-tree"]);
  });
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

/** Merges three trees, in a temporary work tree that holds only the merged files. */
export async function mergeTrees(
  { repository, scratch }: IndexWorkspace,
  base: string,
  ours: string,
  theirs: string,
) {
  const folder = path.join(scratch, `.tmp-${process.pid}-merge`);
  const file = `${folder}-index`;
  const env = { GIT_DIR: repository.gitDir, GIT_WORK_TREE: folder, GIT_INDEX_FILE: file };
  await mkdir(folder, { recursive: true });
  try {
    await changed(folder, [...WHOLE_INDEX, "read-tree", ours], { env });
    const args = [...WHOLE_INDEX, "merge-recursive", base, "--", ours, theirs];
    const { code, stderr } = await change(folder, args, { env });
    if (code === 0)
      return { tree: await changed(folder, [...WHOLE_INDEX, "write-tree"], { env }), conflicts: [] };
    const unmerged = await changed(folder, [...WHOLE_INDEX, "diff", "--name-only", "--diff-filter=U", "-z"], {
      env,
    });
    const conflicts = [...new Set(unmerged.split("\0").filter((each) => each !== ""))];
    if (conflicts.length === 0) throw gitFailure(["merge-recursive"], stderr);
    return { tree: "", conflicts };
  } finally {
    await Promise.all([rm(folder, { recursive: true, force: true }), rm(file, { force: true })]);
  }
}

/** Returns those paths that are files or links on disk now. */
async function onDisk(root: string, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map((name) => {
      const file = Buffer.concat([Buffer.from(`${root}/`), encodePaths([name]).subarray(0, -1)]);
      return lstat(file).then(
        (each) => each.isFile() || each.isSymbolicLink(),
        () => false,
      );
    }),
  );
  return names.filter((_name, at) => found[at]);
}

async function differences(root: string, from: string, to: string): Promise<Map<string, string>> {
  if (from === to) return new Map();
  return parseRaw(
    await readPaths(root, ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", from, to]),
  );
}

/** Returns every file of a tree, in the format of `differences`. */
async function entriesOf(root: string, tree: string): Promise<Map<string, string>> {
  const empty = (await read(root, ["hash-object", "-t", "tree", "--stdin"], "")).trim();
  return differences(root, empty, tree);
}
