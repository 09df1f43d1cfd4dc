import { existsSync } from "node:fs";
import path from "node:path";
import { Failure } from "../session/failure.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";
import { isAnotherWorktree } from "./environment.ts";
import { firstLine, gitFailure } from "./failure.ts";
import { ask, read } from "./read.ts";
import type { Repository } from "./repository.ts";
import { change } from "./write.ts";

export interface Worktree {
  /** Absolute path of the worktree's folder; for a bare repository, of the repository itself. */
  readonly path: string;
  /** The checked-out commit; absent on an unborn branch and in a bare repository. */
  readonly head?: string;
  /** Short name of the branch; absent with a detached HEAD. */
  readonly branch?: string;
  readonly bare: boolean;
  /** True if git has not finished creating the worktree: git still runs, or was killed. */
  readonly unfinished?: true;
}

/**
 * Lists every worktree of the clone, the main worktree first; a bare repository counts as the main worktree.
 */
export async function listWorktrees(root: string): Promise<Worktree[]> {
  const query = ["worktree", "list", "--porcelain"];
  const answer = await ask(root, [...query, "-z"]);
  // Exit code 129: git before 2.36 lacks -z, and cannot list a path that contains a line end.
  const old = answer.code === 129;
  if (answer.code !== 0 && !old) throw gitFailure(query, answer.stderr);
  const [main, ...linked] = old
    ? parseWorktrees(await read(root, query), "\n")
    : parseWorktrees(answer.stdout);
  return main === undefined ? [] : [await whereItIs(main), ...linked];
}

/** Parses `git worktree list --porcelain`, with or without -z. */
export function parseWorktrees(text: string, end = "\0"): Worktree[] {
  return text.split(`${end}${end}`).flatMap((record) => {
    const fields = new Map(
      record.split(end).map((line) => {
        const [key = ""] = line.split(" ", 1);
        return [key, line.slice(key.length + 1)] as const;
      }),
    );
    const folder = fields.get("worktree");
    if (folder === undefined) return [];
    const head = fields.get("HEAD");
    const branch = fields.get("branch")?.replace(/^refs\/heads\//, "");
    return {
      path: path.normalize(folder),
      bare: fields.has("bare"),
      ...(fields.get("locked") === "initializing" ? { unfinished: true as const } : {}),
      // On an unborn branch, git shows a commit id of zeros.
      ...(head === undefined || /^0+$/.test(head) ? {} : { head }),
      ...defined({ branch }),
    };
  });
}

/**
 * Returns the main worktree with its real path: for a submodule or a repository in a separate folder, git
 * lists the repository instead.
 */
async function whereItIs(main: Worktree): Promise<Worktree> {
  if (main.bare || !existsSync(main.path) || existsSync(path.join(main.path, ".git"))) return main;
  isAnotherWorktree(main.path);
  const { code, stdout } = await ask(main.path, ["rev-parse", "--show-toplevel"]);
  return code === 0 ? { ...main, path: stdout.replace(/\n$/, "") } : main;
}

/** Opens another worktree of the same clone. @throws Failure `not-a-repository` with git's message */
export async function worktreeAt(ours: Repository, root: string): Promise<Repository> {
  isAnotherWorktree(root);
  const { code, stdout, stderr } = await ask(root, ["rev-parse", "--absolute-git-dir"]);
  if (code !== 0) throw new Failure("not-a-repository", firstLine(stderr) || "git cannot read it");
  return { root, gitDir: stdout.replace(/\n$/, ""), commonDir: ours.commonDir, shallow: ours.shallow };
}

/** Returns the folder of the worktree that has each branch checked out, by branch. */
export async function worktreeBranches(root: string): Promise<Map<string, string>> {
  const worktrees = await listWorktrees(root);
  return new Map(
    worktrees.flatMap((each) => (each.branch === undefined ? [] : [[each.branch, each.path] as const])),
  );
}

/** Returns the command that enters a worktree, or that removes the worktree if its folder is gone. */
export function commandInto(folder: string): string {
  return existsSync(folder) ? `cd ${shellWord(folder)}` : "git worktree prune";
}

/** Returns Failure `checked-out-elsewhere` if another worktree has this branch; else undefined. */
export async function checkedOutElsewhere(root: string, branch: string): Promise<Failure | undefined> {
  const folder = (await worktreeBranches(root)).get(branch);
  if (folder === undefined) return undefined;
  return new Failure(
    "checked-out-elsewhere",
    `${branch} is checked out in ${folder}${existsSync(folder) ? "" : ", which is gone"}`,
    { hint: commandInto(folder) },
  );
}

/**
 * Creates a linked worktree with a branch checked out, and runs the user's hooks. Leaves no worktree behind
 * after a failure.
 * @throws Failure `checked-out-elsewhere`, or `worktree-refused` with git's message
 */
export async function addWorktree(repository: Repository, folder: string, branch: string): Promise<void> {
  const answer = await changeWorktrees(repository, ["add", "--quiet", folder, branch]);
  if (answer.code === 0) return;
  const said = answer.stderr.trim();
  // git exits with 128 or 129 if it refuses; with the code of a failing post-checkout hook if the
  // worktree is complete.
  const made = answer.code < 128;
  if (made) await removeWorktree(repository, folder, true);
  const elsewhere = made ? undefined : await checkedOutElsewhere(repository.root, branch);
  if (elsewhere) throw elsewhere;
  const reason = made ? "a post-checkout hook failed" : firstLine(said);
  throw new Failure("worktree-refused", `git cannot create the worktree ${folder}: ${reason}`, {
    ...(said.includes("\n") || made ? { details: said } : {}),
    ...(made ? {} : { hint: "git worktree list" }),
  });
}

/**
 * Removes a linked worktree. With `force`, also a locked worktree with its content; without it, git refuses a
 * worktree with changed or untracked files.
 */
export async function removeWorktree(repository: Repository, folder: string, force: boolean): Promise<void> {
  const answer = await changeWorktrees(repository, [
    "remove",
    ...(force ? ["--force", "--force"] : []),
    folder,
  ]);
  if (answer.code !== 0) throw gitFailure(["worktree", "remove"], answer.stderr);
}

/** Reports whether a work tree is a linked one. */
export function isLinked({ gitDir, commonDir }: Repository): boolean {
  return gitDir !== commonDir;
}

/**
 * Runs git without the caller's environment variables, which may name the index and work tree of another
 * worktree.
 */
function changeWorktrees(repository: Repository, args: readonly string[]) {
  return change(repository.root, [`--git-dir=${repository.gitDir}`, "worktree", ...args], {
    elsewhere: true,
    runsHooks: true,
  });
}
