/** What a checkpoint takes and what it leaves: a decision over names, made before anything is touched. */

import { Failure } from "../session/failure.ts";
import { shellWord } from "../text/shell.ts";

interface Changed {
  readonly path: string;
  readonly from?: string;
  readonly submodule: boolean;
}

export interface PlanInput {
  readonly staged: readonly Changed[];
  readonly unstaged: readonly Changed[];
  /** Every untracked file, not folders. */
  readonly untracked: readonly string[];
  /** Paths named by the user, from the top of the work tree; a folder stands for what is in it. */
  readonly paths: readonly string[];
  readonly all: boolean;
  readonly stagedOnly: boolean;
  readonly allowEmpty: boolean;
  /** Something else will be part of the commit: an entry of the decision log, or an amended message. */
  readonly more: boolean;
}

export interface Plan {
  /** `index`: what is staged; `paths`: these files as they are in the work tree. */
  readonly kind: "index" | "paths";
  readonly paths: readonly string[];
  /** Files among them that git does not track yet. */
  readonly untracked: readonly string[];
  /** Tracked files that give way to new ones: a folder stands in their place now, or a file in that of their folder. */
  readonly replaced: readonly string[];
  readonly leftOut: readonly string[];
  /** Left out of `--all` because of what their names say they hold. */
  readonly secret: readonly string[];
  /** Repositories of their own, such as the worktrees of agents: git would commit where they stand, not what they hold. */
  readonly repositories: readonly string[];
}

/** Failure `nothing-to-commit`, or `no-such-path` for a path where nothing changed. */
export function planCommit(given: PlanInput): Plan {
  // git ends only their paths with a slash where it lists each file.
  const isRepository = (each: string) => each.endsWith("/");
  const repositories = given.untracked.filter(isRepository);
  const input = { ...given, untracked: given.untracked.filter((each) => !isRepository(each)) };
  const lone = input.paths.find((each) => repositories.includes(`${each.replace(/\/$/, "")}/`));
  if (lone !== undefined)
    throw new Failure("no-such-path", `${lone} is a repository of its own; it was not committed`, {
      hint: `git submodule add <url> ${lone}`,
    });
  return { ...planFiles(input), repositories };
}

type Files = Omit<Plan, "repositories">;

function planFiles(input: PlanInput): Files {
  const plan = input.paths.length > 0 ? named(input) : input.all ? everything(input) : whatIsReady(input);
  const empty = plan.kind === "index" ? input.staged.length === 0 : plan.paths.length === 0;
  if (!empty || input.allowEmpty || input.more) return plan;
  throw new Failure("nothing-to-commit", nothing(plan, input), {
    hint: plan.leftOut.length > 0 ? "session checkpoint -A" : "--allow-empty",
  });
}

/** Whether a file's name says that it holds a secret. Examples and templates of such files do not. */
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
  // A submodule that moved is the user's to stage; a file that became a folder of new files waits for them.
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
  const paths = unique([...names(staged), ...names(unstaged), ...added]);
  return {
    kind: "paths",
    paths,
    untracked: added,
    replaced: replaced(input, added),
    leftOut: secret,
    secret,
  };
}

function named(input: PlanInput): Files {
  const tracked = unique([...names(input.staged), ...names(input.unstaged)]);
  const inside = (path: string) => (wanted: string) =>
    wanted === "" || path === wanted || isBelow(path, wanted);
  for (const wanted of input.paths) {
    if ([...tracked, ...input.untracked].some((path) => inside(path)(wanted))) continue;
    throw new Failure("no-such-path", `nothing has changed at ${wanted}`, { hint: "git status" });
  }
  const taken = (path: string) => input.paths.some(inside(path));
  const untracked = input.untracked.filter(taken);
  const paths = [...tracked.filter(taken), ...untracked];
  const leftOut = [...tracked, ...input.untracked].filter((path) => !taken(path));
  return { kind: "paths", paths, untracked, replaced: replaced(input, untracked), leftOut, secret: [] };
}

/** Failure `staged-and-replaced` where what is staged could not be brought back if the commit is refused. */
function replaced({ staged, unstaged }: PlanInput, added: readonly string[]): string[] {
  const givesWay = (path: string) => added.some((each) => isBelow(each, path) || isBelow(path, each));
  const both = names(staged).find(givesWay);
  if (both !== undefined)
    throw new Failure("staged-and-replaced", `${both} is staged, but has another type in the work tree`, {
      advice: "stage what you mean",
      hint: `git add ${shellWord(both)}\nsession checkpoint --staged`,
    });
  return names(unstaged).filter(givesWay);
}

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
