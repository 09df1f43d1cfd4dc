/** Creates and removes a linked worktree for a branch. */
import { existsSync, realpathSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir } from "node:fs/promises";
import path from "node:path";
import { isAnotherWorktree } from "../git/environment.ts";
import { diskPath } from "../git/move/changes.ts";
import { readPaths } from "../git/read.ts";
import { createBranch, deleteBranch } from "../git/refs.ts";
import { unfinishedPaths } from "../git/stash-commit.ts";
import { addWorktree, checkedOutElsewhere, listWorktrees, removeWorktree } from "../git/worktrees.ts";
import type { Place } from "../place/place.ts";
import { processNaming } from "../record/processes.ts";
import { Failure } from "../session/failure.ts";
import { withHint } from "../text/hint.ts";
import { shellWord } from "../text/shell.ts";
import { folderBeside } from "../views/shapes/worktrees.ts";
import { pathsWith } from "./stash-work.ts";

/** Folder of a linked worktree. `isThere`: true if it already has the branch checked out. */
interface Linked {
  readonly folder: string;
  readonly isThere: boolean;
}

/**
 * Returns the folder for a branch's worktree: the given folder, else a folder next to the main worktree. Uses
 * a complete worktree that a killed command left, and removes an incomplete one.
 * @throws Failure `path-taken`; `checked-out-elsewhere` if another worktree has the branch
 */
export async function linkedFolder(place: Place, branch: string, wanted: string | true): Promise<Linked> {
  const { root, commonDir } = place.repository;
  if (branch === place.repository.branch)
    throw new Failure("checked-out-here", `${branch} is checked out here`, {
      hint: `session start ${shellWord(branch)}`,
    });
  const worktrees = await listWorktrees(root);
  const [main] = worktrees;
  const folder =
    wanted === true
      ? folderBeside(main?.bare ? { bare: commonDir } : { main: main?.path ?? root }, branch)
      : wanted;
  const own = worktrees.find((each) => each.branch === branch);
  if (own) {
    const isHere = own.path === folder && existsSync(folder);
    if (isHere && !own.unfinished) return { folder, isThere: true };
    const isLeft = isHere && (await processNaming(folder)) === undefined;
    const elsewhere = isLeft ? undefined : await checkedOutElsewhere(root, branch);
    if (elsewhere) throw elsewhere;
    await removeWorktree(place.repository, folder, true);
  }
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) =>
    error.code === "ENOENT" ? [] : undefined,
  );
  if (there?.length === 0) return { folder, isThere: false };
  throw new Failure("path-taken", `${folder} already exists${there ? ", and not empty" : ""}`, {
    hint: `session start ${shellWord(branch)} --worktree <another path>`,
  });
}

/**
 * Checks a branch out in a new worktree, unless the worktree exists. `create`: creates the branch too.
 * Returns a function that reverses both.
 * @throws Failure `worktree-refused`, `checked-out-elsewhere`; nothing has changed then
 */
export async function linkWorktree(
  { repository }: Place,
  { folder, isThere }: Linked,
  branch: string,
  create?: { readonly from: string; readonly track: boolean },
): Promise<() => Promise<void>> {
  if (isThere) return async () => {};
  const missing = missingFolders(folder);
  const undoFolders = async () => {
    if (missing.length === 0) await mkdir(folder, { recursive: true });
    // Removes the parent folders too: git creates them, but does not remove them.
    for (const each of missing) await rmdir(each).catch(() => {});
  };
  if (create) await createBranch(repository.root, branch, create.from, create.track);
  const undoBranch = async () => {
    if (create) await deleteBranch(repository.root, branch, true);
  };
  try {
    await addWorktree(repository, folder, branch);
  } catch (error) {
    await Promise.all([undoFolders(), undoBranch()]);
    throw error;
  }
  isAnotherWorktree(folder);
  return async () => {
    await removeWorktree(repository, folder, true);
    await Promise.all([undoFolders(), undoBranch()]);
  };
}

/**
 * Removes the linked worktree of a place, unless it has the only copy of a file. Returns the reason why it
 * was kept; else undefined.
 */
export async function unlinkWorktree({ repository }: Place): Promise<string | undefined> {
  const { root, gitDir, commonDir } = repository;
  const { intended: _intended, ...paths } = await unfinishedPaths(root);
  const own = [...new Set(Object.values(paths).flat())];
  if (own.length > 0) return pathsWith(own, "is not committed", "are not committed");
  if (existsSync(path.join(gitDir, "session-aside"))) return "files are kept aside in its git folder";
  const ignored = await ignoredFiles(root, commonDir);
  if (ignored.length > 0)
    return pathsWith(
      ignored,
      "is ignored by git and exists only in that worktree",
      "are ignored by git and exist only in that worktree",
    );
  if (existsSync(path.join(gitDir, "locked")))
    return withHint("git worktree lock protects it", `git worktree unlock ${shellWord(root)}`);
  try {
    // Runs git outside of the folder, because the folder is removed.
    await removeWorktree({ ...repository, root: commonDir, gitDir: commonDir }, root, false);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

/**
 * Returns ignored files without a copy in another worktree. Skips ignored folders, which can be built again.
 */
async function ignoredFiles(root: string, commonDir: string): Promise<string[]> {
  const real = realpathSync(root);
  const others = (await listWorktrees(commonDir)).filter((each) => !each.bare && each.path !== real);
  const query = ["status", "--porcelain", "-z", "--ignored=traditional", "--untracked-files=normal"];
  const names = (await readPaths(root, query)).split("\0").flatMap((each) => {
    const name = each.slice(3);
    return each.startsWith("!! ") && !name.endsWith("/") ? [name] : [];
  });
  const bytes = (folder: string, name: string) => readFile(diskPath(folder, name)).catch(() => undefined);
  const kept: string[] = [];
  for (const name of names) {
    const here = await bytes(root, name);
    const copies = await Promise.all(others.map((each) => bytes(each.path, name)));
    if (here === undefined || !copies.some((each) => each?.equals(here))) kept.push(name);
  }
  return kept;
}

/** Returns the missing folders of a path, innermost first. */
function missingFolders(folder: string): string[] {
  const missing: string[] = [];
  for (let each = folder; !existsSync(each); each = path.dirname(each)) missing.push(each);
  return missing;
}
