import { lstat, readFile } from "node:fs/promises";
import path from "node:path";
import { read } from "../git/read.ts";
import type { Place } from "../place/place.ts";
import { detectProject, manifestsToRead, type ProjectFacts } from "./formats/languages.ts";

const MAX_MANIFEST = 256 * 1024;
/** Enough to know what a project is made of, however large it is. */
const MAX_FILES = 50_000;

/** What the tracked files say about the project: languages, folders, commands. */
export async function projectFacts(place: Place): Promise<ProjectFacts> {
  const { root } = place.repository;
  const listed = await read(root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  const files = [...new Set(listed.split("\0"))].filter(Boolean).slice(0, MAX_FILES);
  const texts = await Promise.all(
    manifestsToRead(files).map(async (name) => [name, await manifest(path.join(root, name))] as const),
  );
  return detectProject(
    files,
    new Map(texts.filter((each): each is readonly [string, string] => each[1] !== undefined)),
  );
}

/** How to test, build and check this project. */
export async function projectCommands(place: Place): Promise<readonly { name: string; command: string }[]> {
  return (await projectFacts(place)).commands;
}

/** Regular files only: a manifest that links elsewhere is not read. */
async function manifest(file: string): Promise<string | undefined> {
  const status = await lstat(file).catch(() => undefined);
  if (!status?.isFile() || status.size > MAX_MANIFEST) return undefined;
  return readFile(file, "utf8").catch(() => undefined);
}
