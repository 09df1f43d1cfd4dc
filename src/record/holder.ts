/** Who is at work on which session: noted by whatever changes one, said where somebody else seems to be at it. */

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

/** Notes who is at work on the session of a branch, where that is checked out here; nobody is on one that is not active. */
export async function noteHolder(place: Place, branch: string, us = ownProcess(place)): Promise<void> {
  const folder = sessionFolder(place, branch);
  const text = await readSmall(path.join(folder, "context.json")).catch(() => undefined);
  if (text === undefined || parseContext(text)?.state !== "active") return removeHolder(folder);
  if (place.oversees || currentBranch(place.repository) !== branch) return;
  const [holder, before] = await Promise.all([us, readHolder(folder)]);
  if (isHolderOutdated(before, holder)) await writeHolder(folder, holder);
}

/** This worktree went on to something else. */
export async function releaseHolder(place: Place): Promise<void> {
  const { branch } = place.repository;
  if (branch === undefined) return;
  const folder = sessionFolder(place, branch);
  const found = await readHolder(folder);
  if (found?.holder.host === os.hostname() && found.holder.worktree === folderOf(place))
    await removeHolder(folder);
}

/** One warning where another process, in another worktree, seems to be at work on the session of a branch; else none. */
export async function otherHolders(place: Place, branch: string): Promise<string[]> {
  const found = await readHolder(sessionFolder(place, branch));
  const worktree = folderOf(place);
  if (!found || found.holder.worktree === worktree) return [];
  if (isSameProcess(found.holder, await ownProcess(place))) return [];
  const [holding] = await holdings([found]);
  if (!holding?.live) return [];
  return [`${branch} is ${holdingText(holding, { host: os.hostname(), now: now(), worktree })}`];
}

/** Holders as they are now, in the same order. */
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

/** What a note says of the process that this command was run from. */
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

/** One spelling for one folder, however it was reached. */
function folderOf({ repository: { root } }: Place): string {
  try {
    return realpathSync(root);
  } catch {
    return root;
  }
}
