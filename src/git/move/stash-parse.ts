/** Parses what git reports about a work tree and trees, for stashed work. Pure. */

export interface UnfinishedPaths {
  readonly tracked: string[];
  readonly untracked: string[];
  /** Paths of intent-to-add files; `tracked` lists them too. */
  readonly intended: string[];
  readonly unmerged: string[];
  /** Submodules at another commit than HEAD records. */
  readonly submodules: string[];
  /** Untracked folders that are repositories themselves: they are not stashed. */
  readonly repositories: string[];
}

/** Parses `git status --porcelain=v2 -z --no-renames --untracked-files=all`. */
export function parseUnfinished(text: string): UnfinishedPaths {
  const found: UnfinishedPaths = {
    tracked: [],
    untracked: [],
    intended: [],
    unmerged: [],
    submodules: [],
    repositories: [],
  };
  for (const record of text.split("\0")) {
    const kind = record[0];
    if (kind === "?" && record.endsWith("/")) found.repositories.push(record.slice(2));
    else if (kind === "?") {
      // Skips .session/: uncommitted files of `session init` belong to every session.
      if (!record.startsWith("? .session/")) found.untracked.push(record.slice(2));
    } else if (kind === "u") found.unmerged.push(record.split(" ").slice(10).join(" "));
    else if (kind === "1") {
      const name = record.split(" ").slice(8).join(" ");
      if (record[5] === "S") found.submodules.push(name);
      else found.tracked.push(name);
      // HEAD may still have the intended file.
      if (record[3] === "A") found.intended.push(name);
    }
  }
  return found;
}

/** Parses `git diff-tree -r -z --raw`: each path with mode and object of its new side. */
export function parseRaw(text: string): Map<string, string> {
  const fields = text.split("\0");
  const entries = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode = "", , oid = ""] = (fields[at] ?? "").split(" ");
    entries.set(fields[at + 1] ?? "", `${mode} ${oid}`);
  }
  return entries;
}

/** Returns untracked files that no longer fit next to the changes of the branch. */
export function displacedFiles(
  untracked: ReadonlyMap<string, string>,
  changed: ReadonlyMap<string, string>,
): string[] {
  const folders = new Set([...changed.keys()].flatMap(foldersOf));
  return [...untracked].flatMap(([name, entry]) => {
    const there = changed.get(name);
    const isTaken = there !== undefined && there !== entry;
    return isTaken || folders.has(name) || foldersOf(name).some((each) => changed.has(each)) ? [name] : [];
  });
}

/** Returns the parent folders of a path, the outermost first. */
export function foldersOf(name: string): string[] {
  const parts = name.split("/");
  return parts.slice(1).map((_part, at) => parts.slice(0, at + 1).join("/"));
}
