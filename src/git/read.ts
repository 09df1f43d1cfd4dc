import { type ChildProcess, spawn } from "node:child_process";
import { Failure } from "../session/failure.ts";
import { environment, perRun, surroundings } from "../surroundings.ts";
import { decodePaths } from "./paths.ts";

export interface GitAnswer {
  readonly code: number;
  readonly stdout: string;
  /** Standard output as bytes. */
  readonly bytes: Buffer;
  readonly stderr: string;
}

/** Nothing that a repository's own configuration names is run, and no lock is taken, by a command that only reads. */
const QUIET = [
  "--no-pager",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "color.ui=false",
  "-c",
  "log.showSignature=false",
];

/** Variables of every git call whose output is parsed. */
export const PARSED_ENV = { LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_PAGER: "cat" } as const;

/** What `openRepository` asks. On an unborn branch the last two fail, after the others were answered. */
export const REPOSITORY_QUERY: readonly string[] = [
  ...["rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--git-dir", "--git-common-dir"],
  ...["--is-shallow-repository", "--show-cdup", "HEAD", "--symbolic-full-name", "HEAD"],
];

/** What `workTreeStatus` asks, where untracked folders are one path each. */
export const STATUS_QUERY: readonly string[] = [
  ...["status", "--porcelain=v2", "--branch", "-z", "--find-renames", "--untracked-files=normal"],
];

const SNAPSHOT_REFS = ["refs/sessions/", "refs/session-remotes/"];

/** Which snapshots there are. */
export const SNAPSHOT_REFS_QUERY = ["for-each-ref", "--format=%(objectname) %(refname)", ...SNAPSHOT_REFS];

/** Refs whose file was cut off while it was written: git passes over them, and says so. */
export function brokenRefs(stderr: string): string[] {
  return [...stderr.matchAll(/ignoring broken ref (\S+)/g)].map(([, ref = ""]) => ref);
}

/** What they say, neither sorted nor taken apart by git. No message has a NUL. */
export const SNAPSHOTS_QUERY = [
  ...["for-each-ref", "--format=%(objectname) %(refname)%00%(committerdate:unix)%00%(contents)%00"],
  ...SNAPSHOT_REFS,
];

/** Where all refs are that sessions, their branches and their histories depend on. */
export const REFS_QUERY = [
  ...["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads/", "refs/remotes/", "refs/replace/"],
  ...SNAPSHOT_REFS,
];

/** The user's, the repository's and all other settings, each once more where it is overridden. */
export const SETTINGS_QUERY = ["config", "--list", "-z"];

const early = perRun(() => new Map<readonly string[], Promise<GitAnswer>>());

/** Starts a question of the current folder while the program is still being loaded; `ask` takes the answer once. */
export function askEarly(args: readonly string[]): void {
  try {
    const answer = ask(surroundings().cwd(), args);
    // Whoever takes the answer hears of its failure; that nobody has taken it yet is none.
    answer.catch(() => {});
    early().set(args, answer);
  } catch {
    // The current folder is gone: the command says so when it needs one.
  }
}

/** What the caller's git says about its own work tree. Its settings and object folders hold for the whole clone. */
const OF_ONE_WORKTREE = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX"];

/** What `git rev-parse --local-env-vars` names. */
const OF_ONE_REPOSITORY = [
  ...["GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"],
  ...["GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE"],
  ...["GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_PREFIX", "GIT_SHALLOW_FILE"],
  ...["GIT_COMMON_DIR", "GIT_INTERNAL_SUPER_PREFIX", "GIT_NAMESPACE"],
];

/** From now on only the folder decides which repository is meant: who called us may work in another one. */
export function forgetCaller(): void {
  for (const name of OF_ONE_REPOSITORY) delete environment()[name];
}

const others = perRun(() => new Set<string>());

/** From now on, git run in this folder is about the worktree there, whatever the environment says about ours. */
export function isAnotherWorktree(root: string): void {
  others().add(root);
}

/** The user's environment for a git command in this folder. */
export function callerEnvironment(cwd: string): NodeJS.ProcessEnv {
  return others().has(cwd) ? environmentElsewhere() : environment();
}

