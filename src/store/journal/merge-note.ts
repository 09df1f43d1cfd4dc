/**
 * Writes the note `united.json` into a session's folder: after the merged files are in the folder, until the
 * ref points to the merge. The next command uses it to finish an interrupted merge.
 */
import { rm } from "node:fs/promises";
import path from "node:path";
import { readSmall } from "../files.ts";

/** A merge whose ref update may be missing after a crash. */
export interface MergeNote {
  readonly id: string;
  /** Commit of the session's ref before the merge. */
  readonly ours: string;
  /** Id of the merge commit. */
  readonly commit: string;
}

const NAME = "united.json";

/** Returns name and content of the merge note. */
export function mergeNote(mark: MergeNote): [string, string][] {
  return [[NAME, `${JSON.stringify(mark)}\n`]];
}

/** Removes the merge note, after `first` finished the merge. */
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
