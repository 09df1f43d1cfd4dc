import { lstat, readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { askHooks, isTracked } from "../git/hooks.ts";
import type { Place } from "../place/place.ts";
import { templatesDir } from "../place/templates.ts";
import { readSmall } from "../store/files.ts";
import { type HookRecord, installedScripts, readRecord, readSpots } from "./files.ts";
import {
  calledElsewhere,
  callingFiles,
  choosePlace,
  configCommand,
  configName,
  type HookFacts,
  type HookPlace,
  MANAGER_FILES,
} from "./place-plan.ts";
import { HOOKS, type HookName, ownerOf, planFolder, type Scripts, type Spot, type Step } from "./plan.ts";

/** The facts for an installation, and its plan. */
export interface Survey {
  readonly facts: HookFacts;
  readonly where: HookPlace;
  readonly scripts: Scripts;
  readonly steps: readonly Step[];
  readonly record: HookRecord;
  /** The absolute folder in which git finds hooks. */
  readonly folder: string;
  /** Files with lines of the user that call this program's scripts. */
  readonly calling: readonly string[];
}

/** Reads hooks, configuration and files of hook managers, and plans; changes nothing. */
export async function survey(place: Place): Promise<Survey> {
  const { repository, sessionsDir } = place;
  const [answers, shipped, installed, record] = await Promise.all([
    askHooks(repository),
    shippedScripts(),
    installedScripts(sessionsDir),
    readRecord(sessionsDir),
  ]);
  const { folder, setting } = answers;
  const [spots, tree, kind, where, tracking, names] = await Promise.all([
    readSpots(folder),
    managerFiles(repository.root, setting?.value),
    kindOf(folder),
    whereIs(place, folder),
    setting && !path.relative(repository.root, folder).startsWith("..")
      ? isTracked(repository, folder)
      : { tracked: false, ignored: false },
    lstat(path.join(folder, "h")).then(
      () => ["h"],
      () => [],
    ),
  ]);
  const facts: HookFacts = {
    ...answers,
    ...tracking,
    kind,
    where,
    tree,
    names,
    folder: shownPath(place, folder),
  };
  const scripts: Scripts = { shipped, installed };
  const chosen = choosePlace(facts);
  const foreign = new Map(
    spots
      .filter((spot) => ownerOf(spot.here, spot.name, scripts) === "other")
      .map((spot) => [spot.name, spot.here.text] as const),
  );
  const steps = stepsOf(chosen, facts, spots, scripts, calledElsewhere(facts, foreign));
  return { facts, where: chosen, scripts, record, folder, steps, calling: callingFiles(facts, foreign) };
}

/** Returns the step of each hook at the chosen place. */
function stepsOf(
  where: HookPlace,
  facts: HookFacts,
  spots: readonly Spot[],
  scripts: Scripts,
  called: readonly HookName[],
): Step[] {
  if (where.kind === "files") return planFolder(spots, scripts);
  return spots.map((spot): Step => {
    const { name } = spot;
    // A line that calls the script does nothing until the scripts are installed.
    const state = scripts.installed.has(name) ? "installed" : "missing";
    const step = { name, file: name };
    if (where.kind === "off") return { ...step, state: "off", action: "keep" };
    if (called.includes(name)) return { ...step, state, action: "keep" };
    const owner = ownerOf(spot.here, name, scripts);
    if (where.kind === "configuration" && owner === "edited")
      return {
        ...step,
        state: "edited",
        action: "keep",
        why: `${name} was edited and is kept; git runs the edited file`,
      };
    if (where.kind === "configuration") return configStep(name, facts, state);
    return owner === "ours" || owner === "edited"
      ? { ...step, state, action: "keep" }
      : { ...step, state: "missing", action: "ask" };
  });
}

function configStep(name: HookName, { configured, disabled }: HookFacts, there: Step["state"]): Step {
  const step = { name, file: `hook.${configName(name)}` };
  const found = configured.get(configName(name));
  const off = [name, configName(name)].find((each) => disabled.includes(each));
  const current = found?.event === name && found.command === configCommand(name);
  return {
    ...step,
    state: off ? "off" : current ? there : found ? "outdated" : "missing",
    action: current ? "keep" : "write",
    ...(off ? { why: `hook.${off}.enabled is false in git's configuration, so git does not run it` } : {}),
  };
}

/** Returns the scripts as shipped with the program. */
function shippedScripts(): Promise<Scripts["shipped"]> {
  return shippedFiles(HOOKS);
}

/** Returns the libraries that the scripts source, by name. */
export function shippedLibraries(): Promise<ReadonlyMap<string, string>> {
  return shippedFiles(["where.sh", "session.sh"]);
}

async function shippedFiles<T extends string>(names: readonly T[]): Promise<Map<T, string>> {
  const folder = path.join(templatesDir(), "hooks");
  const texts = names.map(async (name) => [name, await readFile(path.join(folder, name), "utf8")] as const);
  return new Map(await Promise.all(texts));
}

/** Maximum bytes of a hook manager's file to read. */
const MAX_SETTINGS = 1024 * 1024;

async function managerFiles(root: string, hooksPath = ""): Promise<HookFacts["tree"]> {
  const dir = /(^|[\\/])_[\\/]*$/.test(hooksPath) ? hooksPath.replace(/_[\\/]*$/, "") : undefined;
  const files = [...MANAGER_FILES, ...(dir === undefined ? [] : HOOKS.map((name) => `${dir}${name}`))];
  const texts = files.map(
    async (file) =>
      [file, await readSmall(path.resolve(root, file), MAX_SETTINGS).catch(() => undefined)] as const,
  );
  const found = await Promise.all(texts);
  return new Map(found.filter((each): each is readonly [string, string] => each[1] !== undefined));
}

async function kindOf(folder: string): Promise<HookFacts["kind"]> {
  try {
    const status = await lstat(folder);
    return status.isSymbolicLink() ? "link" : status.isDirectory() ? "folder" : "other";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "absent" : "other";
  }
}

/**
 * Returns the location of a folder, with links resolved: in this clone's git folder, in the work tree, or
 * outside.
 */
async function whereIs({ repository }: Place, folder: string): Promise<HookFacts["where"]> {
  const [real, common, root] = await Promise.all([folder, repository.commonDir, repository.root].map(realOf));
  const inside = (outer = "") => {
    const way = path.relative(outer, real ?? "");
    return way !== "" && !way.startsWith("..") && !path.isAbsolute(way);
  };
  return inside(common) ? "common" : inside(root) ? "worktree" : "outside";
}

/** Returns the real path of a file, or of its nearest existing parent folder. */
async function realOf(file: string): Promise<string> {
  const parent = path.dirname(file);
  return realpath(file).catch(async () =>
    parent === file ? file : path.join(await realOf(parent), path.basename(file)),
  );
}

/** Returns a path relative to the work tree if it is inside, else absolute. */
export function shownPath({ repository }: Place, file: string): string {
  const way = path.relative(repository.root, file);
  return way === "" || way.startsWith("..") || path.isAbsolute(way) ? file : way;
}
