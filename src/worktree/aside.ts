/** Files that no commit has, kept aside in the git folder when an interrupted move was settled. */
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { now } from "../surroundings.ts";

export interface Aside {
  readonly folder: string;
  /** When its files were moved there, in ISO 8601. */
  readonly at: string;
}

/** Returns the folder for files that are moved aside now. */
export function asideFolder(gitDir: string): string {
  return path.join(gitDir, "session-aside", now().replace(/[:.]/g, "-"));
}

/** Lists what is kept aside in a worktree, the oldest first. */
export async function listAside(gitDir: string): Promise<Aside[]> {
  const all = path.join(gitDir, "session-aside");
  const names = await readdir(all).catch(() => []);
  return Promise.all(
    names.sort().map(async (name) => {
      const folder = path.join(all, name);
      return { folder, at: (await stat(folder)).mtime.toISOString() };
    }),
  );
}

/** Deletes folders of files that were kept aside for good. */
export async function dropAside(gitDir: string, asides: readonly Aside[]): Promise<void> {
  for (const { folder } of asides) await rm(folder, { recursive: true, force: true });
  if ((await listAside(gitDir)).length === 0)
    await rm(path.join(gitDir, "session-aside"), { recursive: true, force: true });
}
