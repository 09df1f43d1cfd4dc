/** Finds the files that tools write: at known paths, or by the globs of the settings. */
import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { readSmall } from "../store/files.ts";

/** A file that a tool wrote. */
export interface ResultFile {
  /** Path relative to the top of the work tree, with slashes. */
  readonly name: string;
  /** Time of the file's last write, in milliseconds since the epoch. */
  readonly written: number;
  readonly size: number;
}

/** Maximum bytes of a file to read, and of all files of one result together. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_FILES = 1000;
const DEPENDENCIES = ["**/node_modules/**", "**/.git/**", "**/vendor/**"];

/**
 * Returns the regular files among these paths. Does not follow symbolic links; skips files above the size
 * limit.
 */
export async function existingFiles(root: string, names: readonly string[]): Promise<ResultFile[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const status = await lstat(path.join(root, name)).catch(() => undefined);
      return status?.isFile() && status.size <= MAX_BYTES
        ? [{ name, written: status.mtimeMs, size: status.size }]
        : [];
    }),
  );
  return found.flat();
}

/**
 * Returns the XML files of a folder, without subfolders. Returns an empty list for more than 1,000 files,
 * which are not the results of one run.
 */
export async function xmlFilesIn(root: string, folder: string): Promise<ResultFile[]> {
  const names = await readdir(path.join(root, folder)).catch(() => []);
  const wanted = names.filter((each) => each.endsWith(".xml"));
  return wanted.length > MAX_FILES
    ? []
    : existingFiles(
        root,
        wanted.sort().map((each) => `${folder}/${each}`),
      );
}

/**
 * Returns the files in the work tree that match globs, including files that git ignores. Slow on a large
 * tree. `depth`: folders below the top.
 */
export async function matchingFiles(
  root: string,
  globs: readonly string[],
  depth = 12,
): Promise<ResultFile[]> {
  const inside = globs.filter((each) => !path.isAbsolute(each) && !each.split(/[\\/]/).includes(".."));
  const plain = inside.filter((each) => !/[*?[\]{}()!+@\\]/.test(each));
  const patterns = inside.filter((each) => !plain.includes(each));
  const names = patterns.length === 0 ? [] : await walked(root, patterns, depth);
  return existingFiles(root, [...new Set([...plain, ...names])].slice(0, MAX_FILES));
}

async function walked(root: string, patterns: readonly string[], depth: number): Promise<string[]> {
  const { globby } = await import("globby");
  const options = { cwd: root, ignore: DEPENDENCIES, followSymbolicLinks: false, deep: depth };
  return (await globby([...patterns], { ...options, dot: true, suppressErrors: true })).sort();
}

/** Reads a result file. Returns undefined if it is gone or cannot be read. */
export async function textOf(root: string, { name }: ResultFile): Promise<string | undefined> {
  return readSmall(path.join(root, name), MAX_BYTES).catch(() => undefined);
}

/**
 * Reads several result files. Returns an empty list if they are too large together, and an empty text for a
 * missing file.
 */
export async function textsOf(root: string, files: readonly ResultFile[]): Promise<string[]> {
  if (files.reduce((sum, each) => sum + each.size, 0) > MAX_BYTES) return [];
  return Promise.all(files.map(async (each) => (await textOf(root, each)) ?? ""));
}

/**
 * Returns the last write of the oldest file, in milliseconds since the epoch: results are only as new as
 * their oldest part.
 */
export function oldest(files: readonly ResultFile[]): number {
  return Math.min(...files.map((each) => each.written));
}
