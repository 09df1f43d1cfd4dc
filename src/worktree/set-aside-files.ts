/** Moves files that no commit has into the git folder when an interrupted move is settled. */
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { now } from "../surroundings.ts";

export interface SetAsideFiles {
  readonly folder: string;
  /** Time at which the files were moved, in ISO 8601. */
  readonly at: string;
}

/** Returns the path of a new folder for files that are moved aside. */
export function asideFolder(gitDir: string): string {
  return path.join(gitDir, "session-aside", now().replace(/[:.]/g, "-"));
}

/** Lists the files kept aside in a worktree, oldest first. */
export async function listAside(gitDir: string): Promise<SetAsideFiles[]> {
  const all = path.join(gitDir, "session-aside");
  const names = await readdir(all).catch(() => []);
  return Promise.all(
    names.sort().map(async (name) => {
      const folder = path.join(all, name);
      return { folder, at: (await stat(folder)).mtime.toISOString() };
    }),
  );
}

/** Deletes folders of files that were kept aside. */
export async function dropAside(gitDir: string, asides: readonly SetAsideFiles[]): Promise<void> {
  for (const { folder } of asides) await rm(folder, { recursive: true, force: true });
  if ((await listAside(gitDir)).length === 0)
    await rm(path.join(gitDir, "session-aside"), { recursive: true, force: true });
}
