/**
 * Saves unfinished work as one commit shaped like a stash entry: the work tree, with HEAD, the index
 * and the untracked files as parents. Uses a separate index, and never touches the user's stash.
 */
import { Failure } from "../session/failure.ts";
import { perRun } from "../surroundings.ts";
import { mergeTrees } from "./move/merge-trees.ts";
import { copyIndex, type IndexWorkspace, withIndex } from "./move/separate-index.ts";
import { displacedFiles, parseRaw, parseUnfinished, type UnfinishedPaths } from "./move/stash-parse.ts";
import { encodePaths } from "./path-bytes.ts";
import { ask, read, readPaths } from "./read.ts";
import { changed, OUR_ENCODING } from "./write.ts";

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

/** The program is author and committer, so no user identity is needed. */
const IDENTITY = {
  GIT_AUTHOR_NAME: "session",
  GIT_AUTHOR_EMAIL: "session@localhost",
  GIT_COMMITTER_NAME: "session",
  GIT_COMMITTER_EMAIL: "session@localhost",
};

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
export function fullTree(bench: IndexWorkspace, { commit, tree, untracked }: Work): Promise<string> {
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

/** Returns the changed entries between two trees, by path. */
export async function differences(root: string, from: string, to: string): Promise<Map<string, string>> {
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
