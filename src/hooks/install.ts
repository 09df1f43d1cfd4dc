import { access } from "node:fs/promises";
import path from "node:path";
import { configureHook, openConfig, reopenConfig, unconfigureHook } from "../git/hooks.ts";
import type { Place } from "../place/place.ts";
import { programPaths } from "../place/self.ts";
import { withLock } from "../store/journal/lock.ts";
import { defined } from "../text/defined.ts";
import {
  type HookRecord,
  makeHooksFolder,
  makeScriptsDir,
  putHook,
  readHookLog,
  readProgram,
  readSpots,
  removeEmpty,
  removeHook,
  removeScripts,
  scriptsDir,
  writeRecord,
  writeScripts,
} from "./files.ts";
import {
  configCommand,
  configName,
  type HookFacts,
  type HookPlace,
  linesOf,
  type ManagerLines,
} from "./place-plan.ts";
import { callsOurs, HOOKS, type HookName, planRemoval, type Scripts, type Step } from "./plan.ts";
import { type Survey, shippedLibraries, shownPath, survey } from "./survey.ts";

/** State of this clone's hooks. */
export interface HookReport {
  readonly how: HookPlace["kind"];
  /** True if every hook is this program's, or calls this program. */
  readonly installed: boolean;
  /** True if the user installed hooks in this clone before. */
  readonly wanted: boolean;
  /** Path of the folder in which git finds hooks. */
  readonly folder: string;
  readonly why?: string;
  /** Lines that the user must add by hand, without lines that already exist. */
  readonly lines?: ManagerLines;
  readonly hooks: readonly Step[];
  /** Paths of Node and of the program that hooks start. */
  readonly program?: { readonly paths: readonly string[]; readonly missing: readonly string[] };
  readonly log: { readonly file: string; readonly lines: readonly string[] };
}

/** Returns the state of hooks; changes nothing. */
export async function hooksStatus(place: Place): Promise<HookReport> {
  return reportOf(place, await survey(place));
}

/**
 * Installs hooks next to the user's own, in files of this clone only. Idempotent. The report lists lines that
 * the user has to add to a hook manager's files.
 * @throws Failure `locked`, `cannot-write`, `git-failed`
 */
export async function installHooks(place: Place): Promise<HookReport> {
  if ((await survey(place)).where.kind === "off") return hooksStatus(place);
  const folder = await makeScriptsDir(place.repository.commonDir);
  await withLock(folder, async () => {
    const found = await survey(place);
    const { shipped, installed } = found.scripts;
    const libraries = await shippedLibraries();
    // Writes the scripts last: until then, the old scripts prove that nobody edited the old hooks.
    await writeScripts(place.sessionsDir, new Map([...shipped, ...installed]), libraries, programPaths());
    await writeRecord(place.sessionsDir, { ...found.record, installed: true });
    if (found.where.kind === "files") await installFiles(place, found);
    if (found.where.kind === "configuration") await installConfiguration(place, found);
    await writeScripts(place.sessionsDir, shipped, libraries, programPaths());
  });
  return hooksStatus(place);
}

export interface Uninstalled {
  /** Names of hooks that were removed or restored. */
  readonly removed: readonly string[];
  /** Hooks that stay installed, each with the reason. */
  readonly stays: readonly string[];
  /** True if hooks were installed in this clone. */
  readonly installed: boolean;
  /** Files that keep lines of the user, which call nothing any more. */
  readonly calling: readonly string[];
}

/** Removes this program's hooks and restores the user's. @throws as `installHooks` */
export async function uninstallHooks(place: Place): Promise<Uninstalled> {
  const folder = await makeScriptsDir(place.repository.commonDir);
  const removed: string[] = [];
  const stays: string[] = [];
  const found = await withLock(folder, async () => {
    const before = await survey(place);
    const { facts, scripts, record } = before;
    for (const hooks of foldersOf(place, record)) {
      const { done, left } = await removeFiles(hooks, scripts);
      removed.push(...done.map((name) => shownPath(place, path.join(hooks, name))));
      stays.push(...left);
    }
    await removeEmpty(...record.made);
    removed.push(...(await removeConfiguration(place, facts, record)));
    for (const name of HOOKS.filter((each) => isReplaced(facts, each)))
      stays.push(`hook.${configName(name)} of git's configuration was changed and is kept`);
    await removeScripts(place.sessionsDir);
    return before;
  });
  await removeEmpty(folder, place.sessionsDir);
  return { removed, stays, installed: found.record.installed, calling: found.calling };
}