/** The user's environment without what is about the worktree that we were called in. */
export function environmentElsewhere(): NodeJS.ProcessEnv {
  const env = { ...environment() };
  for (const name of OF_ONE_WORKTREE) delete env[name];
  return env;
}

/** Looking never goes to the network for objects that a partial clone left there; older gits know only the second. */
const OFFLINE = { GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none" } as const;

const QUIET_ENV = { ...PARSED_ENV, ...OFFLINE, GIT_OPTIONAL_LOCKS: "0" };

/**
 * Runs a git command that only reads and gives its answer, whatever its exit code.
 * Spawned without a shell; `input` goes to standard input. Throws Failure `git-missing` where there is no git.
 */
export function ask(cwd: string, args: readonly string[], input?: string): Promise<GitAnswer> {
  const started = early().get(args);
  if (started) {
    early().delete(args);
    return started;
  }
  return new Promise((resolve, reject) => {
    const child = start(cwd, args, [input === undefined ? "ignore" : "pipe", "pipe", "pipe"]);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", (error: NodeJS.ErrnoException) => reject(spawnFailure(error, cwd)));
    child.on("close", (code) => {
      const bytes = Buffer.concat(stdout);
      resolve({
        code: code ?? 128,
        bytes,
        // Only made where it is read: an answer may have megabytes.
        get stdout() {
          return bytes.toString("utf8");
        },
        stderr: Buffer.concat(stderr).toString("utf8"),
      });
    });
    if (input !== undefined) {
      // git may stop reading early; its exit code tells what matters.
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    }
  });
}

/** Starts a git command that only reads, for callers that connect its streams themselves. With other `settings` it may fetch. */
export function start(
  cwd: string,
  args: readonly string[],
  stdio: ("pipe" | "ignore")[],
  settings: Readonly<Record<string, string>> = QUIET_ENV,
): ChildProcess {
  const env = { ...callerEnvironment(cwd), ...settings };
  return spawn("git", [...QUIET, ...args], { cwd, env, stdio, windowsHide: true });
}

/** Like `ask`, for a command that has to succeed: its standard output, else Failure `git-failed` with git's own words. */
export async function read(cwd: string, args: readonly string[], input?: string): Promise<string> {
  const answer = await ask(cwd, args, input);
  if (answer.code === 0) return answer.stdout;
  throw gitFailure(args, answer.stderr);
}

/** Like `read`, for output with file names in it. */
export async function readPaths(cwd: string, args: readonly string[]): Promise<string> {
  const answer = await ask(cwd, args);
  if (answer.code === 0) return decodePaths(answer.bytes);
  throw gitFailure(args, answer.stderr);
}

/** Like `readPaths`; undefined where it takes objects that a partial clone does not have. */
export async function readHere(cwd: string, args: readonly string[]): Promise<string | undefined> {
  const answer = await ask(cwd, args);
  if (answer.code === 0) return decodePaths(answer.bytes);
  if (/promisor remote|lazy fetching disabled|transport '.*' not allowed/.test(answer.stderr))
    return undefined;
  throw gitFailure(args, answer.stderr);
}

/** Failure `git-failed` naming the git command and the first line that git said. */
export function gitFailure(args: readonly string[], stderr: string): Failure {
  const said = firstLine(stderr);
  return new Failure("git-failed", `git ${args[0] ?? ""} failed${said ? `: ${said}` : ""}`);
}

/** First line with words in it, without git's `fatal:` and `error:`. */
export function firstLine(stderr: string): string {
  const line = stderr.split("\n").find((each) => each.trim() !== "") ?? "";
  return line.replace(/^(fatal|error|warning): /, "").trim();
}

function spawnFailure(error: NodeJS.ErrnoException, cwd: string): Failure {
  if (error.code !== "ENOENT") return new Failure("git-failed", `git could not be started: ${error.message}`);
  return new Failure("git-missing", `git was not found on PATH, or the folder ${cwd} is gone`, {
    hint: "install git 2.30 or newer: https://git-scm.com/downloads",
    cause: error,
  });
}
