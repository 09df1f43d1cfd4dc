/**
 * Reads and writes the holder of a session: the process that works on it. A lost file never makes a command
 * fail.
 */
import { lstatSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { Holder } from "../session/holder.ts";
import { readSmall, writeAtomic } from "./files.ts";

const MAX_BYTES = 8192;

const holderFile = (folder: string) => path.join(folder, ".holder");
/** Path of the file that the hook writes at each commit. */
const seenFile = (folder: string) => path.join(folder, ".seen");

/** Returns the holder in a session's folder, and the time of its last activity in ISO 8601. */
export async function readHolder(folder: string): Promise<{ holder: Holder; last: string } | undefined> {
  try {
    const holder = parse(await readSmall(holderFile(folder), MAX_BYTES));
    if (!holder) return undefined;
    const seen = lstatSync(seenFile(folder), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const last = Math.max(Date.parse(holder.at), seen);
    return { holder, last: new Date(last).toISOString() };
  } catch {
    return undefined;
  }
}

/** Writes the holder of a session. Ignores errors: the holder is only a hint for others. */
export async function writeHolder(folder: string, holder: Holder): Promise<void> {
  await writeAtomic(holderFile(folder), `${JSON.stringify(holder)}\n`, { durable: false }).catch(() => {});
}

/** Deletes the holder of a session. Ignores errors. */
export async function removeHolder(folder: string): Promise<void> {
  await rm(holderFile(folder), { force: true }).catch(() => {});
}

function parse(text: string | undefined): Holder | undefined {
  const value = text === undefined ? undefined : (JSON.parse(text) as Partial<Holder>);
  const { pid, host, worktree, at, who, started } = value ?? {};
  const isHolder =
    typeof pid === "number" &&
    [host, worktree, who].every((each) => typeof each === "string") &&
    !Number.isNaN(Date.parse(String(at)));
  if (!isHolder) return undefined;
  return {
    pid,
    host: String(host),
    started: typeof started === "string" ? started : null,
    worktree: String(worktree),
    at: new Date(String(at)).toISOString(),
    who: String(who).slice(0, 100).replace(/\s+/g, " ").trim(),
  };
}
