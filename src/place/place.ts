import { existsSync } from "node:fs";
import path from "node:path";
import { ask } from "../git/read.ts";
import { openRepository, otherWorkTree, type Repository } from "../git/repository.ts";
import type { Travels } from "../session/documents.ts";
import type { Config } from "../settings/config.ts";
import { requireFolder } from "../store/files.ts";
import { type ConfigProblem, type LoadedConfig, loadConfig } from "../store/settings/config.ts";
import { userFolder } from "../store/settings/user.ts";
import { environment, surroundings } from "../surroundings.ts";
import { defined } from "../text/defined.ts";

/** Where a command runs: the repository, its settings, and the folders of ours. */
export interface Place {
  readonly repository: Repository;
  readonly config: Config;
  readonly configProblems: readonly ConfigProblem[];
  /** `.session` in the work tree: shared, tracked. */
  readonly projectDir: string;
  /** `sessions` in git's common folder: local, for all worktrees. */
  readonly sessionsDir: string;
  /** To be remembered by the next command that writes. */
  readonly parsedConfig?: LoadedConfig["parsed"];
  /** What happened on the side and should be said when the command is done. */
  readonly notices: string[];
  /** Findings of the secret scan that this command was told to accept. */
  readonly allow?: readonly string[];
  /** Documents that this command takes along to wherever it goes. */
  readonly travels?: Travels;
  /** Somebody looks after the work of others: a change does not make them the holder of the session. */
  readonly oversees?: true;
}

/** Opens repository and settings around `cwd`. Failures of `openRepository`; a bad configuration is only reported. */
export async function openPlace(cwd: string, bareIsFine = false): Promise<Place> {
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

/** Settings of a repository with where each comes from. */
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

/** A file of `.session` where a sparse checkout leaves the folder out of the work tree: git has it all the same. */
async function sharedText({ root, gitDir }: Repository, name: string): Promise<string | undefined> {
  if (!existsSync(path.join(gitDir, "info", "sparse-checkout")) || existsSync(path.join(root, ".session")))
    return undefined;
  const answer = await ask(root, ["cat-file", "blob", `:.session/${name}`]);
  return answer.code === 0 ? answer.stdout : undefined;
}

/** What a command that writes has parsed, for those that only look. A worktree of another branch has its own. */
export function configCache(repository: Repository): string {
  const worktree = path.basename(repository.gitDir).replace(/[^\w-]/g, "");
  return path.join(repository.commonDir, "sessions", `.config-${worktree}.json`);
}

/** `.session/config.yaml`, or the file that SESSION_CONFIG names. */
export function projectConfigFile(root: string): string {
  const { SESSION_CONFIG } = environment();
  return SESSION_CONFIG
    ? path.resolve(surroundings().cwd(), SESSION_CONFIG)
    : path.join(root, ".session", "config.yaml");
}

/** The user's own settings. */
export function userConfigFile(): string {
  return path.join(userFolder("config"), "config.yaml");
}

/** The user's home, as the environment and the system name it. */
export function homes(): string[] {
  const { HOME = "", USERPROFILE = "" } = environment();
  return [HOME, USERPROFILE].filter((each) => each !== "");
}

/**
 * The folder that paths on the command line are relative to. git runs an alias (`!session`) at the top of the work tree,
 * and tells where it was typed.
 */
export function folderOfPaths(place: Place, cwd: string): string {
  const typed = environment().GIT_PREFIX;
  return typed && cwd === place.repository.root ? path.join(cwd, typed) : cwd;
}
