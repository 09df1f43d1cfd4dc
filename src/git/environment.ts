/** Builds the environment of every git command. No other module does this. */
import { environment, invalidateReads, perRun } from "../surroundings.ts";

/**
 * Variables that hold only for the caller's worktree. The caller's settings and object folders hold for the
 * whole clone.
 */
const OF_ONE_WORKTREE = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX"];

/** Variables that `git rev-parse --local-env-vars` lists. */
const OF_ONE_REPOSITORY = [
  ...["GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"],
  ...["GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE"],
  ...["GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_PREFIX", "GIT_SHALLOW_FILE"],
  ...["GIT_COMMON_DIR", "GIT_INTERNAL_SUPER_PREFIX", "GIT_NAMESPACE"],
];

/** Variables of commands with parsed output, which must not ask on the terminal. */
const PARSED = { LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_PAGER: "cat" };

/** Variables that each kind of git command adds to the user's environment. */
const KINDS = {
  // For reading: takes no lock, and never fetches missing objects of a partial clone; older gits know only
  // the last variable.
  ask: { ...PARSED, GIT_OPTIONAL_LOCKS: "0", GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none" },
  // For listing: also only reads, but fetches missing objects, and may buffer its output.
  list: { ...PARSED, GIT_FLUSH: "0" },
  change: PARSED,
  // For commits: runs the user's hooks in the user's locale; no output is parsed.
  hooks: { GIT_TERMINAL_PROMPT: "0" },
  // For remotes: `runRemote` decides who may be asked for a password.
  talk: { LC_ALL: "C", GIT_PAGER: "cat", SESSION_PUSH: "1" },
} as const;

/** A kind of git command, which decides locks, prompts and locale. */
export type GitKind = keyof typeof KINDS;

const others = perRun(() => new Set<string>());

/** Makes later git commands in this folder ignore the worktree that the environment names. */
export function isAnotherWorktree(root: string): void {
  others().add(root);
  invalidateReads();
}

/**
 * Makes later git commands find the repository by their folder alone: the caller may work in another
 * repository.
 */
export function ignoreCallerRepository(): void {
  for (const name of OF_ONE_REPOSITORY) delete environment()[name];
  invalidateReads();
}

/** Returns the user's environment without the variables of the calling worktree. */
export function environmentWithoutWorktree(): NodeJS.ProcessEnv {
  const env = { ...environment() };
  for (const name of OF_ONE_WORKTREE) delete env[name];
  return env;
}

/** Returns the variables of the environment that tell git in this folder which repository to use. */
export function callerOf(cwd: string): string {
  const env = gitEnvironment(cwd, "ask");
  return OF_ONE_REPOSITORY.map((name) => env[name] ?? "").join("\0");
}

/**
 * Returns the environment of a git command in a folder. `elsewhere`: true if the command's arguments name the
 * repository.
 */
export function gitEnvironment(cwd: string, kind: GitKind, elsewhere = false): NodeJS.ProcessEnv {
  const user = elsewhere || others().has(cwd) ? environmentWithoutWorktree() : environment();
  return { ...user, ...KINDS[kind] };
}
