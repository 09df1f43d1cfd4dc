/** Provides a folder for a separate index if no session's folder is available. */
import { rm } from "node:fs/promises";
import path from "node:path";
import type { IndexWorkspace } from "../git/move/separate-index.ts";
import type { Place } from "../place/place.ts";
import { makeFolder } from "../store/folders.ts";

/** Runs an action with a scratch folder that is deleted afterwards. Reuses the folder of a killed command. */
export async function withScratch<T>(
  { repository }: Place,
  action: (bench: IndexWorkspace) => Promise<T>,
): Promise<T> {
  const scratch = path.join(repository.gitDir, "session-scratch");
  await makeFolder(repository.gitDir, path.basename(scratch));
  try {
    return await action({ repository, scratch });
  } finally {
    await rm(scratch, { recursive: true, force: true }).catch(() => {});
  }
}
