/**
 * Reads and writes settings files of agents, and the record from which an uninstallation restores their
 * bytes.
 */
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, realpathSync } from "node:fs";
import { chmod, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../session/failure.ts";
import { readSmall, removeStaleTemps, writeAtomic } from "../store/files.ts";
import { makeFolders } from "../store/folders.ts";
import { systemFailure } from "../store/system-failure.ts";

const MAX_BYTES = 8 * 1024 * 1024;

/** The record of installations: changed files by path, agents and folders. */
export interface AgentRecord {
  readonly files: Readonly<Record<string, FileRecord>>;
  /** Names of installed agents, by the root folder of the installation. */
  readonly agents: Readonly<Record<string, readonly string[]>>;
  /** Folders that installations created. */
  readonly folders: readonly string[];
}

/** The state of an agent's settings file after the last installation. */
export interface FileRecord {
  /**
   * Digest of the text that the program wrote last. A different digest shows that somebody has edited the
   * file.
   */
  readonly digest: string;
  /**
   * Text of the file before the installation, stored only if removing our parts would not restore it. Null if
   * the file did not exist.
   */
  readonly before?: string | null;
}

const EMPTY_RECORD: AgentRecord = { files: {}, agents: {}, folders: [] };

/** Returns the SHA-256 of a text, in hex. */
export const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

const recordFile = (folder: string) => path.join(folder, "installed.json");

/** Reads the record of installations; an empty record if the file is missing or damaged. */
export async function readAgentRecord(folder: string): Promise<AgentRecord> {
  try {
    const found = JSON.parse((await readSmall(recordFile(folder))) ?? "{}") as Partial<AgentRecord>;
    return { files: found.files ?? {}, agents: found.agents ?? {}, folders: found.folders ?? [] };
  } catch {
    return EMPTY_RECORD;
  }
}

/** Writes the record of installations, or removes the file if the record is empty. */
export async function writeAgentRecord(folder: string, record: AgentRecord): Promise<void> {
  const isEmpty =
    Object.keys(record.files).length + Object.keys(record.agents).length === 0 && record.folders.length === 0;
  if (isEmpty) await rm(recordFile(folder), { force: true });
  else await writeAtomic(recordFile(folder), `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * Reads a settings file; undefined if it does not exist.
 * @throws Failure `unsafe-file` for a link that leads out of `within`, `not-text` for bytes that are not
 * UTF-8, `too-large`.
 */
export function settingsText(file: string, within: string | undefined): string | undefined {
  const real = realOf(file, within);
  if (real === undefined) return undefined;
  try {
    const handle = openSync(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const status = fstatSync(handle);
      if (!status.isFile()) throw new Failure("unsafe-file", `${file} is not a regular file`);
      if (status.size > MAX_BYTES)
        throw new Failure("too-large", `${file} has ${status.size} bytes; at most ${MAX_BYTES} are read`);
      const bytes = readFileSync(handle);
      const text = bytes.toString("utf8");
      if (!Buffer.from(text).equals(bytes)) throw new Failure("not-text", `${file} is not UTF-8`);
      return text;
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw systemFailure("read", file, error as NodeJS.ErrnoException);
  }
}

/**
 * Resolves links of a file; undefined if it does not exist. Links of a clone may lead anywhere, so they are
 * checked.
 */
function realOf(file: string, within: string | undefined): string | undefined {
  let folder = path.dirname(file);
  while (!lstatSync(folder, { throwIfNoEntry: false })) folder = path.dirname(folder);
  const top = within === undefined ? undefined : realpathSync(within);
  const refuseOutside = (real: string) => {
    if (top !== undefined && real !== top && !real.startsWith(top + path.sep))
      throw new Failure("unsafe-file", `${file} is a link out of the work tree; it was not changed`);
  };
  refuseOutside(realPath(folder, file));
  if (!lstatSync(file, { throwIfNoEntry: false })) return undefined;
  const real = realPath(file, file);
  refuseOutside(real);
  return real;
}

function realPath(at: string, file: string): string {
  try {
    return realpathSync(at);
  } catch {
    throw new Failure("unsafe-file", `${file} is a broken link, or is below one`);
  }
}

/**
 * Refuses a file that its owner made read-only: a rename would replace it.
 * @throws Failure `cannot-write`.
 */
export function refuseReadOnly(file: string): void {
  const status = lstatSync(realpathSync(file), { throwIfNoEntry: false });
  if (status && (status.mode & 0o222) === 0)
    throw new Failure("cannot-write", `${file} is read-only; it was not changed`, {
      advice: "make it writable first",
    });
}

/**
 * Writes a settings file, following links, and keeps its mode. Returns the folders that were created for it.
 */
export async function writeSettings(file: string, text: string, mode = 0o644): Promise<string[]> {
  const there = lstatSync(file, { throwIfNoEntry: false });
  await removeStaleTemps(path.dirname(file));
  if (there) {
    const real = realpathSync(file);
    const before = lstatSync(real).mode & 0o777;
    await writeAtomic(real, text, { mode: before });
    await chmod(real, before);
    return [];
  }
  const made = await makeFolders(path.dirname(file));
  await writeAtomic(file, text, { mode });
  return made;
}

/** Removes a file. For a link, empties the target instead: the target belongs to the user. */
export async function removeSettings(file: string): Promise<void> {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) await writeSettings(file, "");
  else await rm(file, { force: true });
}

/** Removes empty folders, and returns the folders that are not empty. */
export async function removeEmpty(folders: readonly string[]): Promise<string[]> {
  const left: string[] = [];
  for (const folder of [...folders].sort((one, other) => other.length - one.length))
    await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") left.push(folder);
    });
  return left.sort();
}
