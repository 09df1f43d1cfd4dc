/** Runs git commands with a separate index, so that the user's index stays unchanged. */
import { copyFile, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { perRun } from "../../surroundings.ts";
import { defined } from "../../text/defined.ts";
import { read } from "../read.ts";
import type { Repository } from "../repository.ts";
import { changed } from "../write.ts";

/** A work tree, and the folder in which the separate index is created. */
export interface IndexWorkspace {
  readonly repository: Repository;
  readonly scratch: string;
}

/** Settings that keep the whole index in one file. */
export const WHOLE_INDEX = ["-c", "core.splitIndex=false", "-c", "index.sparse=false"];

/** Runs git with a separate index. Returns standard output. */
export type Run = (args: readonly string[], input?: Buffer) => Promise<string>;

let count = 0;

/** Runs an action with a separate index, which is deleted afterwards. */
export async function withIndex<T>(
  { repository, scratch }: IndexWorkspace,
  action: (run: Run, file: string) => Promise<T>,
): Promise<T> {
  const file = path.join(scratch, `.tmp-${process.pid}-index-${++count}`);
  const run: Run = (args, input) =>
    changed(repository.root, [...WHOLE_INDEX, ...args], {
      env: { GIT_INDEX_FILE: file },
      onlyObjects: !args.includes("-u"),
      ...defined({ input }),
    });
  try {
    return await action(run, file);
  } finally {
    await Promise.all([file, `${file}.lock`].map((each) => rm(each, { force: true })));
  }
}

const indexPaths = perRun(() => new Map<string, string>());

/** Copies the index of the work tree. */
export async function copyIndex({ root }: Repository, file: string): Promise<void> {
  const known = indexPaths().get(root);
  const from = known ?? path.resolve(root, (await read(root, ["rev-parse", "--git-path", "index"])).trim());
  indexPaths().set(root, from);
  await copyIndexFile(from, file);
}

/** Copies an index with its file time: git reads files again that are as new as the index. */
export async function copyIndexFile(from: string, to: string): Promise<void> {
  const found = await stat(from).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  // A repository without an index file has an empty index.
  if (!found) return;
  await copyFile(from, to);
  // Rounds down: an older index only makes git read more files.
  const time = Math.floor(found.mtimeMs) / 1000;
  await utimes(to, time, time);
}
