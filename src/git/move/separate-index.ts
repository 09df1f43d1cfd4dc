/** Runs git commands with a separate index, so that the user's index stays unchanged. */
import { copyFile, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { defined } from "../../text/defined.ts";
import { gitEnvironment } from "../environment.ts";
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

/** Copies the work tree's index, with its file time: git reads files again that are as new as the index. */
export async function copyIndex({ root, gitDir }: Repository, file: string): Promise<void> {
  const index = path.resolve(root, gitEnvironment(root, "ask").GIT_INDEX_FILE ?? path.join(gitDir, "index"));
  const found = await stat(index).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  // A repository without an index file has an empty index.
  if (!found) return;
  await copyFile(index, file);
  // Rounds down: an older index only makes git read more files.
  const time = Math.floor(found.mtimeMs) / 1000;
  await utimes(file, time, time);
}
