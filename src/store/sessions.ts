import { existsSync, lstatSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { contextText } from "../session/context.ts";
import { randomToken, readSmall, writeAtomic } from "./files.ts";
import { makeFolder, syncFolder } from "./folders.ts";
import { JOURNAL, KEPT } from "./journal/journal.ts";
import type { Lock } from "./journal/lock.ts";
import { type LoadedSession, loadSession } from "./load.ts";
import { isAlive } from "./processes.ts";
import { systemFailure } from "./system-failure.ts";

/** Names of files that identify a session's folder. */
const SIGNS = ["context.json", "events.jsonl", JOURNAL];

/** Names of subfolders of a session; a branch with such a name gets an encoded folder. */
const DOCUMENTS = new Set(["workspace", "transcripts"]);

/** Reads every session with local state; leaves damaged sessions to `doctor`. */
export async function localSessions(sessionsDir: string): Promise<LoadedSession[]> {
  const folders = await sessionFolders(sessionsDir);
  const loaded = await Promise.all(folders.map((folder) => loadSession(folder).catch(() => undefined)));
  return loaded.filter((each) => each !== undefined);
}

/** Loads the sessions of `folders` whose log contains one of these texts; does not parse the others. */
export async function sessionsNaming(
  folders: readonly string[],
  texts: readonly string[],
): Promise<LoadedSession[]> {
  const loaded = await Promise.all(
    folders
      .map(async (folder) => {
        const log = await readSmall(path.join(folder, "events.jsonl"));
        return texts.some((each) => log?.includes(each)) ? loadSession(folder) : undefined;
      })
      .map((each) => each.catch(() => undefined)),
  );
  return loaded.filter((each) => each !== undefined);
}

/** Returns every folder below `sessions/` with a session, except kept sessions. */
export async function sessionFolders(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  // A folder with only a journal has a session that is decided but not yet written.
  const own = entries.some((each) => SIGNS.includes(each.name)) ? [dir] : [];
  const folders = entries.filter(
    (each) => each.isDirectory() && !each.name.startsWith(".") && !DOCUMENTS.has(each.name),
  );
  const below = await Promise.all(folders.map((each) => sessionFolders(path.join(dir, each.name))));
  return [...own, ...below.flat()];
}

/** Reads kept sessions, except sessions with the given ids. */
export async function keptSessions(
  sessionsDir: string,
  except: ReadonlyMap<string, string> = new Map(),
): Promise<LoadedSession[]> {
  return keptWhere(sessionsDir, (name) => !except.has(name));
}

async function keptWhere(sessionsDir: string, isWanted: (name: string) => boolean): Promise<LoadedSession[]> {
  const dir = path.join(sessionsDir, KEPT);
  const names = (await readdir(dir).catch(() => [])).filter(isWanted);
  const loaded = await Promise.all(
    names.map((name) => loadSession(path.join(dir, name)).catch(() => undefined)),
  );
  return loaded.filter((each) => each !== undefined);
}

/**
 * Returns the folders of kept sessions whose log has its known size, by id: they need not be read, and a
 * clone may have thousands.
 */
export async function unchangedKept(
  sessionsDir: string,
  sizeOf: (id: string) => number | undefined,
): Promise<Map<string, string>> {
  const dir = path.join(sessionsDir, KEPT);
  const folders = new Map<string, string>();
  for (const each of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
    const { name } = each;
    const size = sizeOf(name);
    if (size === undefined || !each.isDirectory()) continue;
    const folder = path.join(dir, name);
    // Runs synchronously, with one system call each: faster than the thread pool.
    const log = lstatSync(path.join(folder, "events.jsonl"), { throwIfNoEntry: false });
    if (log?.isFile() && log.size === size) folders.set(name, folder);
  }
  return folders;
}

/** Returns the folder of a kept session, the first one of several; undefined if it is not kept. */
export function keptFolder(sessionsDir: string, id: string): string | undefined {
  for (let n = 1; ; n++) {
    const folder = path.join(sessionsDir, KEPT, nameOf(id, n));
    const there = lstatSync(folder, { throwIfNoEntry: false });
    const isKept = there?.isDirectory() && existsSync(path.join(folder, "context.json"));
    if (isKept) return folder;
    if (n > 1 && !there) return undefined;
  }
}

/** Returns the ids of sessions that may have a kept folder. */
export async function keptIds(sessionsDir: string): Promise<Set<string>> {
  const names = await readdir(path.join(sessionsDir, KEPT)).catch(() => []);
  return new Set(names.map((each) => each.replace(/-\d+$/, "")));
}

const nameOf = (id: string, n: number) => (n === 1 ? id : `${id}-${n}`);

/**
 * Returns the checkpoints that kept sessions recorded, by session id, for imported sessions without commits.
 */
export async function keptCheckpoints(
  sessionsDir: string,
  ids: Iterable<string>,
): Promise<Map<string, string>> {
  const files = [...ids].map(async (id) => {
    const text = await readSmall(path.join(sessionsDir, KEPT, id, "checkpoints.jsonl")).catch(
      () => undefined,
    );
    return text === undefined ? [] : [[id, text] as const];
  });
  return new Map((await Promise.all(files)).flat());
}

/**
 * Adds new kept sessions. `sessions`: the files of each session by name, by session id. On failure, removes
 * the added sessions.
 * @throws Failure `cannot-write`
 */
export async function addKept(
  sessionsDir: string,
  sessions: ReadonlyMap<string, ReadonlyMap<string, string>>,
): Promise<void> {
  const done: string[] = [];
  await removeStaleDrafts(sessionsDir);
  const draft = `.import-${process.pid}-${randomToken(4)}`;
  try {
    await makeFolder(path.dirname(sessionsDir), path.join(path.basename(sessionsDir), KEPT));
    for (const [id, files] of sessions) {
      const folder = path.join(sessionsDir, draft, id);
      await makeFolder(sessionsDir, path.join(draft, id));
      for (const name of files.keys()) if (name.includes("/")) await makeFolder(folder, path.dirname(name));
      await Promise.all(
        [...files].map(([name, text]) => writeAtomic(path.join(folder, name), text, { folder: false })),
      );
      await syncFolder(folder);
    }
    for (const id of sessions.keys()) {
      const target = path.join(sessionsDir, KEPT, id);
      await rename(path.join(sessionsDir, draft, id), target).catch((error: NodeJS.ErrnoException) => {
        throw systemFailure("write", target, error);
      });
      done.push(target);
    }
    await syncFolder(path.join(sessionsDir, KEPT));
  } catch (error) {
    for (const each of done) await rm(each, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(path.join(sessionsDir, draft), { recursive: true, force: true });
  }
}

/** Removes incomplete folders of an import that was killed. */
async function removeStaleDrafts(sessionsDir: string): Promise<void> {
  for (const name of await readdir(sessionsDir).catch(() => [])) {
    const pid = Number(/^\.import-(\d+)-/.exec(name)?.[1] ?? 0);
    if (pid > 0 && !isAlive(pid)) await rm(path.join(sessionsDir, name), { recursive: true, force: true });
  }
}

/**
 * Moves a session's own files out of its branch's folder, all of them or none. Sessions in folders below it
 * stay.
 */
export async function moveToKept(sessionsDir: string, folder: string, id: string, lock: Lock): Promise<void> {
  let n = 1;
  // An unused kept folder of the session, left from an earlier move, can be used again.
  while (await isUsed(path.join(sessionsDir, KEPT, nameOf(id, n)))) n++;
  const name = nameOf(id, n);
  await makeFolder(sessionsDir, path.join(KEPT, name));
  const kept = path.relative(folder, path.join(sessionsDir, KEPT, name));
  const { commitFiles } = await import("./journal/transaction.ts");
  await commitFiles(folder, lock, { write: new Map(), move: { kept, back: false } });
}

async function isUsed(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).some((name) => !name.startsWith(".lock"));
}

/** Reads all kept copies of a session. */
export async function keptCopies(sessionsDir: string, id: string): Promise<LoadedSession[]> {
  const found = await keptWhere(sessionsDir, (name) => name.startsWith(id));
  return found.filter((each) => each.state.context.id === id);
}

/** Moves a kept session into the folder of a branch (a full ref) without a session, all files or none. */
export async function moveFromKept(
  kept: LoadedSession,
  folder: string,
  ref: string,
  lock: Lock,
): Promise<void> {
  const move = { kept: path.relative(folder, kept.folder), back: true };
  const { context } = kept.state;
  const write = new Map(context.ref === ref ? [] : [["context.json", contextText({ ...context, ref })]]);
  const { commitFiles } = await import("./journal/transaction.ts");
  await commitFiles(folder, lock, { write, move });
}
