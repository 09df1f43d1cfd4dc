import { access } from "node:fs/promises";
import path from "node:path";
import { configureHook, openConfig, reopenConfig, unconfigureHook } from "../git/hooks.ts";
import type { Place } from "../place/place.ts";
import { templatesDir } from "../place/templates.ts";
import { withLock } from "../store/lock.ts";
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
  removeScripts,
  scriptsDir,
  takeOut,
  writeRecord,
  writeScripts,
} from "./files.ts";
import {
  configCommand,
  configName,
  type HookFacts,
  type HookPlace,
  type Lines,
  linesOf,
} from "./place-plan.ts";
import { callsOurs, HOOKS, type HookName, planRemoval, type Scripts, type Step } from "./plan.ts";
import { type Survey, shippedLibraries, shown, survey } from "./survey.ts";

/** How hooks stand in this clone. */
export interface HookReport {
  readonly how: HookPlace["kind"];
  /** Every hook is ours, or calls ours. */
  readonly installed: boolean;
  /** Whether they were asked for here before. */
  readonly wanted: boolean;
  /** Where git looks for hooks. */
  readonly folder: string;
  readonly why?: string;
  /** What to add where, by hand; without what is there already. */
  readonly lines?: Lines;
  readonly hooks: readonly Step[];
  /** Node and the program, as hooks start them. */
  readonly program?: { readonly paths: readonly string[]; readonly missing: readonly string[] };
  readonly log: { readonly file: string; readonly lines: readonly string[] };
}

/** How hooks stand; changes nothing. */
export async function hooksStatus(place: Place): Promise<HookReport> {
  return reportOf(place, await survey(place));
}

/**
 * Installs hooks beside what is there, as far as that is this clone's own to change; twice is the same as once.
 * What is left is in the report: lines for whoever manages hooks here. Failure `locked`, `cannot-write`, `git-failed`.
 */
export async function installHooks(place: Place): Promise<HookReport> {
  if ((await survey(place)).where.kind === "off") return hooksStatus(place);
  const folder = await makeScriptsDir(place.repository.commonDir);
  await withLock(folder, async () => {
    const found = await survey(place);
    const { shipped, installed } = found.scripts;
    const libraries = await shippedLibraries();
    // Until hooks of another version are replaced, the scripts of that version tell that nobody edited them.
    await writeScripts(place.sessionsDir, new Map([...shipped, ...installed]), libraries, programPaths());
    await writeRecord(place.sessionsDir, { ...found.record, installed: true });
    if (found.where.kind === "files") await installFiles(place, found);
    if (found.where.kind === "configuration") await installConfiguration(place, found);
    await writeScripts(place.sessionsDir, shipped, libraries, programPaths());
  });
  return hooksStatus(place);
}

export interface Uninstalled {
  /** Hooks that were taken out or put back. */
  readonly removed: readonly string[];
  /** What stays, and why. */
  readonly stays: readonly string[];
}

/** Takes out what is ours and puts back what was there. Failures as `installHooks`. */
export async function uninstallHooks(place: Place): Promise<Uninstalled> {
  const folder = await makeScriptsDir(place.repository.commonDir);
  const removed: string[] = [];
  const stays: string[] = [];
  await withLock(folder, async () => {
    const { facts, scripts, record } = await survey(place);
    for (const hooks of foldersOf(place, record)) {
      const { done, left } = await removeFiles(hooks, scripts);
      removed.push(...done.map((name) => shown(place, path.join(hooks, name))));
      stays.push(...left);
    }
    await removeEmpty(...record.made);
    removed.push(...(await removeConfiguration(place, facts, record)));
    for (const name of HOOKS.filter((each) => isReplaced(facts, each)))
      stays.push(`hook.${configName(name)} of git's configuration was changed and stays`);
    await removeScripts(place.sessionsDir);
  });
  await removeEmpty(folder, place.sessionsDir);
  return { removed, stays };
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
  // Files of ours from before git could do this would make each hook run twice.
  for (const folder of foldersOf(place, record)) await removeFiles(folder, scripts);
}

async function removeFiles(folder: string, scripts: Scripts): Promise<{ done: HookName[]; left: string[] }> {
  const plan = planRemoval(await readSpots(folder), scripts);
  for (const each of plan) await takeOut(folder, each);
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

/** Whether somebody put a command of their own under a name of ours. */
function isReplaced({ configured }: HookFacts, name: HookName): boolean {
  const command = configured.get(configName(name))?.command;
  return command !== undefined && !callsOurs(command, name);
}

/** Folders that may hold a file of ours: those we wrote to, and git's own. */
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

/** Lines that are not there yet. */
function remainingLines(where: HookPlace, folder: string, steps: readonly Step[]): Lines | undefined {
  const missing = steps.filter((step) => step.action === "ask").map((step) => step.name);
  if (missing.length === 0) return undefined;
  if (where.kind !== "lines") return linesOf({ folder }, missing);
  const files = where.lines.files.filter((each) => each.hooks.some((name) => missing.includes(name)));
  return { ...where.lines, files };
}

const FINE: readonly string[] = ["installed", "standby", "edited", "off"];

/** Absolute paths of Node and of the program, wherever it was started through. */
function programPaths(): readonly [string, string] {
  return [process.execPath, path.join(path.dirname(templatesDir()), "dist", "cli.js")];
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
