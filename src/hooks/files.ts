import {
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
} from "node:fs/promises";
import path from "node:path";
import { makeFolder, readSmall, removeStaleTemps, writeAtomic } from "../store/files.ts";
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

/** What was installed, so that it can be taken out again. */
export interface HookRecord {
  /** Hooks folders that got a file of ours. */
  readonly folders: readonly string[];
  /** Of these, the ones that were not there before. */
  readonly made: readonly string[];
  /** Whether `session hooks install` was the user's wish here. */
  readonly installed: boolean;
  /** Digest of the clone's configuration before hooks were put into it, where its last line had no end. */
  readonly openConfig?: string;
}

const NOTHING: HookRecord = { folders: [], made: [], installed: false };

/** Scripts for managers to call, the program's place, the record, the log. */
export const scriptsDir = (sessionsDir: string): string => path.join(sessionsDir, ".hooks");

const MAX_HOOK = 1024 * 1024;

/** Reads every file of a hooks folder that concerns us. */
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
  // Only of a file: a device or a pipe in its place is not opened.
  const readable = target?.isFile() && target.size <= MAX_HOOK;
  const bytes = readable ? await readFile(file).catch(() => undefined) : undefined;
  return {
    kind,
    executable: ((target?.mode ?? 0) & 0o111) !== 0,
    text: bytes?.toString("utf8") ?? "",
    bytes: bytes?.toString("latin1") ?? "",
  };
}

/** The scripts as they were installed last. */
export async function installedScripts(sessionsDir: string): Promise<Scripts["installed"]> {
  const found = await Promise.all(
    HOOKS.map(async (name) => [name, await text(path.join(scriptsDir(sessionsDir), name))] as const),
  );
  return new Map(found.filter((each): each is readonly [HookName, string] => each[1] !== undefined));
}

/** Writes the scripts and where Node and the program are: graphical clients start hooks with a minimal PATH. */
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

/** Makes the folder that everything of ours is in, and where the lock is. Failure `unsafe-file` for a link. */
export async function makeScriptsDir(commonDir: string): Promise<string> {
  await makeFolder(commonDir, path.join("sessions", ".hooks"));
  return path.join(commonDir, "sessions", ".hooks");
}

/** Absolute paths of Node and of the program as hooks know them; undefined before an installation. */
export async function readProgram(sessionsDir: string): Promise<readonly string[] | undefined> {
  const found = await text(path.join(scriptsDir(sessionsDir), "program"));
  return found?.split("\n").filter(Boolean);
}

/** What failed inside hooks, a line each, the oldest first. */
export async function readHookLog(sessionsDir: string): Promise<string[]> {
  const found = await text(path.join(scriptsDir(sessionsDir), "log"));
  return found?.split("\n").filter((line) => line.trim() !== "") ?? [];
}

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

export async function writeRecord(sessionsDir: string, record: HookRecord): Promise<void> {
  const file = path.join(scriptsDir(sessionsDir), "installed.json");
  await put(file, `${JSON.stringify(record, null, 2)}\n`);
}

/** Makes a hooks folder where there is none. Gives whether it was made. */
export async function makeHooksFolder(folder: string): Promise<boolean> {
  const there = await lstat(folder).catch(() => undefined);
  if (!there) await mkdir(folder, { recursive: true });
  else await removeStaleTemps(folder);
  return !there;
}

/**
 * Puts a script of ours into a hooks folder. With `wrap`, what is there is kept under `.before-session` first: at every
 * moment one of the two stands under the hook's name.
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

/** A second name for the same file: bytes, mode and times stay. A link is made anew: linking it would follow it on some systems. */
async function keepBeside(file: string, before: string): Promise<void> {
  if ((await lstat(file)).isSymbolicLink()) return symlink(await readlink(file), before);
  await link(file, before).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") throw error;
    return rename(file, before);
  });
}

/** Carries out one removal. */
export async function removeHook(folder: string, removal: Removal): Promise<void> {
  const at = (file: string) => path.join(folder, file);
  const { name, remove, restoreTo, drop } = removal;
  if (restoreTo !== undefined) await rename(at(beforeName(name)), at(restoreTo));
  for (const file of remove) if (file !== restoreTo) await rm(at(file), { force: true });
  if (drop !== undefined) await rm(at(drop), { force: true });
}

/** Removes folders that are empty now; others stay. */
export async function removeEmpty(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) await rmdir(folder).catch(() => {});
}

/** Removes scripts, record and log: everything but the lock that we hold. */
export async function removeScripts(sessionsDir: string): Promise<void> {
  const folder = scriptsDir(sessionsDir);
  for (const file of await readdir(folder).catch(() => []))
    if (file !== ".lock") await rm(path.join(folder, file), { recursive: true, force: true });
}

/** Writes a file unless it is that already. */
async function put(file: string, content: string, mode?: number): Promise<void> {
  const there = await lstat(file).catch(() => undefined);
  const isRight = there?.isFile() && ((there.mode ^ (mode ?? 0)) & 0o100) === 0;
  if (isRight && (await text(file)) === content) return;
  await writeAtomic(file, content, defined({ mode }));
}

async function text(file: string): Promise<string | undefined> {
  return readSmall(file, MAX_HOOK).catch(() => undefined);
}
