/** Runs the repairs that `doctor --fix` offers, and reverts them from copies of the changed files. */
import { createHash } from "node:crypto";
import { cp, lstat, readdir, readFile, readlink, rm } from "node:fs/promises";
import path from "node:path";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { readSmall, writeAtomic } from "../store/files.ts";
import { makeFolder } from "../store/folders.ts";
import { withLock } from "../store/journal/lock.ts";
import { now } from "../surroundings.ts";
import type { Finding, Repair } from "./check.ts";

/** A repair and its outcome. */
export interface Repaired {
  readonly name: string;
  readonly does: string;
  /** Reason why the repair failed. */
  readonly failed?: string;
}

interface Copy {
  readonly file: string;
  /** True if the path existed before the repair. */
  readonly was: boolean;
  /** Digest of the path after the repair: undo skips a path that changed later. */
  readonly after?: string;
}

interface Note {
  readonly at: string;
  readonly copies: readonly Copy[];
}

const FOLDER = "session-repairs";
const NOTE = "note.json";

/** Returns the repairs that the findings offer, each once. */
export function repairsOf(
  findings: readonly Finding[],
): { readonly name: string; readonly repair: Repair }[] {
  const all = findings.flatMap(({ name, repair }) => (repair ? [{ name, repair }] : []));
  return all.filter(
    (each, at) =>
      all.findIndex((other) => other.name === each.name && other.repair.does === each.repair.does) === at,
  );
}

/**
 * Copies the files that the repairs may change, then runs one repair after the other. A failed repair stops
 * no other.
 */
export async function repairAll(place: Place, repairs: ReturnType<typeof repairsOf>): Promise<Repaired[]> {
  const { commonDir } = place.repository;
  await makeFolder(commonDir, FOLDER);
  return withLock(path.join(commonDir, FOLDER), async () => {
    const [last = 0] = await numbersOf(place);
    const folder = path.join(commonDir, FOLDER, `${last + 1}`);
    await makeFolder(commonDir, path.join(FOLDER, `${last + 1}`));
    const files = [...new Set(repairs.flatMap(({ repair }) => repair.files))];
    const copies: Copy[] = [];
    for (const [n, file] of files.entries())
      copies.push({ file, was: await copied(file, copyOf(folder, n)) });
    await writeNote(folder, { at: now(), copies });
    const done: Repaired[] = [];
    for (const { name, repair } of repairs)
      done.push({ name, does: repair.does, ...(await failureOf(repair)) });
    const after = await Promise.all(
      copies.map(async (each) => ({ ...each, after: await digestOf(each.file) })),
    );
    await writeNote(folder, { at: now(), copies: after });
    return done;
  });
}

/**
 * Reverses the last repairs: each file is byte for byte as before. Returns the restored files, and the files
 * that stay because they changed since. @throws Failure `nothing-to-undo`.
 */
export async function undoRepairs(place: Place): Promise<{ restored: string[]; stays: string[] }> {
  const { commonDir } = place.repository;
  const [last] = await numbersOf(place);
  if (last === undefined) throw new Failure("nothing-to-undo", "doctor has repaired nothing in this clone");
  return withLock(path.join(commonDir, FOLDER), async () => {
    const folder = path.join(commonDir, FOLDER, `${last}`);
    const { copies } = JSON.parse((await readSmall(path.join(folder, NOTE))) ?? '{"copies":[]}') as Note;
    const restored: string[] = [];
    const stays: string[] = [];
    for (const [n, { file, was, after }] of copies.entries()) {
      if (after !== undefined && after !== (await digestOf(file))) stays.push(file);
      else {
        await rm(file, { recursive: true, force: true });
        if (was) await copied(copyOf(folder, n), file);
        restored.push(file);
      }
    }
    await rm(folder, { recursive: true, force: true });
    return { restored, stays };
  });
}

async function failureOf({ run }: Repair): Promise<{ failed?: string }> {
  try {
    await run();
    return {};
  } catch (error) {
    if (error instanceof Failure) return { failed: error.message };
    throw error;
  }
}

async function numbersOf({ repository }: Place): Promise<number[]> {
  const names = await readdir(path.join(repository.commonDir, FOLDER)).catch(() => []);
  return names
    .map(Number)
    .filter((each) => each > 0)
    .sort((one, other) => other - one);
}

const copyOf = (folder: string, n: number) => path.join(folder, `copy-${n}`);

async function writeNote(folder: string, note: Note): Promise<void> {
  await writeAtomic(path.join(folder, NOTE), `${JSON.stringify(note, null, 2)}\n`);
}

/** Copies a file or folder with its modes and times. Returns false if it does not exist. */
async function copied(from: string, to: string): Promise<boolean> {
  if (!(await lstat(from).catch(() => undefined))) return false;
  await cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return true;
}

/**
 * Returns the digest of a file's bytes, or of all files below a folder except locks; for a missing path, the
 * digest of no bytes.
 */
async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  const add = async (at: string, name: string): Promise<void> => {
    const status = await lstat(at).catch(() => undefined);
    if (!status || path.basename(at) === ".lock") return;
    hash.update(`${name}\0`);
    if (status.isSymbolicLink()) hash.update(await readlink(at));
    else if (status.isFile()) hash.update(await readFile(at));
    else if (status.isDirectory())
      for (const each of (await readdir(at)).sort()) await add(path.join(at, each), `${name}/${each}`);
  };
  await add(file, "");
  return hash.digest("hex");
}
