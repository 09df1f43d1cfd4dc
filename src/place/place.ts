import { existsSync } from "node:fs";
import path from "node:path";
import { ask } from "../git/read.ts";
import { openRepository, otherWorkTree, type Repository } from "../git/repository.ts";
import type { DocumentsToSend } from "../session/files/documents.ts";
import type { Config } from "../settings/config.ts";
import { requireFolder } from "../store/folders.ts";
import { type ConfigProblem, type LoadedConfig, loadConfig } from "../store/settings/config.ts";
import { userFolder } from "../store/settings/user.ts";
import { environment, invalidateReads, surroundings } from "../surroundings.ts";
import { defined } from "../text/defined.ts";

/** Context of a command: the repository, its settings, and the folders of sessions. */
export interface Place {
  readonly repository: Repository;
  readonly config: Config;
  readonly configProblems: readonly ConfigProblem[];
  /** Path of `.session` in the work tree, which git tracks and the team shares. */
  readonly projectDir: string;
  /** Path of `sessions` in git's common folder, which is local and which all worktrees share. */
  readonly sessionsDir: string;
  /** Parsed configuration for the next writing command to cache. */
  readonly parsedConfig?: LoadedConfig["parsed"];
  /** Sentences to print at the end of the command. */
  readonly notices: string[];
  /** Ids of secret scan findings that this command accepts. */
  readonly allow?: readonly string[];
  /** Documents that this command sends with a session. */
  readonly travels?: DocumentsToSend;
  /** Called with the number of snapshots that git has listed so far, if all must be listed. */
  readonly onSnapshots?: (count: number) => void;
  /** Returns the command as the user typed it, for a hint to repeat it. Absent if no user typed it. */
  readonly called?: () => Promise<string>;
  /** True if the user oversees others' work: a change does not make the user the session's holder. */
  readonly oversees?: true;
}

/**
 * Opens repository and settings around `cwd`. Adds a notice for an invalid configuration.
 * @throws as `openRepository`
 */
export async function openPlace(cwd: string, bareIsFine = false): Promise<Place> {
  invalidateReads();
  const repository = await openRepository(cwd, bareIsFine);
  const { config, problems, parsed } = await loadConfigOf(repository);
  const projectDir = path.join(repository.root, ".session");
  const sessionsDir = path.join(repository.commonDir, "sessions");
  requireFolder(sessionsDir);
  return {
    repository,
    config,
    configProblems: problems,
    projectDir,
    sessionsDir,
    notices: noticesOf(repository),
    ...defined({ parsedConfig: parsed }),
  };
}

function noticesOf(repository: Repository): string[] {
  const owner = otherWorkTree(repository);
  if (owner === undefined) return [];
  return [`warning: these are the sessions of another work tree, ${owner} (moved here? git worktree repair)`];
}

/** Loads the settings of a repository, with their sources. */
export async function loadConfigOf(repository: Repository) {
  const projectText = await sharedText(repository, "config.yaml");
  return loadConfig({
    projectFile: projectConfigFile(repository.root),
    ...defined({ projectText }),
    userFile: userConfigFile(),
    env: environment(),
    cacheFile: configCache(repository),
  });
}

/** Reads a file of `.session` from git, if a sparse checkout leaves it out of the work tree. */
async function sharedText({ root, gitDir }: Repository, name: string): Promise<string | undefined> {
  if (!existsSync(path.join(gitDir, "info", "sparse-checkout")) || existsSync(path.join(root, ".session")))
    return undefined;
  const answer = await ask(root, ["cat-file", "blob", `:.session/${name}`]);
  return answer.code === 0 ? answer.stdout : undefined;
}

/** Returns the cache of parsed settings. A worktree of another branch has its own. */
export function configCache(repository: Repository): string {
  const worktree = path.basename(repository.gitDir).replace(/[^\w-]/g, "");
  return path.join(repository.commonDir, "sessions", `.config-${worktree}.json`);
}

/** Returns `.session/config.yaml`, or the file in SESSION_CONFIG. */
export function projectConfigFile(root: string): string {
  const { SESSION_CONFIG } = environment();
  return SESSION_CONFIG
    ? path.resolve(surroundings().cwd(), SESSION_CONFIG)
    : path.join(root, ".session", "config.yaml");
}

/** Returns the user's own settings file. */
export function userConfigFile(): string {
  return path.join(userFolder("config"), "config.yaml");
}

/** Returns the paths of the user's home folder, from the environment and from the system. */
export function homes(): string[] {
  const { HOME = "", USERPROFILE = "" } = environment();
  return [HOME, USERPROFILE].filter((each) => each !== "");
}

/**
 * Returns the command as the user typed it; `made` if no user typed it. With `word`, returns `made` also if
 * the command lacks this word: the user picked it, or named it in a way that a move changes, such as `-`.
 */
export async function commandText({ called }: Place, made: string, word?: string): Promise<string> {
  const text = await called?.();
  return text !== undefined && (word === undefined || text.split(" ").includes(word)) ? text : made;
}

/**
 * Returns the folder for relative paths on the command line. git runs an alias (`!session`) at the top of the
 * work tree and passes the original folder in GIT_PREFIX.
 */
export function folderOfPaths(place: Place, cwd: string): string {
  const typed = environment().GIT_PREFIX;
  return typed && cwd === place.repository.root ? path.join(cwd, typed) : cwd;
}
