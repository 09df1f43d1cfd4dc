/** Files that tools leave behind: found by a few looks at known places, or by the globs of the settings. */
import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { readSmall } from "../store/files.ts";

export interface ResultFile {
  /** Relative to the top of the work tree, with slashes. */
  readonly name: string;
  /** When it was written, milliseconds since the epoch. */
  readonly written: number;
  readonly size: number;
}

/** Larger files are not read, and no more of them together. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_FILES = 1000;
const DEPENDENCIES = ["**/node_modules/**", "**/.git/**", "**/vendor/**"];

/** Of these names, those that are plain files. Links are not followed. */
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

/** The XML files of a folder itself; none where there are too many to be results of one run. */
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

/** What globs find inside of the work tree; ignored files too, for results are. Slow on a large tree. */
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

/** Text of a file; undefined where it is gone meanwhile, or is not what it was. */
export async function textOf(root: string, { name }: ResultFile): Promise<string | undefined> {
  return readSmall(path.join(root, name), MAX_BYTES).catch(() => undefined);
}

/** Texts of several files, as long as they are not too much together; empty for one that is gone. */
export async function textsOf(root: string, files: readonly ResultFile[]): Promise<string[]> {
  if (files.reduce((sum, each) => sum + each.size, 0) > MAX_BYTES) return [];
  return Promise.all(files.map(async (each) => (await textOf(root, each)) ?? ""));
}

/** When the oldest of them was written: all of it is as new as that. */
export function oldest(files: readonly ResultFile[]): number {
  return Math.min(...files.map((each) => each.written));
}
