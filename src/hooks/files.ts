import { link, lstat, readdir, readFile, readlink, rename, rm, rmdir, stat, symlink } from "node:fs/promises";
import path from "node:path";
import { readSmall, removeStaleTemps, writeAtomic } from "../store/files.ts";
import { makeFolder, makeFolders } from "../store/folders.ts";
import { defined } from "../text/defined.ts";
import {
  beforeName,
  HOOKS,
  type HookFile,
  type HookName,
  type Removal,
  type Scripts,
  type Spot,
} from "./plan.ts";

/** The record of an installation, from which `session hooks uninstall` removes it. */
export interface HookRecord {
  /** Hooks folders with a file of this program. */
  readonly folders: readonly string[];
  /** Folders in the list that the installation created. */
  readonly made: readonly string[];
  /** True once the user ran `session hooks install` in this clone. */
  readonly installed: boolean;
  /** Digest of the clone's git configuration before the installation, if its last line had no line end. */
  readonly openConfig?: string;
}

const NOTHING: HookRecord = { folders: [], made: [], installed: false };

/**
 * Returns this program's folder below `.git`: it holds the scripts that hook managers call, the program's
 * path, the record and the log.
 */
export const scriptsDir = (sessionsDir: string): string => path.join(sessionsDir, ".hooks");

const MAX_HOOK = 1024 * 1024;

/** Reads the files of a hooks folder under the names of this program's hooks, and their backups. */
export function readSpots(folder: string): Promise<Spot[]> {
  return Promise.all(
    HOOKS.map(async (name) => {
      const [here, legacy, old, before] = await Promise.all(
        [name, `${name}.legacy`, `${name}.old`, beforeName(name)].map((file) =>
          readHook(path.join(folder, file)),
        ),
      );
      return { name, here, legacy, old, before } as Spot;
    }),
  );
}

async function readHook(file: string): Promise<HookFile> {
  const own = await lstat(file).catch(() => undefined);
  if (!own) return { kind: "none", executable: false, text: "", bytes: "" };
  const target = own.isSymbolicLink() ? await stat(file).catch(() => undefined) : own;
  const kind = own.isSymbolicLink() ? "link" : own.isFile() ? "file" : "other";
  // Reads regular files only: opening a pipe would wait forever.
  const readable = target?.isFile() && target.size <= MAX_HOOK;
  const bytes = readable ? await readFile(file).catch(() => undefined) : undefined;
  return {
    kind,
    executable: ((target?.mode ?? 0) & 0o111) !== 0,
    text: bytes?.toString("utf8") ?? "",
    bytes: bytes?.toString("latin1") ?? "",
  };
}

/** Returns the scripts as they were installed last. */
export async function installedScripts(sessionsDir: string): Promise<Scripts["installed"]> {
  const found = await Promise.all(
    HOOKS.map(async (name) => [name, await text(path.join(scriptsDir(sessionsDir), name))] as const),
  );
  return new Map(found.filter((each): each is readonly [HookName, string] => each[1] !== undefined));
}

/**
 * Writes the scripts, and the paths of Node and the program: graphical clients start hooks with a
 * minimal PATH.
 */
export async function writeScripts(
  sessionsDir: string,
  shipped: Scripts["shipped"],
  libraries: ReadonlyMap<string, string>,
  program: readonly [node: string, cli: string],
): Promise<void> {
  const folder = scriptsDir(sessionsDir);
  await removeStaleTemps(folder);
  for (const [name, script] of shipped) await put(path.join(folder, name), script, 0o755);
  for (const [name, script] of libraries) await put(path.join(folder, name), script);
  await put(path.join(folder, "program"), `${program.join("\n")}\n`);
}

/**
 * Creates the folder of scripts, record, log and lock.
 * @throws Failure `unsafe-file` for a link
 */
export async function makeScriptsDir(commonDir: string): Promise<string> {
  await makeFolder(commonDir, path.join("sessions", ".hooks"));
  return path.join(commonDir, "sessions", ".hooks");
}

