import { existsSync } from "node:fs";
import path from "node:path";
import { decodePaths } from "./path-bytes.ts";
import { ask, readPaths, readUnfiltered, STATUS_QUERY } from "./read.ts";
import type { Repository } from "./repository.ts";

export interface ChangedPath {
  readonly path: string;
  readonly change: "added" | "changed" | "removed" | "renamed";
  /** Path of the file before a rename. */
  readonly from?: string;
  readonly submodule: boolean;
  /** True for a submodule that `git add` would stage; absent if only files inside the submodule changed. */
  readonly moved?: true;
}

export interface WorkTreeStatus {
  readonly staged: readonly ChangedPath[];
  readonly unstaged: readonly ChangedPath[];
  readonly untracked: readonly string[];
  readonly unmerged: readonly string[];
  readonly upstream?: string;
  readonly ahead?: number;
  readonly behind?: number;
}

/**
 * Returns the state of the work tree from `git status` (porcelain v2). An untracked folder is one path
 * with a trailing slash.
 */
export async function workTreeStatus(repository: Repository, allUntracked = false): Promise<WorkTreeStatus> {
  const query = allUntracked ? [...STATUS_QUERY.slice(0, -1), "--untracked-files=all"] : STATUS_QUERY;
  return parseStatus(
    (await readUnfiltered(repository.root, query)) ?? (await readPaths(repository.root, query)),
  );
}

/**
 * Returns the tracked files with unstaged changes. A submodule is no file: its commit is the user's to stage,
 * and changes inside it are its own.
 */
export function unstagedFiles({ unstaged }: WorkTreeStatus): ChangedPath[] {
  return unstaged.filter((each) => !each.submodule);
}

/** Returns the tracked paths with staged or unstaged changes, each path once. */
export function trackedChanges({ staged, unstaged }: Pick<WorkTreeStatus, "staged" | "unstaged">): string[] {
  return [...new Set([...staged, ...unstaged].map((each) => each.path))];
}

/** Returns the tracked paths that the next checkpoint would commit: without unstaged submodules. */
export function changesToCommit(status: WorkTreeStatus): string[] {
  return trackedChanges({ staged: status.staged, unstaged: unstagedFiles(status) });
}

/** Reports whether git ignores a file; false for a tracked file. */
export async function isIgnored(root: string, file: string): Promise<boolean> {
  return (await ask(root, ["check-ignore", "--quiet", "--", file])).code === 0;
}

/** Returns the paths that git ignores; never a tracked path. */
export async function ignoredAmong(root: string, paths: readonly string[]): Promise<Set<string>> {
  const { bytes } = await ask(root, ["check-ignore", "-z", "--stdin"], paths.join("\0"));
  return new Set(decodePaths(bytes).split("\0"));
}

/**
 * Returns folders that git ignores as a whole, without trailing slash; empty if git cannot read the
 * work tree.
 */
export async function ignoredFolders(root: string): Promise<string[]> {
  const query = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"];
  const { bytes } = await ask(root, query);
  const names = decodePaths(bytes).split("\0");
  return names.flatMap((each) => (each.endsWith("/") ? [each.slice(0, -1)] : []));
}

/** Parses `git status --porcelain=v2 --branch -z`. */
export function parseStatus(text: string): WorkTreeStatus {
  const staged: ChangedPath[] = [];
  const unstaged: ChangedPath[] = [];
  const untracked: string[] = [];
  const unmerged: string[] = [];
  const branch: { upstream?: string; ahead?: number; behind?: number } = {};
  const records = text.split("\0");
  for (let at = 0; at < records.length; at++) {
    const record = records[at] ?? "";
    const kind = record[0];
    if (kind === "?") untracked.push(record.slice(2));
    else if (kind === "u") unmerged.push(fieldsAfter(record, 10));
    else if (kind === "1" || kind === "2") {
      const renamed = kind === "2";
      const file = fieldsAfter(record, renamed ? 9 : 8);
      const from = renamed ? records[++at] : undefined;
      const submodule = record[5] === "S";
      // `SC..` has another commit checked out; `S.MU` has only changes inside.
      const isMoved = submodule && (record[6] === "C" || record[3] !== "M");
      const moved = isMoved ? { moved: true as const } : {};
      const place = { path: file, submodule };
      // An intent-to-add file shows as `.A`: it is new, and none of its content is staged.
      if (record[2] !== ".") staged.push({ ...place, ...changeOf(record[2], from) });
      if (record[3] !== ".") unstaged.push({ ...place, ...moved, ...changeOf(record[3], from) });
    } else if (record.startsWith("# branch.upstream ")) branch.upstream = record.slice(18);
    else if (record.startsWith("# branch.ab ")) {
      const match = /\+(\d+) -(\d+)/.exec(record);
      if (match) Object.assign(branch, { ahead: Number(match[1]), behind: Number(match[2]) });
    }
  }
  return { staged, unstaged, untracked, unmerged, ...branch };
}

function changeOf(letter: string | undefined, from?: string): Pick<ChangedPath, "change" | "from"> {
  if (letter === "A") return { change: "added" };
  if (letter === "D") return { change: "removed" };
  if ((letter === "R" || letter === "C") && from !== undefined) return { change: "renamed", from };
  return { change: "changed" };
}

/** Returns the text after the n-th space: a path may contain spaces. */
function fieldsAfter(record: string, fields: number): string {
  let at = -1;
  for (let n = 0; n < fields; n++) at = record.indexOf(" ", at + 1);
  return record.slice(at + 1);
}

/** An unfinished git operation, with the commands that finish and abort it. */
export interface Operation {
  readonly name: "merge" | "rebase" | "am" | "cherry-pick" | "revert" | "bisect";
  readonly finish: string;
  readonly abort: string;
}

/** Returns the unfinished operation of this worktree, such as a merge or a rebase. */
export async function unfinishedOperation(repository: Repository): Promise<Operation | undefined> {
  const has = (name: string) => existsSync(path.join(repository.gitDir, name));
  if (has("rebase-merge") || has("rebase-apply/rebasing")) return operation("rebase");
  if (has("rebase-apply")) return operation("am");
  if (has("MERGE_HEAD")) return operation("merge");
  const isRef = async (name: string) =>
    has("reftable")
      ? (await ask(repository.root, ["rev-parse", "--verify", "--quiet", name])).code === 0
      : has(name);
  // Checks the sequencer's folder too: while picking several commits, git removes CHERRY_PICK_HEAD between
  // two of them.
  if (await isRef("CHERRY_PICK_HEAD")) return operation("cherry-pick");
  if (await isRef("REVERT_HEAD")) return operation("revert");
  if (has("sequencer")) return operation("cherry-pick");
  if (has("BISECT_LOG")) {
    return { name: "bisect", finish: "git bisect reset", abort: "git bisect reset" };
  }
  return undefined;
}

/** Returns the commands that end an operation, each once: `git merge --continue` and `git merge --abort`. */
export function waysOut({ finish, abort }: Operation): string[] {
  return finish === abort ? [finish] : [finish, abort];
}

/** Returns the text for an unfinished operation, such as `a merge is in progress`. */
export function inProgress({ name }: { readonly name: string }): string {
  return `${/^[aeiou]/.test(name) ? "an" : "a"} ${name} is in progress`;
}

function operation(name: Exclude<Operation["name"], "bisect">): Operation {
  return { name, finish: `git ${name} --continue`, abort: `git ${name} --abort` };
}
