/** Stores deleted sessions in `.trash/<key>/`, with a note and their folders, until the trash is emptied. */
import { readdir, rename, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { type DeletedSession, parseDeleted } from "../session/trash.ts";
import { readSmall, writeAtomic } from "./files.ts";
import { makeFolder, syncFolder } from "./folders.ts";
import { KEPT } from "./journal/journal.ts";
import { keptCopies } from "./sessions.ts";
import { systemFailure } from "./system-failure.ts";

const TRASH = ".trash";
const NOTE = "deleted.json";

const entryOf = (sessionsDir: string, key: string) => path.join(sessionsDir, TRASH, key);

/** Reads all entries of the trash, the last deleted first. */
export async function readTrash(sessionsDir: string): Promise<DeletedSession[]> {
  return readNotes(sessionsDir, await keysOf(sessionsDir));
}

/** Returns unfinished deletions and restorations of the given sessions. */
export async function unfinishedDeletions(
  sessionsDir: string,
  ids: { has(id: string): boolean },
): Promise<DeletedSession[]> {
  // Filters by session first: deleted sessions are rarely listed, so hardly any note must be read.
  const keys = (await keysOf(sessionsDir)).filter((key) => ids.has(key.slice(0, 12)));
  return (await readNotes(sessionsDir, keys)).filter((each) => each.step !== "deleted");
}

async function keysOf(sessionsDir: string): Promise<string[]> {
  return readdir(path.join(sessionsDir, TRASH)).catch(() => []);
}

async function readNotes(sessionsDir: string, keys: readonly string[]): Promise<DeletedSession[]> {
  const notes = await Promise.all(
    keys.map(async (key) => {
      const text = await readSmall(path.join(entryOf(sessionsDir, key), NOTE)).catch(() => undefined);
      return text === undefined ? undefined : parseDeleted(key, text);
    }),
  );
  return notes.filter((each) => each !== undefined).sort((one, other) => other.at.localeCompare(one.at));
}

/**
 * Runs an action under the exclusive lock of the trash.
 * @throws Failure `locked`
 */
export async function withTrash<T>(sessionsDir: string, action: () => Promise<T>): Promise<T> {
  await makeFolder(path.dirname(sessionsDir), path.join(path.basename(sessionsDir), TRASH));
  const { withLock } = await import("./journal/lock.ts");
  return withLock(path.join(sessionsDir, TRASH), action);
}

/** Records a decided deletion; from then on the next command finishes it. */
export async function noteDeleted(sessionsDir: string, deleted: DeletedSession): Promise<void> {
  const { key, ...note } = deleted;
  await makeFolder(path.dirname(sessionsDir), path.join(path.basename(sessionsDir), TRASH, key));
  await writeAtomic(path.join(entryOf(sessionsDir, key), NOTE), `${JSON.stringify(note, null, 2)}\n`);
}

/** Moves the kept folders of a session into the trash, each in one step. */
export async function moveToTrash(sessionsDir: string, { key, id }: DeletedSession): Promise<void> {
  const entry = entryOf(sessionsDir, key);
  for (const { folder } of await keptCopies(sessionsDir, id)) {
    await rm(path.join(folder, ".lock"), { force: true });
    await moved(folder, path.join(entry, path.basename(folder)));
  }
}

/** Moves the kept folders of a session from the trash back to their place. */
export async function moveFromTrash(sessionsDir: string, { key }: DeletedSession): Promise<void> {
  const entry = entryOf(sessionsDir, key);
  const folders = (await readdir(entry, { withFileTypes: true })).filter((each) => each.isDirectory());
  if (folders.length > 0) await makeFolder(sessionsDir, KEPT);
  for (const { name } of folders) {
    const target = path.join(sessionsDir, KEPT, name);
    // Removes the folder of a resumed session, which may remain empty.
    await rmdir(target).catch(() => {});
    await moved(path.join(entry, name), target);
  }
}

/** Deletes an entry of the trash with all of its content. */
export async function deleteEntry(sessionsDir: string, { key }: DeletedSession): Promise<void> {
  await rm(path.join(entryOf(sessionsDir, key), NOTE), { force: true });
  await rm(entryOf(sessionsDir, key), { recursive: true, force: true });
}

async function moved(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    throw systemFailure("write", to, error);
  });
  await Promise.all([syncFolder(path.dirname(from)), syncFolder(path.dirname(to))]);
}
