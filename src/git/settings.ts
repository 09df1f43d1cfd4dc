/** Reads git's settings: one process for all settings of a run. */
import path from "node:path";
import { ask, SETTINGS_QUERY } from "./read.ts";
import type { Repository } from "./repository.ts";

/** Returns the value of a git setting, or undefined. A key without a value counts as "true". */
export async function settingOf(root: string, key: string): Promise<string | undefined> {
  const wanted = canonical(key);
  return (await settings(root)).findLast(([name]) => name === wanted)?.[1];
}

/** Returns whether a setting of git is on. @see git-config(1), "boolean" */
export async function isOn(root: string, key: string): Promise<boolean> {
  const value = await settingOf(root, key);
  return (
    value !== undefined &&
    (/^(true|yes|on)$/i.test(value) || (/^[+-]?\d+[kmg]?$/i.test(value) && !/^[+-]?0+[kmg]?$/i.test(value)))
  );
}

/** Returns the user's name from git's settings, or "". */
export async function userName(root: string): Promise<string> {
  return (await settingOf(root, "user.name"))?.trim() ?? "";
}

/** Returns the names of the repository's remotes. */
export async function remoteNames(root: string): Promise<string[]> {
  const names = (await settings(root)).flatMap(([key]) => /^remote\.(.+)\.[^.]+$/s.exec(key)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/**
 * Returns the paths of the mailmap files, existing or not. `listed`: git's settings, to skip a git
 * process if none names a mailmap.
 * @see gitmailmap(5)
 */
export async function mailmapFiles({ root, bare }: Repository, listed: string): Promise<string[]> {
  const own = bare ? [] : [path.join(root, ".mailmap")];
  if (!/^mailmap\.file\b/m.test(listed.replaceAll("\0", "\n"))) return own;
  const answer = await ask(root, ["config", "--type=path", "--get-all", "mailmap.file"]);
  const named = answer.stdout.split("\n").filter(Boolean);
  return [...own, ...named.map((each) => path.resolve(root, each))];
}

async function settings(root: string): Promise<(readonly [key: string, value: string])[]> {
  const { stdout } = await ask(root, SETTINGS_QUERY);
  return stdout.split("\0").flatMap((record) => {
    if (record === "") return [];
    const at = record.indexOf("\n");
    return [at < 0 ? ([record, "true"] as const) : ([record.slice(0, at), record.slice(at + 1)] as const)];
  });
}

/**
 * Returns a settings key in the spelling in which git lists it: the part between the first and the last dot
 * keeps its case.
 */
function canonical(key: string): string {
  const [first, last] = [key.indexOf("."), key.lastIndexOf(".")];
  return key.slice(0, first).toLowerCase() + key.slice(first, last) + key.slice(last).toLowerCase();
}
