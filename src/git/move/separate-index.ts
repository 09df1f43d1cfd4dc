/** A work tree with a place for an index of our own. */
import { copyFile, rm } from "node:fs/promises";
import path from "node:path";
import { defined } from "../../text/defined.ts";
import { read } from "../read.ts";
import type { Repository } from "../repository.ts";
import { changed } from "../write.ts";

/** Where work is taken up or put back: a work tree, and a folder for an index of our own. */
export interface IndexWorkspace {
  readonly repository: Repository;
  readonly scratch: string;
}

/** An index of ours is whole in itself. */
export const WHOLE_INDEX = ["-c", "core.splitIndex=false", "-c", "index.sparse=false"];

export type Run = (args: readonly string[], input?: Buffer) => Promise<string>;

let count = 0;

/** Runs git with an index of our own, which is gone afterwards. */
export async function withIndex<T>(
  { repository, scratch }: IndexWorkspace,
  action: (run: Run, file: string) => Promise<T>,
): Promise<T> {
  const file = path.join(scratch, `.tmp-${process.pid}-index-${++count}`);
  const run: Run = (args, input) =>
    changed(repository.root, [...WHOLE_INDEX, ...args], {
      env: { GIT_INDEX_FILE: file },
      ...defined({ input }),
    });
  try {
    return await action(run, file);
  } finally {
    await Promise.all([file, `${file}.lock`].map((each) => rm(each, { force: true })));
  }
}

/** A repository without an index file has an empty index. */
export async function copyIndex({ root }: Repository, file: string): Promise<void> {
  const from = path.resolve(root, (await read(root, ["rev-parse", "--git-path", "index"])).trim());
  await copyFile(from, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}
