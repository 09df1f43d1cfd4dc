/** Runs git commands that only read (`ask`), takes no locks, and changes nothing. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { Failure } from "../session/failure.ts";
import { clock, perRun, preciseClock, readGeneration, surroundings, writeNumber } from "../surroundings.ts";
import { type GitKind, gitEnvironment } from "./environment.ts";
import { failedFilter, gitFailure, lacksObjects, startFailure } from "./failure.ts";
import { decodePaths } from "./path-bytes.ts";

/** The exit code and the output of a git command. */
export interface GitAnswer {
  readonly code: number;
  readonly stdout: string;
  /** Standard output of the command, as bytes. */
  readonly bytes: Buffer;
  readonly stderr: string;
}

/** Settings that disable programs named in a repository's configuration. */
const QUIET = [
  ...["--no-pager", "-c", "core.fsmonitor=false", "-c", "color.ui=false"],
  ...["-c", "log.showSignature=false"],
];

/**
 * Arguments of `openRepository`. On an unborn branch the last two queries fail after the others were
 * answered.
 */
export const REPOSITORY_QUERY: readonly string[] = [
  ...["rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--git-dir", "--git-common-dir"],
  ...["--is-shallow-repository", "--show-cdup", "HEAD", "--symbolic-full-name", "HEAD"],
];

/** Arguments of `workTreeStatus`, which lists an untracked folder as one path. */
export const STATUS_QUERY: readonly string[] = [
  ...["status", "--porcelain=v2", "--branch", "-z", "--find-renames", "--untracked-files=normal"],
];

const SNAPSHOT_REFS = ["refs/sessions/", "refs/session-remotes/"];

/** Arguments that list snapshot refs. */
export const SNAPSHOT_REFS_QUERY = ["for-each-ref", "--format=%(objectname) %(refname)", ...SNAPSHOT_REFS];

/** Returns refs whose file is truncated: git skips them with a warning. */
export function brokenRefs(stderr: string): string[] {
  return [...stderr.matchAll(/ignoring broken ref (\S+)/g)].map(([, ref = ""]) => ref);
}

/** Arguments that list snapshots with their messages, unsorted and unparsed. A message has no NUL. */
export const SNAPSHOTS_QUERY = [
  ...["for-each-ref", "--format=%(objectname) %(refname)%00%(committerdate:unix)%00%(contents)%00"],
  ...SNAPSHOT_REFS,
];

/** Arguments that list all branches of this clone and of remotes. */
export const BRANCHES_QUERY = [
  ...["for-each-ref", "--format=%(refname) %(objectname) %(symref)", "refs/heads/", "refs/remotes/"],
];

/** Patterns of all refs on which sessions, branches and histories depend. */
export const REFS_QUERY = [
  ...["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads/", "refs/remotes/", "refs/replace/"],
  ...SNAPSHOT_REFS,
];

/** Arguments that list all settings of all levels; an overridden setting is listed again. */
export const SETTINGS_QUERY = ["config", "--list", "-z"];

const early = perRun(() => new Map<readonly string[], Promise<GitAnswer>>());

/** Commands with answers that depend only on refs, objects and settings: their answers are reused. */
const KEPT = new Set([
  ...[
    "config",
    "for-each-ref",
    "log",
    "merge-base",
    "remote",
    "rev-list",
    "rev-parse",
    "symbolic-ref",
    "version",
  ],
  ...["check-ref-format", "diff-tree", "ls-tree", "cat-file"],
]);

/** Git commands whose answers depend on the files of the work tree, too. */
const OF_WORK_TREE = new Set(["status", "diff", "diff-files", "ls-files"]);

/**
 * Milliseconds for which an answer is reused: other processes change the repository, too. Code that waits for
 * a person, a lock or a remote calls `invalidateReads` afterwards.
 */
const FRESH = 10_000;

/** Maximum bytes of an answer to reuse. */
const LARGE = 1024 * 1024;

const answers = perRun(() => ({ look: -1, since: 0, byQuestion: new Map<string, Promise<GitAnswer>>() }));

/** Starts a query in the current folder while the program is still loading; `ask` uses its answer once. */
export function askEarly(args: readonly string[]): void {
  try {
    const answer = ask(surroundings().cwd(), args);
    // The caller of `ask` handles a failure; without a caller the failure must not crash the process.
    answer.catch(() => {});
    early().set(args, answer);
  } catch {
    // The current folder is gone: the command reports this when it needs a folder.
  }
}

/**
 * Runs a git command that only reads, without a shell, and returns its answer with any exit code.
 * `input`: standard input. `onChunk` receives standard output in chunks.
 * @throws Failure `git-missing`
 */
export function ask(
  cwd: string,
  args: readonly string[],
  input?: string | Buffer,
  env?: Readonly<Record<string, string>>,
  onChunk?: (chunk: Buffer) => void,
): Promise<GitAnswer> {
  const started = early().get(args);
  if (started) early().delete(args);
  const command = commandOf(args);
  const ofFiles = OF_WORK_TREE.has(command);
  if (!ofFiles && !KEPT.has(command)) return started ?? answerOf(cwd, args, input, env, onChunk);
  const kept = answers();
  if (kept.look !== readGeneration() || clock() - kept.since > FRESH) {
    kept.byQuestion.clear();
    kept.look = readGeneration();
    kept.since = clock();
  }
  const question = [
    ofFiles ? writeNumber() : "",
    cwd,
    ...args,
    input ?? "",
    ...Object.entries(env ?? {}).flat(),
  ].join("\0");
  const known = started ? undefined : kept.byQuestion.get(question);
  if (known) return known;
  const answer = started ?? answerOf(cwd, args, input, env, onChunk);
  kept.byQuestion.set(question, answer);
  const forget = () => kept.byQuestion.delete(question);
  answer.then(({ bytes }) => bytes.length > LARGE && forget(), forget);
  return answer;
}

