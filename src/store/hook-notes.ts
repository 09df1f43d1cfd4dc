/** What git's hooks noted in a session's folder, for whoever reads it next. */
import { statSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { readSmall } from "./files.ts";

/** Ids of the decisions that the next commit takes; and lines of a commit with those that it took. */
export const PENDING = ".pending";
export const CARRIED = ".carried";
/** All objectives and blockers, for when a list is damaged. */
export const ITEMS = ".items";
/** The branch was moved otherwise than by a commit. */
export const MOVED = ".moved";
/** Pairs of old and new commits. */
export const REWRITES = ".rewrites";

/** Commits by the decisions that they took, as noted since the session was last written. */
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

/** Which commits took the place of which, old to new, as the hooks noted it; undefined where they noted nothing. */
export async function readRewrites(folder: string): Promise<ReadonlyMap<string, string> | undefined> {
  const moved = statSync(path.join(folder, MOVED), { throwIfNoEntry: false }) !== undefined;
  const pairs = await readSmall(path.join(folder, REWRITES));
  return moved || pairs !== undefined ? parseRewrites(pairs ?? "") : undefined;
}

/** Lines of `old new`, in the order in which they happened: a commit that was rewritten twice leads to the last one. */
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

/** Forgets what was taken in. */
export async function clearRewrites(folder: string): Promise<void> {
  await Promise.all([MOVED, REWRITES].map((name) => rm(path.join(folder, name), { force: true })));
}
