/**
 * Writes `united.json` in a session's folder: after the merged files are in the folder, until the ref points
 * to the merge. Lets the next command finish an interrupted merge.
 */
import { rm } from "node:fs/promises";
import path from "node:path";
import { readSmall } from "./files.ts";

/** A merge whose ref update may be missing after a crash. */
export interface MergeNote {
  readonly id: string;
  /** The session's ref before. */
  readonly ours: string;
  /** The merge commit. */
  readonly commit: string;
}

const NAME = "united.json";

/** Returns name and content of the file. */
export function mergeNote(mark: MergeNote): [string, string][] {
  return [[NAME, `${JSON.stringify(mark)}\n`]];
}

/** Removes the file, after `first` finished the merge. */
export async function removeMergeNote(
  folder: string,
  first?: (mark: MergeNote) => Promise<void>,
): Promise<void> {
  const file = path.join(folder, NAME);
  const mark = first && parse(await readSmall(file));
  if (mark) await first(mark);
  await rm(file, { force: true });
}

function parse(text: string | undefined): MergeNote | undefined {
  try {
    const { id, ours, commit } = JSON.parse(text ?? "") as Partial<MergeNote>;
    const isCommit = (each: unknown) => typeof each === "string" && /^[0-9a-f]{40,64}$/.test(each);
    return typeof id === "string" && isCommit(ours) && isCommit(commit)
      ? ({ id, ours, commit } as MergeNote)
      : undefined;
  } catch {
    return undefined;
  }
}
