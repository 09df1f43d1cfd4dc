/** Keeps the note `snapshot.json` in a session's folder: the last snapshot that the folder contains. */
import path from "node:path";
import { readSmall, writeAtomic } from "../files.ts";

export const SNAPSHOT_NOTE = "snapshot.json";

/** Returns name and content of the note. */
export function snapshotNote(id: string, commit: string): [string, string] {
  return [SNAPSHOT_NOTE, `${JSON.stringify({ id, commit })}\n`];
}

/** Returns the commit that the note names; undefined without a note about this session. */
export async function readSnapshotNote(folder: string, id: string): Promise<string | undefined> {
  try {
    const note = JSON.parse((await readSmall(path.join(folder, SNAPSHOT_NOTE))) ?? "") as Record<
      string,
      unknown
    >;
    const { commit } = note;
    return note.id === id && typeof commit === "string" && /^[0-9a-f]{40,64}$/.test(commit)
      ? commit
      : undefined;
  } catch {
    return undefined;
  }
}

/** Notes the snapshot that a folder contains. */
export async function writeSnapshotNote(folder: string, id: string, commit: string): Promise<void> {
  const [name, text] = snapshotNote(id, commit);
  // A note lost in a power cut costs only a comparison of the logs.
  await writeAtomic(path.join(folder, name), text, { durable: false });
}

/** Notes a new snapshot of a folder, unless another command changed the note since it was `before`. */
export async function noteSnapshot(
  folder: string,
  id: string,
  commit: string,
  before: string | undefined,
): Promise<void> {
  if (commit !== before && (await readSnapshotNote(folder, id)) === before)
    await writeSnapshotNote(folder, id, commit);
}
