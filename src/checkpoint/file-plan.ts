/** Decides by path which changed files a checkpoint commits and which it leaves out. Pure. */

import type { ChangedPath } from "../git/status.ts";
import { Failure } from "../session/failure.ts";
import { shellWord } from "../text/shell.ts";

type Changed = Omit<ChangedPath, "change">;

/** The state of the work tree, and the flags that the user gave. */
export interface PlanInput {
  readonly staged: readonly Changed[];
  readonly unstaged: readonly Changed[];
  /** Untracked files, each by its path, and nested repositories, which end with a slash. */
  readonly untracked: readonly string[];
  /** Paths that the user named, from the top of the work tree; a folder includes all files below it. */
  readonly paths: readonly string[];
  /** Those of `paths` that do not exist. */
  readonly missing: readonly string[];
  readonly all: boolean;
  readonly stagedOnly: boolean;
  readonly allowEmpty: boolean;
  /** True if the commit has another change: an entry of the decision log, or an amended message. */
  readonly more: boolean;
}

/** The files of a checkpoint. */
export interface Plan {
  /** Content of the commit: `index`, the index; `paths`, these files with their content in the work tree. */
  readonly kind: "index" | "paths";
  readonly paths: readonly string[];
  /** Files in `paths` that git does not track yet. */
  readonly untracked: readonly string[];
  /** Tracked files that new files replace: the path became a folder, or its folder became a file. */
  readonly replaced: readonly string[];
  /** Changed paths that the checkpoint does not commit. */
  readonly leftOut: readonly string[];
  /** Files that `--all` leaves out because their names suggest that they hold secrets. */
  readonly secret: readonly string[];
  /**
   * Nested repositories, such as worktrees of agents. Left out: git would commit only their HEAD, not
   * their files.
   */
  readonly repositories: readonly string[];
}

/**
 * Plans the files of a checkpoint.
 * @throws Failure `nothing-to-commit`, `no-such-path` for a path without changes, outside of the repository
 * or of a nested repository, `staged-and-replaced`.
 */
export function planCommit(given: PlanInput): Plan {
  // With every untracked file listed, git ends only paths of nested repositories with a slash.
  const isRepository = (each: string) => each.endsWith("/");
  const repositories = given.untracked.filter(isRepository);
  const input = { ...given, untracked: given.untracked.filter((each) => !isRepository(each)) };
  const lone = input.paths.find((each) => repositories.includes(`${each.replace(/\/$/, "")}/`));
  if (lone !== undefined)
    throw new Failure("no-such-path", `${lone} is a nested repository; it was not committed`, {
      hint: `git submodule add <url> ${shellWord(lone)}`,
    });
  return { ...planFiles(input), repositories };
}

type Files = Omit<Plan, "repositories">;

function planFiles(input: PlanInput): Files {
  const plan = input.paths.length > 0 ? named(input) : input.all ? everything(input) : whatIsReady(input);
  const empty = plan.kind === "index" ? input.staged.length === 0 : plan.paths.length === 0;
  if (!empty || input.allowEmpty || input.more) return plan;
  throw new Failure("nothing-to-commit", nothing(plan, input), { hint: hintFor(plan, input) });
}

/** Returns the command that commits changes which an empty plan leaves out. */
function hintFor({ leftOut }: Files, input: PlanInput): string {
  if (everything(input).paths.length > 0) return "session checkpoint -A";
  const moved = input.unstaged.find((each) => each.moved);
  if (moved) return `git add ${shellWord(moved.path)}`;
  return leftOut.length > 0 ? "git status" : "--allow-empty";
}

/** Returns whether a file's name suggests that it holds a secret; false for examples and templates. */
export function looksSecret(path: string): boolean {
  const name = (path.split("/").at(-1) ?? "").toLowerCase();
  if (/\.(example|sample|template|dist|pub|test)$/.test(name)) return false;
  return (
    /^\.env(\..+)?$/.test(name) ||
    /^(id_(rsa|dsa|ecdsa|ed25519)|\.netrc|_netrc|\.pgpass|\.htpasswd|\.npmrc|\.pypirc)$/.test(name) ||
    /^(credentials|secrets?|service[-_]account)(\.(json|ya?ml|toml|ini))?$/.test(name) ||
    /\.(pem|key|p12|pfx|jks|keystore|kdbx)$/.test(name)
  );
}

