import { lstatSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { contextText } from "../model/reading.ts";
import { makeFolder } from "./files.ts";
import { JOURNAL, KEPT } from "./journal.ts";
import type { Lock } from "./lock.ts";
import { type LoadedSession, loadSession } from "./state.ts";
import { commitFiles } from "./transaction.ts";

/** A folder that has one of these holds a session. */
const SIGNS = ["context.json", "events.jsonl", JOURNAL];

/** Every session with local state; damaged ones are left to `doctor`. */
export async function localSessions(sessionsDir: string): Promise<LoadedSession[]> {
  const folders = await sessionFolders(sessionsDir);
  const loaded = await Promise.all(folders.map((folder) => loadSession(folder).catch(() => undefined)));
  return loaded.filter((each) => each !== undefined);
}

/** Every folder below `sessions/` that holds a session, kept ones not included. */
export async function sessionFolders(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  // With a journal alone, the session is decided and not written yet.
  const own = entries.some((each) => SIGNS.includes(each.name)) ? [dir] : [];
  const folders = entries.filter(
    (each) => each.isDirectory() && !each.name.startsWith(".") && each.name !== "workspace",
  );
  const below = await Promise.all(folders.map((each) => sessionFolders(path.join(dir, each.name))));
  return [...own, ...below.flat()];
}

/** Sessions that were put aside; not those of these ids. */
export async function keptSessions(
  sessionsDir: string,
  except: ReadonlyMap<string, string> = new Map(),
): Promise<LoadedSession[]> {
  const dir = path.join(sessionsDir, KEPT);
  const names = (await readdir(dir).catch(() => [])).filter((name) => !except.has(name));
  const loaded = await Promise.all(
    names.map((name) => loadSession(path.join(dir, name)).catch(() => undefined)),
  );
  return loaded.filter((each) => each !== undefined);
}

/**
 * Folders of sessions that were put aside and whose log has the size that is known of it, by id: what they hold need
 * not be read, and a clone may keep thousands.
 */
export async function unchangedKept(
  sessionsDir: string,
  sizes: ReadonlyMap<string, number>,
): Promise<Map<string, string>> {
  const dir = path.join(sessionsDir, KEPT);
  const folders = new Map<string, string>();
  for (const name of await readdir(dir).catch(() => [])) {
    const size = sizes.get(name);
    if (size === undefined) continue;
    const folder = path.join(dir, name);
    // Synchronous: one system call each, and no round through the thread pool.
    const log = lstatSync(path.join(folder, "events.jsonl"), { throwIfNoEntry: false });
    if (log?.isFile() && log.size === size) folders.set(name, folder);
  }
  return folders;
}

/** Moves a session's own files out of its branch's folder, all of them or none; sessions of branches below it stay. */
export async function keepAside(sessionsDir: string, folder: string, id: string, lock: Lock): Promise<void> {
  const names = new Set(await readdir(path.join(sessionsDir, KEPT)).catch(() => []));
  let name = id;
  for (let n = 2; names.has(name); n++) name = `${id}-${n}`;
  await makeFolder(sessionsDir, path.join(KEPT, name));
  const kept = path.relative(folder, path.join(sessionsDir, KEPT, name));
  await commitFiles(folder, lock, { write: new Map(), move: { kept, back: false } });
}

/** Moves the files of a kept session into the folder of a branch (a full ref), which has none, all of them or none. */
export async function bringBack(kept: LoadedSession, folder: string, ref: string, lock: Lock): Promise<void> {
  const move = { kept: path.relative(folder, kept.folder), back: true };
  const { context } = kept.state;
  const write = new Map(context.ref === ref ? [] : [["context.json", contextText({ ...context, ref })]]);
  await commitFiles(folder, lock, { write, move });
}