/** Returns the whole command line: settings first, then the arguments. */
function commandOf(args: readonly string[]): string {
  let at = 0;
  while (args[at] === "-c") at += 2;
  return args[at] ?? "";
}

async function answerOf(
  cwd: string,
  args: readonly string[],
  input?: string | Buffer,
  more: Readonly<Record<string, string>> = {},
  onChunk?: (chunk: Buffer) => void,
): Promise<GitAnswer> {
  const env = { ...gitEnvironment(cwd, "ask"), ...more };
  const stdin = input === undefined ? "ignore" : "pipe";
  const child = spawnGit(args, { cwd, env, stdio: [stdin, "pipe", "pipe"] });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  if (onChunk) child.stdout?.on("data", onChunk);
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  // git may stop reading early; its exit code tells the result.
  child.stdin?.on("error", () => {}).end(input);
  const code = await exitOf(child, cwd);
  const bytes = Buffer.concat(stdout);
  return {
    code,
    bytes,
    // Decodes standard output on access: an answer may have megabytes.
    get stdout() {
      return bytes.toString("utf8");
    },
    stderr: Buffer.concat(stderr).toString("utf8"),
  };
}

/** Starts a git command without a shell, for callers that connect its streams. */
export function start(
  cwd: string,
  args: readonly string[],
  stdio: ("pipe" | "ignore")[],
  kind: GitKind = "ask",
  more: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawnGit(args, { cwd, env: { ...gitEnvironment(cwd, kind), ...more }, stdio });
}

/**
 * Starts git with the settings of every command of this program.
 * @throws Failure `no-folder`, `git-failed`
 */
export function spawnGit(args: readonly string[], options: SpawnOptions): ChildProcess {
  try {
    return spawn("git", [...QUIET, ...args], { ...options, windowsHide: true });
  } catch (error) {
    throw startFailure(error as NodeJS.ErrnoException, String(options.cwd));
  }
}

/**
 * Returns the exit code of a git command; 128 after a signal.
 * @throws Failure `git-missing`, `git-failed`, or `interrupted` after Ctrl-C
 */
export function exitOf(child: ChildProcess, cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(startFailure(error, cwd)));
    child.once("close", (code, signal) => {
      // Ctrl-C on a terminal also reaches git, whose end may be reported before this process gets the signal.
      if (signal === "SIGINT") reject(new Failure("interrupted", "interrupted"));
      else resolve(code ?? 128);
    });
  });
}

/** Runs a git command that only reads, and returns the milliseconds that it took, with any exit code. */
export async function spentOn(cwd: string, args: readonly string[]): Promise<number> {
  const begin = preciseClock();
  await exitOf(start(cwd, args, ["ignore", "ignore", "ignore"]), cwd);
  return preciseClock() - begin;
}

/**
 * Runs a command like `ask`, and returns its standard output.
 * @throws Failure `git-failed` with git's message
 */
export async function read(cwd: string, args: readonly string[], input?: string): Promise<string> {
  const answer = await ask(cwd, args, input);
  if (answer.code === 0) return answer.stdout;
  throw gitFailure(args, answer.stderr);
}

/** Reads like `read`, for output with file names. */
export async function readPaths(cwd: string, args: readonly string[]): Promise<string> {
  const answer = await ask(cwd, args);
  if (answer.code === 0) return decodePaths(answer.bytes);
  throw gitFailure(args, answer.stderr);
}

/**
 * Reads like `readPaths`; undefined if the command needs objects that a partial clone lacks, or a
 * clean filter that cannot run.
 */
export async function readHere(cwd: string, args: readonly string[]): Promise<string | undefined> {
  const answer = await ask(cwd, args);
  if (answer.code === 0) return decodePaths(answer.bytes);
  if (lacksObjects(answer.stderr) || failedFilter(answer.stderr) !== undefined) return undefined;
  throw gitFailure(args, answer.stderr);
}

/**
 * Reads like `readHere`, for output of names only: compares a file whose clean filter cannot run by
 * its bytes.
 */
export async function readUnfiltered(cwd: string, args: readonly string[]): Promise<string | undefined> {
  const options: string[] = [];
  for (;;) {
    // Passes the same array object, because an answer started early is found by its identity.
    const answer = await ask(cwd, options.length === 0 ? args : [...options, ...args]);
    const option = `filter.${failedFilter(answer.stderr)?.filter}.required=false`;
    const isFiltered = answer.code === 0 || options.includes(option) || !failedFilter(answer.stderr);
    if (!isFiltered) options.push("-c", option);
    else if (answer.code === 0) return decodePaths(answer.bytes);
    else if (lacksObjects(answer.stderr)) return undefined;
    else throw gitFailure(args, answer.stderr);
  }
}
