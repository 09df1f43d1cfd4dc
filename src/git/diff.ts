import { failedFilter } from "./failure.ts";
import { decodePaths, isUtf8Path } from "./path-bytes.ts";
import { ask, read, readHere, readPaths, readUnfiltered } from "./read.ts";
import type { ChangedPath } from "./status.ts";

export interface FileChange extends ChangedPath {
  /** Number of added lines; undefined for a binary file, and if git could not count the lines. */
  readonly added?: number;
  readonly removed?: number;
  readonly binary?: true;
}

/** Arguments of git that list commits with the names of changed files. */
const NAMES_LOG = ["log", "-z", "--name-only", "--no-renames", "--no-notes"];

const PLAIN = ["--no-ext-diff", "--no-textconv", "--no-color", "--find-renames", "--ignore-submodules=dirty"];

/**
 * Returns the changed files of `git diff` with these arguments: two commits, `--cached`, or one commit
 * against the work tree. Omits line counts and renames if a partial clone lacks the contents or a
 * clean filter cannot run; undefined if the clone lacks the trees.
 */
export async function changedFiles(
  root: string,
  between: readonly string[],
  pathspecs: readonly string[] = [],
): Promise<FileChange[] | undefined> {
  const raw = ["diff", "-z", "--raw", "--abbrev=40", ...PLAIN];
  const rest = [...between, "--", ...pathspecs];
  const text =
    (await readHere(root, [...raw, "--numstat", ...rest])) ??
    (await readUnfiltered(root, [...raw, "--no-renames", ...rest]));
  return text === undefined ? undefined : parseRawNumstat(text);
}

/**
 * Returns the names of changed files that match, for arguments of `git diff`; empty if a partial clone
 * lacks the trees.
 */
export async function changedNames(
  root: string,
  between: readonly string[],
  pathspecs: readonly string[],
): Promise<ReadonlySet<string>> {
  const args = ["diff", "-z", "--name-only", "--no-ext-diff", "--find-renames", "--ignore-submodules=dirty"];
  const text = await readUnfiltered(root, [...args, ...between, "--", ...pathspecs]);
  return new Set((text ?? "").split("\0").filter(Boolean));
}

/** Returns the reason why lines of the work tree cannot be counted: a clean filter that cannot run. */
export async function unreadableWork(root: string): Promise<string | undefined> {
  return failedFilter((await ask(root, ["diff", "--raw", ...PLAIN])).stderr)?.line;
}

/**
 * Returns names of tracked files that differ between the work tree and the commit at which HEAD left a
 * revision, with the old names of renamed files. Undefined if the revision is gone or shares no
 * history with HEAD.
 */
export async function changedSince(root: string, revision: string): Promise<string[] | undefined> {
  const plain = ["--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--ignore-submodules=dirty"];
  const answer = await ask(root, ["diff", "-z", "--name-only", ...plain, "--merge-base", revision, "--"]);
  return answer.code === 0 ? decodePaths(answer.bytes).split("\0").filter(Boolean) : undefined;
}

/**
 * Returns the patch without context lines; empty if a partial clone lacks the contents or a clean
 * filter cannot run.
 */
export async function patch(
  root: string,
  between: readonly string[],
  pathspecs: readonly string[] = [],
): Promise<string> {
  // A name that is not UTF-8 cannot be an argument, so the whole diff is read and filtered.
  const wanted = pathspecs.every(isUtf8Path) ? pathspecs : [];
  const prefixes = ["--src-prefix=a/", "--dst-prefix=b/"];
  const args = ["diff", "--unified=0", ...PLAIN, ...prefixes, ...between, "--", ...wanted];
  return (await readHere(root, args)) ?? "";
}

/** Returns the files of a commit; without a commit, the files of the work tree that git does not ignore. */
export async function allFiles(root: string, commit?: string): Promise<string[]> {
  const args =
    commit === undefined
      ? ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
      : ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit];
  return (await readPaths(root, args)).split("\0").filter(Boolean);
}