/** Returns the absolute paths of Node and the program that hooks start; undefined before an installation. */
export async function readProgram(sessionsDir: string): Promise<readonly string[] | undefined> {
  const found = await text(path.join(scriptsDir(sessionsDir), "program"));
  return found?.split("\n").filter(Boolean);
}

/** Returns the failures inside hooks, one line each, oldest first. */
export async function readHookLog(sessionsDir: string): Promise<string[]> {
  const found = await text(path.join(scriptsDir(sessionsDir), "log"));
  return found?.split("\n").filter((line) => line.trim() !== "") ?? [];
}

/** Reads the record of installed hooks. Returns an empty record if the file is missing or damaged. */
export async function readRecord(sessionsDir: string): Promise<HookRecord> {
  try {
    const found: unknown = JSON.parse(
      (await text(path.join(scriptsDir(sessionsDir), "installed.json"))) ?? "{}",
    );
    const { folders, made, installed, openConfig } = found as Partial<HookRecord>;
    const names = (value: unknown) =>
      Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
    return {
      folders: names(folders),
      made: names(made),
      installed: installed === true,
      ...(typeof openConfig === "string" ? { openConfig } : {}),
    };
  } catch {
    return NOTHING;
  }
}

/** Writes the record of installed hooks. */
export async function writeRecord(sessionsDir: string, record: HookRecord): Promise<void> {
  const file = path.join(scriptsDir(sessionsDir), "installed.json");
  await put(file, `${JSON.stringify(record, null, 2)}\n`);
}

/** Creates a hooks folder if it does not exist. Returns true if it created the folder. */
export async function makeHooksFolder(folder: string): Promise<boolean> {
  const there = await lstat(folder).catch(() => undefined);
  if (!there) await makeFolders(folder);
  else await removeStaleTemps(folder);
  return !there;
}

/**
 * Puts a script into a hooks folder. With `wrap`, first keeps the user's hook under
 * `<name>.before-session`. At every moment, either the user's hook or the script has the hook's name.
 */
export async function putHook(
  folder: string,
  name: HookName,
  file: string,
  script: string,
  wrap: boolean,
): Promise<void> {
  if (wrap) await keepBeside(path.join(folder, file), path.join(folder, beforeName(name)));
  await put(path.join(folder, file), script, 0o755);
}

/** Links a second name to a file. Copies a symbolic link instead: on some systems, link(2) follows it. */
async function keepBeside(file: string, before: string): Promise<void> {
  if ((await lstat(file)).isSymbolicLink()) return symlink(await readlink(file), before);
  await link(file, before).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") throw error;
    return rename(file, before);
  });
}

/** Removes one hook, or restores the user's hook. */
export async function removeHook(folder: string, removal: Removal): Promise<void> {
  const at = (file: string) => path.join(folder, file);
  const { name, remove, restoreTo, drop } = removal;
  if (restoreTo !== undefined) await rename(at(beforeName(name)), at(restoreTo));
  for (const file of remove) if (file !== restoreTo) await rm(at(file), { force: true });
  if (drop !== undefined) await rm(at(drop), { force: true });
}

/** Removes empty folders; keeps folders with content. */
export async function removeEmpty(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) await rmdir(folder).catch(() => {});
}

/** Removes scripts, record and log, but not the lock, which this process holds. */
export async function removeScripts(sessionsDir: string): Promise<void> {
  const folder = scriptsDir(sessionsDir);
  for (const file of await readdir(folder).catch(() => []))
    if (file !== ".lock") await rm(path.join(folder, file), { recursive: true, force: true });
}

/** Writes a file if its content differs. */
async function put(file: string, content: string, mode?: number): Promise<void> {
  const there = await lstat(file).catch(() => undefined);
  const isRight = there?.isFile() && ((there.mode ^ (mode ?? 0)) & 0o100) === 0;
  if (isRight && (await text(file)) === content) return;
  await writeAtomic(file, content, defined({ mode }));
}

async function text(file: string): Promise<string | undefined> {
  return readSmall(file, MAX_HOOK).catch(() => undefined);
}
