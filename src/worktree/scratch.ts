/** A folder for an index of our own, where no session is at hand whose folder could hold it. */
import { rm } from "node:fs/promises";
import path from "node:path";
import type { Bench } from "../git/move/bench.ts";
import type { Place } from "../place/place.ts";
import { makeFolder } from "../store/files.ts";

/** Runs an action with a scratch folder that is gone afterwards; one that a killed command left is used again. */
export async function withScratch<T>(
  { repository }: Place,
  action: (bench: Bench) => Promise<T>,
): Promise<T> {
  const scratch = path.join(repository.gitDir, "session-scratch");
  await makeFolder(repository.gitDir, path.basename(scratch));
  try {
    return await action({ repository, scratch });
  } finally {
    await rm(scratch, { recursive: true, force: true }).catch(() => {});
  }
}
