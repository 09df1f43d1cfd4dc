/**
 * Records the process that works on a session, and warns if another process does. Only advises: refuses
 * nothing.
 */

import { realpathSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { currentBranch } from "../git/repository.ts";
import { sessionFolder } from "../history/stored-session.ts";
import type { Place } from "../place/place.ts";
import { parseContext } from "../session/context.ts";
import {
  type Holder,
  type Holding,
  holderAmong,
  holdingOf,
  holdingText,
  isHolderOutdated,
  isSameProcess,
  nameOf,
} from "../session/holder.ts";
import { readSmall } from "../store/files.ts";
import { readHolder, removeHolder, writeHolder } from "../store/holder.ts";
import { environment, now } from "../surroundings.ts";
import { parentProcesses, runningProcesses } from "./processes.ts";

/**
 * Records the current process as holder of an active session whose branch is checked out in this worktree.
 */
export async function noteHolder(place: Place, branch: string, us = ownProcess(place)): Promise<void> {
  const folder = sessionFolder(place, branch);
  const text = await readSmall(path.join(folder, "context.json")).catch(() => undefined);
  if (text === undefined || parseContext(text)?.state !== "active") return removeHolder(folder);
  if (place.oversees || currentBranch(place.repository) !== branch) return;
  const [holder, before] = await Promise.all([us, readHolder(folder)]);
  if (isHolderOutdated(before, holder)) await writeHolder(folder, holder);
}

/** Removes this worktree's holder after the worktree moved to another branch. */
export async function releaseHolder(place: Place): Promise<void> {
  const { branch } = place.repository;
  if (branch === undefined) return;
  const folder = sessionFolder(place, branch);
  const found = await readHolder(folder);
  if (found?.holder.host === os.hostname() && found.holder.worktree === folderOf(place))
    await removeHolder(folder);
}

/**
 * Returns a warning if another process, in another worktree, seems to work on the branch's session;
 * else nothing.
 */
export async function otherHolders(place: Place, branch: string): Promise<string[]> {
  const found = await readHolder(sessionFolder(place, branch));
  const worktree = folderOf(place);
  if (!found || found.holder.worktree === worktree) return [];
  if (isSameProcess(found.holder, await ownProcess(place))) return [];
  const [holding] = await holdings([found]);
  if (!holding?.live) return [];
  return [`${branch} is ${holdingText(holding, { host: os.hostname(), now: now(), worktree })}`];
}

/** Returns the current state of holders, in the same order. */
export async function holdings(
  found: readonly { readonly holder: Holder; readonly last: string }[],
): Promise<Holding[]> {
  const host = os.hostname();
  const processes = await runningProcesses(
    found.flatMap(({ holder }) => (holder.host === host ? [holder.pid] : [])),
  );
  return found.map(({ holder, last }) =>
    holdingOf(holder, last, { host, now: now(), running: processes.get(holder.pid) }),
  );
}

/** Returns the holder for the process from which this command was started. */
export async function ownProcess(place: Place): Promise<Holder> {
  const process = holderAmong(await parentProcesses());
  return {
    pid: process?.pid ?? 0,
    host: os.hostname(),
    started: process?.started ?? null,
    worktree: folderOf(place),
    at: now(),
    who: agent() ?? (process === undefined ? "a process" : nameOf(process)),
  };
}

function agent(): string | undefined {
  const name = (environment().SESSION_AGENT ?? "").trim().slice(0, 100);
  return name === "" ? undefined : name;
}

/** Returns the canonical path of a place's work tree. */
function folderOf({ repository: { root } }: Place): string {
  try {
    return realpathSync(root);
  } catch {
    return root;
  }
}
