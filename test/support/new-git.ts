import { spawnSync } from "node:child_process";
import path from "node:path";

/**
 * Folder of a git that runs hooks of the configuration (2.54 and newer): the one on PATH, or in SESSION_NEW_GIT.
 * undefined where there is none.
 */
export function newGit(): string | undefined {
  return [process.env.SESSION_NEW_GIT, ...(process.env.PATH ?? "").split(path.delimiter)].find(
    (folder) => folder && isNew(path.join(folder, "git")),
  );
}

function isNew(git: string): boolean {
  const { stdout } = spawnSync(git, ["version"], { encoding: "utf8" });
  const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(stdout ?? "")?.map(Number) ?? [];
  return major > 2 || (major === 2 && minor >= 54);
}