/** Returns a pathspec that matches one path literally. */
export function literalPathspec(path: string): string {
  return `:(top,literal)${path}`;
}

/**
 * Returns pathspecs of files that match one of the first globs (any file, without globs) and none of
 * the second.
 */
export function globPathspecs(wanted: readonly string[], unwanted: readonly string[]): string[] {
  const inside = (pattern: string) => !pattern.startsWith("/") && !pattern.split("/").includes("..");
  return [
    ...wanted.filter(inside).map((pattern) => `:(top,glob)${pattern}`),
    ...unwanted.filter(inside).map((pattern) => `:(top,exclude,glob)${pattern}`),
  ];
}

/** Parses `git diff -z --raw --numstat`: first all raw records, then the numbers. */
export function parseRawNumstat(text: string): FileChange[] {
  const records = text.split("\0");
  const changes = new Map<string, FileChange>();
  for (let at = 0; at < records.length; at++) {
    const record = records[at] ?? "";
    if (record.startsWith(":")) {
      const fields = record.split(" ");
      const letter = (fields[4] ?? "M")[0];
      const renamed = letter === "R" || letter === "C";
      const first = records[++at] ?? "";
      const file = renamed ? (records[++at] ?? "") : first;
      const submodule = fields[0] === ":160000" || fields[1] === "160000";
      changes.set(file, { path: file, submodule, ...kindOf(letter, first) });
      continue;
    }
    const numbers = /^(-|\d+)\t(-|\d+)\t/.exec(record);
    if (!numbers) continue;
    let file = record.slice(numbers[0].length);
    if (file === "") {
      // Skips the old and the new path of a rename, which follow as separate records.
      at += 2;
      file = records[at] ?? "";
    }
    const change = changes.get(file);
    if (!change) continue;
    const isBinary = numbers[1] === "-";
    const lines = { added: Number(numbers[1]), removed: Number(numbers[2]) };
    changes.set(file, { ...change, ...(isBinary ? { binary: true } : lines) });
  }
  return [...changes.values()];
}

function kindOf(letter: string | undefined, from: string): Pick<ChangedPath, "change" | "from"> {
  if (letter === "A") return { change: "added" };
  if (letter === "D") return { change: "removed" };
  if (letter === "R") return { change: "renamed", from };
  return { change: letter === "C" ? "added" : "changed" };
}

/** Returns the id of the empty tree in this repository's hash algorithm, to compare a root commit with. */
export async function emptyTree(root: string): Promise<string> {
  return (await read(root, ["hash-object", "-t", "tree", "--stdin"], "")).trim();
}

/** Returns the files that each commit changed, without merges; empty if a partial clone lacks the trees. */
export async function filesOfCommits(root: string, oids: readonly string[]): Promise<Map<string, string[]>> {
  const files = new Map<string, string[]>();
  if (oids.length === 0) return files;
  const args = [...NAMES_LOG, "--no-walk=unsorted", "--format=%x01%H"];
  let names: string[] = [];
  for (const record of ((await readHere(root, [...args, ...oids, "--"])) ?? "").split("\0")) {
    const name = record.replace(/^\n/, "");
    if (name.startsWith("\x01")) {
      names = [];
      files.set(name.slice(1), names);
    } else if (name) names.push(name);
  }
  return files;
}

/** Counts the newest commits of a range that changed each path; empty if a partial clone lacks the trees. */
export async function touchCounts(
  root: string,
  range: readonly string[],
  limit?: number,
): Promise<Map<string, number>> {
  const most = limit === undefined ? [] : [`--max-count=${limit}`];
  // Ignores missing revisions: a shallow clone may lack the commit at which a session began.
  const args = [...NAMES_LOG, "--format=", "--ignore-missing", ...most, ...range, "--"];
  const text = await readHere(root, args);
  const counts = new Map<string, number>();
  for (const name of (text ?? "").split("\0")) {
    const file = name.replace(/^\n/, "");
    if (file) counts.set(file, (counts.get(file) ?? 0) + 1);
  }
  return counts;
}
