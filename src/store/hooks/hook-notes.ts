/** Reads the notes that git's hooks leave in a session's folder. */
import { statSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { readSmall } from "../files.ts";

/**
 * Name of the file with the ids of the decisions that the next commit carries, followed by lines of a commit
 * and its decisions.
 */
export const PENDING = ".pending";
export const CARRIED = ".carried";
/** Name of the file with all objectives and blockers, in case a list is damaged. */
export const ITEMS = ".items";
/** Name of the file that marks a branch which moved by other means than a commit. */
export const MOVED = ".moved";
/** Name of the file with pairs of old and new commits. */
export const REWRITES = ".rewrites";

/** Returns the commit that carries each decision, for commits since the last save, by decision id. */
export async function carriedByCommits(folder: string): Promise<Record<string, string>> {
  const text = (await readSmall(path.join(folder, CARRIED)).catch(() => undefined)) ?? "";
  const pairs = text.split("\n").flatMap((line) => {
    const [commit, ...ids] = line.split(" ");
    return /^[0-9a-f]{40,64}$/.test(commit ?? "")
      ? ids.filter((id) => /^dec-\d+$/.test(id)).map((id) => [id, commit])
      : [];
  });
  return Object.fromEntries(pairs);
}

/** Returns the rewritten commits, old to new, from the notes of hooks; undefined without a note. */
export async function readRewrites(folder: string): Promise<ReadonlyMap<string, string> | undefined> {
  const moved = statSync(path.join(folder, MOVED), { throwIfNoEntry: false }) !== undefined;
  const pairs = await readSmall(path.join(folder, REWRITES));
  return moved || pairs !== undefined ? parseRewrites(pairs ?? "") : undefined;
}

/** Parses lines of `old new` in time order: a commit rewritten twice maps to its last form. */
function parseRewrites(text: string): Map<string, string> {
  const rewrites = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [before, after] = line.split(" ");
    if (!before || !after || !/^[0-9a-f]{40,64}$/.test(before) || !/^[0-9a-f]{40,64}$/.test(after)) continue;
    for (const [old, current] of rewrites) if (current === before) rewrites.set(old, after);
    rewrites.set(before, after);
  }
  return rewrites;
}

/** Removes the note of rewrites after they were applied. */
export async function clearRewrites(folder: string): Promise<void> {
  await Promise.all([MOVED, REWRITES].map((name) => rm(path.join(folder, name), { force: true })));
}