async function installFiles(place: Place, { facts, folder, scripts, steps, record }: Survey): Promise<void> {
  await removeConfiguration(place, facts, record);
  const made = await makeHooksFolder(folder);
  const add = (names: readonly string[]) => [...new Set([...names, folder])];
  await writeRecord(place.sessionsDir, {
    folders: add(record.folders),
    made: made ? add(record.made) : record.made,
    installed: true,
  });
  for (const { name, file, action } of steps) {
    if (action === "write" || action === "wrap")
      await putHook(folder, name, file, scripts.shipped.get(name) ?? "", action === "wrap");
  }
}

async function installConfiguration(place: Place, { facts, scripts, steps, record }: Survey): Promise<void> {
  const { repository } = place;
  const missing = steps.filter((step) => step.action === "write");
  const none = HOOKS.every((name) => !facts.configured.has(configName(name)));
  const open = none ? await openConfig(repository) : record.openConfig;
  await writeRecord(place.sessionsDir, { ...record, installed: true, ...defined({ openConfig: open }) });
  for (const { name } of missing)
    await configureHook(repository, configName(name), name, configCommand(name));
  // Removes hook files of an installation under an older git: otherwise each hook would run twice.
  for (const folder of foldersOf(place, record)) await removeFiles(folder, scripts);
}

async function removeFiles(folder: string, scripts: Scripts): Promise<{ done: HookName[]; left: string[] }> {
  const plan = planRemoval(await readSpots(folder), scripts);
  for (const each of plan) await removeHook(folder, each);
  return {
    done: plan
      .filter((each) => each.remove.length > 0 || each.restoreTo !== undefined)
      .map((each) => each.name),
    left: plan.flatMap((each) => (each.stays === undefined ? [] : [each.stays])),
  };
}

async function removeConfiguration(place: Place, facts: HookFacts, record: HookRecord): Promise<string[]> {
  const names = HOOKS.filter(
    (name) => facts.configured.has(configName(name)) && !isReplaced(facts, name),
  ).map(configName);
  for (const name of names) await unconfigureHook(place.repository, name);
  if (names.length > 0 && record.openConfig !== undefined)
    await reopenConfig(place.repository, record.openConfig);
  return names.map((name) => `hook.${name}`);
}

/** Reports whether the user configured another command under this program's name. */
function isReplaced({ configured }: HookFacts, name: HookName): boolean {
  const command = configured.get(configName(name))?.command;
  return command !== undefined && !callsOurs(command, name);
}

/** Returns the folders that may have hooks of this program: the recorded folders and git's default folder. */
function foldersOf({ repository }: Place, record: HookRecord): string[] {
  return [...new Set([...record.folders, path.join(repository.commonDir, "hooks")])];
}

async function reportOf(place: Place, found: Survey): Promise<HookReport> {
  const { where, steps, facts, record } = found;
  const [paths, log] = await Promise.all([readProgram(place.sessionsDir), readHookLog(place.sessionsDir)]);
  const gone = await Promise.all((paths ?? []).map(async (file) => ((await isThere(file)) ? [] : [file])));
  const lines = remainingLines(where, facts.folder, steps);
  return {
    how: where.kind,
    installed: where.kind !== "off" && record.installed && steps.every((step) => FINE.includes(step.state)),
    wanted: record.installed,
    folder: facts.folder,
    ...(where.kind === "lines" || where.kind === "off" ? { why: where.why } : {}),
    ...(lines ? { lines } : {}),
    hooks: steps,
    ...(paths ? { program: { paths, missing: gone.flat() } } : {}),
    log: { file: path.join(scriptsDir(place.sessionsDir), "log"), lines: log },
  };
}

/** Returns the lines that the user must still add. */
function remainingLines(where: HookPlace, folder: string, steps: readonly Step[]): ManagerLines | undefined {
  const missing = steps.filter((step) => step.action === "ask").map((step) => step.name);
  if (missing.length === 0) return undefined;
  if (where.kind !== "lines") return linesOf({ folder }, missing);
  const files = where.lines.files.filter((each) => each.hooks.some((name) => missing.includes(name)));
  return { ...where.lines, files };
}

const FINE: readonly string[] = ["installed", "standby", "edited", "off"];

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
