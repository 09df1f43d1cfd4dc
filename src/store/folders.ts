/** Makes, checks and syncs folders. */
import { accessSync, constants, lstatSync, statSync } from "node:fs";
import { lstat, mkdir, open } from "node:fs/promises";
import path from "node:path";
import { shareFolder } from "./file-modes.ts";
import { systemFailure, unsafe } from "./system-failure.ts";

/**
 * Creates a folder below `root`, private unless git shares the repository.
 * @throws Failure `unsafe-file` for a link or a file in the path
 */
export async function makeFolder(root: string, relative: string): Promise<void> {
  let folder = root;
  for (const name of relative.split(/[\\/]/)) {
    folder = path.join(folder, name);
    await mkdir(folder, { mode: 0o700 }).then(
      () => shareFolder(folder),
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw systemFailure("make", folder, error);
      },
    );
    if (!(await lstat(folder)).isDirectory()) throw unsafe(folder);
  }
}

/**
 * Makes a folder with its parents, and returns the new folders. Makes each by itself: Node's recursive mkdir
 * gives no reason on a full or read-only disk.
 * @throws Failure `cannot-make`
 */
export async function makeFolders(folder: string, mode = 0o777): Promise<string[]> {
  const missing: string[] = [];
  for (let at = folder; !isFolder(at); at = path.dirname(at)) missing.unshift(at);
  for (const each of missing)
    await mkdir(each, { mode }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST" || !isFolder(each)) throw systemFailure("make", each, error);
    });
  return missing;
}

function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Reports whether a path is a folder itself: a link to a folder could lead anywhere if it came with a clone.
 */
export function isOwnFolder(folder: string): boolean {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Requires a folder that belongs to this user.
 * @throws Failure `unsafe-file` if it is not a folder, `cannot-read` for another user's folder
 */
export function requireFolder(folder: string): void {
  const status = lstatSync(folder, { throwIfNoEntry: false });
  if (!status) return;
  if (!status.isDirectory()) throw unsafe(folder);
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
  } catch (error) {
    throw systemFailure("read", folder, error as NodeJS.ErrnoException);
  }
}

/** Writes a folder to disk, so that a rename in it survives a power cut, if the platform supports this. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
