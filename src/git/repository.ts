import { readFileSync, realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../session/failure.ts";
import { environment } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { firstLine } from "./failure.ts";
import { ask, REPOSITORY_QUERY } from "./read.ts";

/** A work tree and its repository. */
export interface Repository {
  /** Top folder of the work tree, in which git commands run. */
  readonly root: string;
  readonly gitDir: string;
  /** The folder that all worktrees of a clone share. */
  readonly commonDir: string;
  /** Short name of the branch; absent with a detached HEAD. */
  readonly branch?: string;
  /** The branch of an unfinished rebase or bisect, while HEAD is detached. */
  readonly about?: string;
  /** The checked-out commit; absent on an unborn branch. */
  readonly head?: string;
  /** True in a shallow clone, which lacks earlier commits. */
  readonly shallow: boolean;
  /** True for a repository without a work tree: `root` is then a folder in which git finds the repository. */
  readonly bare?: true;
}

/**
 * Finds the repository around `cwd`, honoring GIT_DIR and GIT_WORK_TREE as git does. Returns the earlier
 * answer if the program has changed nothing since.
 * @throws Failure `not-a-repository`, `git-missing`, or `bare-repository` unless `bare` is accepted
 */
export async function openRepository(cwd: string, bareIsFine = false): Promise<Repository> {
  const answer = await ask(cwd, REPOSITORY_QUERY);
  const [bare, inside, gitDir, commonDir, shallow, cdup, head, ref] = answer.stdout.split("\n");
  if (gitDir === undefined || commonDir === undefined) throw notARepository(cwd, answer.stderr);
  if (bare === "true") {
    if (!bareIsFine) throw noWorkTree(cwd, true);
    // Uses the other answers in a bare repository, where `--show-toplevel` fails.
    const at = answer.code === 0 && cdup ? { head: cdup } : {};
    return {
      root: cwd,
      gitDir: path.resolve(cwd, gitDir),
      commonDir: path.resolve(cwd, commonDir),
      shallow: shallow === "true",
      bare: true,
      ...at,
    };
  }
  const root = inside === "true" ? path.resolve(cwd, cdup ?? "") : await workTreeElsewhere(cwd);
  const place = {
    root,
    gitDir: path.resolve(cwd, gitDir),
    commonDir: path.resolve(cwd, commonDir),
    shallow: shallow === "true",
  };
  if (answer.code === 0 && head && ref) {
    if (ref.startsWith("refs/heads/")) return { ...place, head, branch: ref.slice(11) };
    return { ...place, head, ...defined({ about: await branchAbout(place.gitDir) }) };
  }
  const symbolic = await ask(root, ["symbolic-ref", "--quiet", "HEAD"]);
  const unborn = symbolic.stdout.trim();
  return unborn.startsWith("refs/heads/") ? { ...place, branch: unborn.slice(11) } : place;
}

/**
 * Returns the work tree that a repository really belongs to, if it is not this one: a `.git` file, or
 * `commondir` in a `.git` folder, may name any repository.
 * @throws Failure `not-a-repository` for a `commondir` that belongs to no worktree
 * @see gitrepository-layout(5)
 */
export function otherWorkTree({ root, gitDir, commonDir, bare }: Repository): string | undefined {
  const { GIT_DIR, GIT_COMMON_DIR } = environment();
  if (bare || GIT_DIR !== undefined || GIT_COMMON_DIR !== undefined) return undefined;
  const [ours, common] = [real(gitDir), real(commonDir)];
  const isLinked = ours !== common;
  if (isLinked && path.dirname(ours) !== path.join(common, "worktrees"))
    throw new Failure(
      "not-a-repository",
      `${path.join(gitDir, "commondir")} names ${commonDir}, but this folder is not a worktree of it`,
      { hint: "git worktree add <folder>" },
    );
  // Skips a submodule, or a repository in a separate folder: its git folder has another name.
  if (!isLinked && path.basename(ours) !== ".git") return undefined;
  const owner = path.dirname(isLinked ? linkedFrom(ours) : ours);
  return real(owner) === real(root) ? undefined : owner;
}

/** Returns the path of a linked worktree's `.git` file, as its repository records it. */
function linkedFrom(gitDir: string): string {
  return path.resolve(gitDir, readFileSync(path.join(gitDir, "gitdir"), "utf8").trimEnd());
}

function real(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return folder;
  }
}

/** Returns the branch of the current session, also while a rebase or bisect of this branch detaches HEAD. */
export function currentBranch({ branch, about }: Repository): string | undefined {
  return branch ?? about;
}

/**
 * Returns the branch of the current session.
 * @throws Failure `detached-head` without a branch: a session belongs to a branch
 */
export function requireBranch(repository: Repository): string {
  const branch = currentBranch(repository);
  if (branch !== undefined) return branch;
  throw new Failure("detached-head", "HEAD is detached, and a session belongs to a branch", {
    hint: "session start <branch>",
  });
}

/**
 * Returns the branch that a rebase or bisect left temporarily, from git's own files. Undefined for a bisect
 * that started at a commit.
 */
export async function branchAbout(gitDir: string): Promise<string | undefined> {
  const read = (file: string) => readFile(path.join(gitDir, file), "utf8").catch(() => "");
  for (const folder of ["rebase-merge", "rebase-apply"]) {
    const branch = /^refs\/heads\/(.+)\n?$/.exec(await read(`${folder}/head-name`))?.[1];
    if (branch !== undefined) return branch;
  }
  const start = (await read("BISECT_START")).trim();
  return start === "" || /^[0-9a-f]{40,64}$/.test(start) ? undefined : start;
}

/** Finds the work tree that GIT_WORK_TREE names: it may not contain the current folder. */
async function workTreeElsewhere(cwd: string): Promise<string> {
  const answer = await ask(cwd, ["rev-parse", "--show-toplevel"]);
  if (answer.code !== 0 || environment().GIT_WORK_TREE === undefined) throw noWorkTree(cwd, false);
  return answer.stdout.trim();
}

function notARepository(cwd: string, stderr: string): Failure {
  const said = firstLine(stderr);
  if (said.startsWith("not a git repository")) {
    return new Failure("not-a-repository", `${cwd} is not in a git repository`, { hint: "git init" });
  }
  // For the repository of another user, git's message names the command that allows it.
  const hint = /^\s*(git config --global --add safe\.directory .+)$/m.exec(stderr)?.[1];
  return new Failure("not-a-repository", said || `git cannot open the repository of ${cwd}`, {
    ...defined({ hint }),
  });
}

function noWorkTree(cwd: string, bare: boolean): Failure {
  const what = bare ? "is a bare repository" : "is inside a .git folder";
  return new Failure("bare-repository", `${cwd} ${what}; a session needs a work tree`, {
    ...(bare
      ? { hint: "session start <branch> --worktree\nsession status --all" }
      : { advice: "go to the top of the work tree" }),
  });
}