function whatIsReady({ staged, unstaged, untracked, stagedOnly }: PlanInput): Files {
  if (staged.length > 0 || stagedOnly) {
    return {
      kind: "index",
      paths: names(staged),
      untracked: [],
      replaced: [],
      leftOut: [...names(unstaged), ...untracked],
      secret: [],
    };
  }
  // Reports whether a changed path stays out of the commit: a moved submodule, which the user stages, or a
  // file replaced by a folder with untracked files.
  const waits = (each: Changed) => each.submodule || untracked.some((path) => isBelow(path, each.path));
  return {
    kind: "paths",
    paths: names(unstaged.filter((each) => !waits(each))),
    untracked: [],
    replaced: [],
    leftOut: [...names(unstaged.filter(waits)), ...untracked],
    secret: [],
  };
}

function everything(input: PlanInput): Files {
  const { staged, unstaged, untracked } = input;
  const secret = untracked.filter(looksSecret);
  const added = untracked.filter((path) => !looksSecret(path));
  const waiting = waitingSubmodules(input);
  const tracked = [...names(staged), ...names(unstaged)].filter((path) => !waiting.has(path));
  return {
    kind: "paths",
    paths: unique([...tracked, ...added]),
    untracked: added,
    replaced: replaced(input, added),
    leftOut: [...waiting, ...secret],
    secret,
  };
}

/** Returns changed submodules that are not staged: only the user stages them, or names them. */
function waitingSubmodules({ staged, unstaged }: PlanInput): Set<string> {
  const ready = new Set(names(staged));
  return new Set(names(unstaged.filter((each) => each.submodule)).filter((path) => !ready.has(path)));
}

function pathFailure(wanted: string, { missing }: PlanInput): Failure {
  if (/^\.\.(\/|$)/.test(wanted))
    return new Failure("no-such-path", `${wanted} is outside of the repository`);
  const why = missing.includes(wanted) ? `there is no file ${wanted}` : `${wanted} has no changes`;
  return new Failure("no-such-path", why, { hint: "git status" });
}

function named(input: PlanInput): Files {
  const tracked = unique([...names(input.staged), ...names(input.unstaged)]);
  const inside = (path: string) => (wanted: string) =>
    wanted === "" || path === wanted || isBelow(path, wanted);
  for (const wanted of input.paths) {
    if ([...tracked, ...input.untracked].some((path) => inside(path)(wanted))) continue;
    throw pathFailure(wanted, input);
  }
  const waiting = waitingSubmodules(input);
  const taken = (path: string) =>
    waiting.has(path) ? input.paths.includes(path) : input.paths.some(inside(path));
  const untracked = input.untracked.filter(taken);
  const paths = [...tracked.filter(taken), ...untracked];
  const leftOut = [...tracked, ...input.untracked].filter((path) => !taken(path));
  return { kind: "paths", paths, untracked, replaced: replaced(input, untracked), leftOut, secret: [] };
}

/**
 * Returns the tracked files that the added files replace.
 * @throws Failure `staged-and-replaced` if a replaced file is staged: a refused commit could not restore
 * the index.
 */
function replaced({ staged, unstaged }: PlanInput, added: readonly string[]): string[] {
  const givesWay = (path: string) => added.some((each) => isBelow(each, path) || isBelow(path, each));
  const both = names(staged).find(givesWay);
  if (both !== undefined)
    throw new Failure("staged-and-replaced", `${both} is staged, but has another type in the work tree`, {
      advice: "stage the version to commit",
      hint: `git add ${shellWord(`:/${both}`)}\nsession checkpoint --staged`,
    });
  return names(unstaged).filter(givesWay);
}

/** Returns whether a path is inside of a folder; both with forward slashes. */
export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}

function nothing(plan: Files, input: PlanInput): string {
  if (input.stagedOnly && plan.leftOut.length > 0) return "nothing is staged";
  const what = plan.leftOut.length === 1 ? "1 file is" : `${plan.leftOut.length} files are`;
  return plan.leftOut.length > 0
    ? `nothing to commit: no tracked file has changed; ${what} left out (${plan.leftOut.slice(0, 3).join(", ")}${plan.leftOut.length > 3 ? ", ..." : ""})`
    : "nothing to commit: the work tree is clean";
}

function names(changes: readonly Changed[]): string[] {
  return unique(changes.flatMap((each) => (each.from === undefined ? [each.path] : [each.from, each.path])));
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}
