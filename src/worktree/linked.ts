/** A linked worktree for a branch: where it goes, how it is made, and how it is taken back. */
import { existsSync } from "node:fs";
import { mkdir, readdir, rmdir } from "node:fs/promises";
import path from "node:path";
import { isAnotherWorktree } from "../git/environment.ts";
import { createBranch, deleteBranch } from "../git/refs.ts";
import { addWorktree, checkedOutElsewhere, listWorktrees, removeWorktree } from "../git/worktrees.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { word } from "../text/shell.ts";
import { folderBeside } from "../views/shapes/worktrees.ts";

/**
 * Where the worktree of a branch goes: the folder that was asked for, else one beside the main worktree.
 * Failure `path-taken` where there is something already, `checked-out-elsewhere` where the branch has one.
 */
export async function linkedFolder(place: Place, branch: string, wanted: string | true): Promise<string> {
  const { root, commonDir } = place.repository;
  if (branch === place.repository.branch)
    throw new Failure("checked-out-here", `${branch} is checked out here`, {
      hint: `session start ${word(branch)}, without --worktree`,
    });
  const [main, elsewhere] = await Promise.all([
    wanted === true ? listWorktrees(root).then((all) => all[0]) : undefined,
    checkedOutElsewhere(root, branch),
  ]);
  if (elsewhere) throw elsewhere;
  const folder =
    wanted === true
      ? folderBeside(main?.bare ? { bare: commonDir } : { main: main?.path ?? root }, branch)
      : wanted;
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) =>
    error.code === "ENOENT" ? [] : undefined,
  );
  if (there?.length === 0) return folder;
  throw new Failure("path-taken", `${folder} is there already${there ? ", and not empty" : ""}`, {
    hint: `session start ${word(branch)} --worktree <another path>`,
  });
}

/**
 * Checks a branch out in a new worktree, creating it when `create` is given. Gives what takes both back.
 * Failures: `worktree-refused`, `checked-out-elsewhere`; nothing has changed then.
 */
export async function link(
  { repository }: Place,
  folder: string,
  branch: string,
  create?: { readonly from: string; readonly track: boolean },
): Promise<() => Promise<void>> {
  const missing = missingFolders(folder);
  const undoFolders = async () => {
    if (missing.length === 0) await mkdir(folder, { recursive: true });
    // git makes the folders above it too, and leaves them.
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
    await removeWorktree(repository, folder);
    await Promise.all([undoFolders(), undoBranch()]);
  };
}

/** The folders of a path that are not there, the innermost first. */
function missingFolders(folder: string): string[] {
  const missing: string[] = [];
  for (let each = folder; !existsSync(each); each = path.dirname(each)) missing.push(each);
  return missing;
}
