import { readdir } from "node:fs/promises";
import path from "node:path";
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

/** Sessions that were put aside. */
export async function keptSessions(sessionsDir: string): Promise<LoadedSession[]> {
  const dir = path.join(sessionsDir, KEPT);
  const names = await readdir(dir).catch(() => []);
  const loaded = await Promise.all(
    names.map((name) => loadSession(path.join(dir, name)).catch(() => undefined)),
  );
  return loaded.filter((each) => each !== undefined);
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

/** Folders in which a session is put aside: one, or more where it was put aside several times. */
export async function keptFolders(sessionsDir: string, id: string): Promise<string[]> {
  const kept = await keptSessions(sessionsDir);
  return kept.filter((each) => each.state.context.id === id).map((each) => each.folder);
}

/** Moves the files of a kept session into the folder of its branch, which has none, all of them or none. */
export async function bringBack(kept: string, folder: string, lock: Lock): Promise<void> {
  const move = { kept: path.relative(folder, kept), back: true };
  await commitFiles(folder, lock, { write: new Map(), move });
}
