import { readdir, rename } from "node:fs/promises";
import path from "node:path";
import { makeFolder } from "./files.ts";
import { removeHookFiles } from "./hook-files.ts";
import { type LoadedSession, loadSession } from "./state.ts";

/** Folders of sessions that ended, or whose branch went away, by session id. Branches cannot begin with a dot. */
const KEPT = ".kept";

/** Every session with local state; damaged ones are left to `doctor`. */
export async function localSessions(sessionsDir: string): Promise<LoadedSession[]> {
  const folders = await sessionFolders(sessionsDir);
  const loaded = await Promise.all(folders.map((folder) => loadSession(folder).catch(() => undefined)));
  return loaded.filter((each) => each !== undefined);
}

/** Every folder below `sessions/` that holds a session, kept ones not included. */
export async function sessionFolders(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const own = entries.some((each) => each.name === "context.json" || each.name === "events.jsonl")
    ? [dir]
    : [];
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

/** Moves a session's own files out of its branch's folder; sessions of branches below it stay. Gives the new folder. */
export async function keepAside(sessionsDir: string, folder: string, id: string): Promise<string> {
  const names = new Set(await readdir(path.join(sessionsDir, KEPT)).catch(() => []));
  let name = id;
  for (let n = 2; names.has(name); n++) name = `${id}-${n}`;
  await makeFolder(sessionsDir, path.join(KEPT, name));
  return moveFiles(folder, path.join(sessionsDir, KEPT, name));
}

/** Moves the files of a session into a folder that has none. */
export async function moveFiles(from: string, to: string): Promise<string> {
  await removeHookFiles(from);
  // The two that make a folder a session go last: until then it is still found where it was.
  const files = ["objectives.md", "blockers.md", "handoff.md", "workspace", "events.jsonl", "context.json"];
  for (const name of files) {
    await rename(path.join(from, name), path.join(to, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
  return to;
}
