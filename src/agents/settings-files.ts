/** Settings files of agents: read as they are, written whole, and what is needed to give back the bytes they had. */
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, realpathSync } from "node:fs";
import { chmod, mkdir, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../session/failure.ts";
import { readSmall, removeStaleTemps, systemFailure, writeAtomic } from "../store/files.ts";

const MAX_BYTES = 8 * 1024 * 1024;

/** What an installation changed, by the file's path. */
export interface AgentRecord {
  readonly files: Readonly<Record<string, FileRecord>>;
  /** Agents that were asked for, by the folder that they were installed in. */
  readonly agents: Readonly<Record<string, readonly string[]>>;
  /** Folders that were made for files. */
  readonly folders: readonly string[];
}

export interface FileRecord {
  /** Digest of what we wrote last: while the file is that, nobody else has changed it. */
  readonly digest: string;
  /** What it was before us, where taking ours out would not give it back; null: it was not there. */
  readonly before?: string | null;
}

const EMPTY_RECORD: AgentRecord = { files: {}, agents: {}, folders: [] };

export const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

const recordFile = (folder: string) => path.join(folder, "installed.json");

export async function readAgentRecord(folder: string): Promise<AgentRecord> {
  try {
    const found = JSON.parse((await readSmall(recordFile(folder))) ?? "{}") as Partial<AgentRecord>;
    return { files: found.files ?? {}, agents: found.agents ?? {}, folders: found.folders ?? [] };
  } catch {
    return EMPTY_RECORD;
  }
}

export async function writeAgentRecord(folder: string, record: AgentRecord): Promise<void> {
  const isEmpty =
    Object.keys(record.files).length + Object.keys(record.agents).length === 0 && record.folders.length === 0;
  if (isEmpty) await rm(recordFile(folder), { force: true });
  else await writeAtomic(recordFile(folder), `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * Text of a settings file, undefined where there is none. Failure `unsafe-file` for a link that leads out of `within`,
 * `not-text` for what is not UTF-8.
 */
export function settingsText(file: string, within: string | undefined): string | undefined {
  const real = realOf(file, within);
  if (real === undefined) return undefined;
  try {
    const handle = openSync(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const status = fstatSync(handle);
      if (!status.isFile()) throw new Failure("unsafe-file", `${file} is no plain file`);
      if (status.size > MAX_BYTES) throw new Failure("too-large", `${file} has ${status.size} bytes`);
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

/** Where a file really is; undefined where there is none. What a clone brings along may link anywhere. */
function realOf(file: string, within: string | undefined): string | undefined {
  let folder = path.dirname(file);
  while (!lstatSync(folder, { throwIfNoEntry: false })) folder = path.dirname(folder);
  const top = within === undefined ? undefined : realpathSync(within);
  const refuseOutside = (real: string) => {
    if (top !== undefined && real !== top && !real.startsWith(top + path.sep))
      throw new Failure("unsafe-file", `${file} leads out of the work tree by a link, so it is left alone`);
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
    throw new Failure("unsafe-file", `${file} is, or is below, a link that leads nowhere`);
  }
}

/** Failure `cannot-write` for a file that its owner made read-only: a rename would not notice. */
export function refuseReadOnly(file: string): void {
  const status = lstatSync(realpathSync(file), { throwIfNoEntry: false });
  if (status && (status.mode & 0o222) === 0)
    throw new Failure("cannot-write", `${file} is read-only, so it is left alone`, {
      advice: "make it writable first",
    });
}

/** Writes a settings file through a link, with the mode that it had. Gives the folders that were made for it. */
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

/** Takes a file away. What a link leads to belongs to somebody: it is emptied. */
export async function removeSettings(file: string): Promise<void> {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) await writeSettings(file, "");
  else await rm(file, { force: true });
}

/** Takes away those of the folders that are empty, and gives the others. */
export async function removeEmpty(folders: readonly string[]): Promise<string[]> {
  const left: string[] = [];
  for (const folder of [...folders].sort((one, other) => other.length - one.length))
    await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") left.push(folder);
    });
  return left.sort();
}

/** Makes a folder with those above it, and gives the ones that were not there. */
export async function makeFolders(folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = folder; !lstatSync(at, { throwIfNoEntry: false }); at = path.dirname(at)) missing.unshift(at);
  for (const each of missing)
    await mkdir(each).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw systemFailure("make", each, error);
    });
  return missing;
}
