/** Finds untracked files on disk at paths where another git tree has a file. */
import { lstatSync } from "node:fs";
import { diskPath, filesBelowFolder, isSubmodule, kindsOnDisk, type TreeChange } from "./changes.ts";
import { foldersOf } from "./stash-parse.ts";

/**
 * Finds files that git neither tracks nor lists. `files`: at the path of a new file; `blockers`: in
 * place of a parent folder.
 */
export async function untrackedFiles(
  root: string,
  changes: readonly TreeChange[],
  dirty: ReadonlySet<string>,
): Promise<{ files: TreeChange[]; blockers: string[] }> {
  const before = new Set(changes.filter((each) => each.from !== undefined).map((each) => each.path));
  const isKnown = (name: string) => before.has(name) || dirty.has(name);
  const added = changes.filter(
    (each) => each.from === undefined && !isSubmodule(each.to) && !isKnown(each.path),
  );
  const parents = [...new Set(added.flatMap((each) => foldersOf(each.path)))].filter(
    (each) => !isKnown(each),
  );
  const kinds = await kindsOnDisk(root, [...parents, ...added.map((each) => each.path)]);
  const blockers = parents.filter((each) => kinds.get(each) === "file");
  const files: TreeChange[] = [];
  for (const each of added) {
    const kind = kinds.get(each.path);
    if (kind === "file" && !isOther(root, each.path, before)) files.push(each);
    if (kind === "folder")
      blockers.push(...(await filesBelowFolder(root, each.path)).filter((file) => !isKnown(file)));
  }
  return { files, blockers };
}

/** On a disk that ignores case, the untracked file may be a tracked file in another spelling. */
function isOther(root: string, name: string, tracked: ReadonlySet<string>): boolean {
  const lower = name.toLowerCase();
  const here = lstatSync(diskPath(root, name), { throwIfNoEntry: false });
  return [...tracked].some((each) => {
    if (each === name || each.toLowerCase() !== lower) return false;
    const other = lstatSync(diskPath(root, each), { throwIfNoEntry: false });
    return other !== undefined && other.ino === here?.ino && other.dev === here.dev;
  });
}
