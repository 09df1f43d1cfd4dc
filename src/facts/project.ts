/** Reads the facts of the project from its tracked files and manifests. */
import { lstat, readFile } from "node:fs/promises";
import path from "node:path";
import { read } from "../git/read.ts";
import type { Place } from "../place/place.ts";
import { detectProject, manifestsToRead, type ProjectFacts } from "./formats/project/languages.ts";

/** Maximum bytes of a file to read. */
const MAX_MANIFEST = 512 * 1024;
/** Maximum files to examine: more files would not change the result. */
const MAX_FILES = 50_000;

/**
 * Returns the languages, folders and commands of the project, from its tracked files and new files that git
 * does not ignore.
 */
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

/** Returns the commands that test, build and check this project. */
export async function projectCommands(place: Place): Promise<readonly { name: string; command: string }[]> {
  return (await projectFacts(place)).commands;
}

/** Reads a manifest. Skips symbolic links, which may lead out of the repository, and large files. */
async function manifest(file: string): Promise<string | undefined> {
  const status = await lstat(file).catch(() => undefined);
  if (!status?.isFile() || status.size > MAX_MANIFEST) return undefined;
  return readFile(file, "utf8").catch(() => undefined);
}
