/**
 * Removes this program's setup from a clone, and restores it. Each step is idempotent: an interrupted removal
 * can be run again.
 */
import { rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { agentOf } from "../agents/catalog/all.ts";
import { installAgents, uninstallAgents } from "../agents/install.ts";
import { siteFor } from "../agents/installations.ts";
import { ask } from "../git/read.ts";
import { changeRefs, listRefs } from "../git/refs.ts";
import { changed } from "../git/write.ts";
import { installHooks, uninstallHooks } from "../hooks/install.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { makeFolder } from "../store/folders.ts";
import { readLock, withLock } from "../store/journal/lock.ts";
import { sessionFolders } from "../store/sessions.ts";
import { now } from "../surroundings.ts";
import {
  type Backup,
  backupsOf,
  dropBackup,
  newestBackup,
  putBackup,
  removeEmptyRefFolders,
  takeState,
  writeBackup,
} from "./backup.ts";
import { type Removal, SESSION_REFS, TRASH_REFS, WORK_REFS } from "./removal.ts";

export interface Removed {
  /** Path of the folder with the copy; undefined if the user wanted no copy. */
  readonly backup?: string;
  /** Hooks and files that could not be removed, with the reason. */
  readonly stays: readonly string[];
}

/**
 * Removes the parts in a plan, after it copied them unless `backup` is false.
 * @throws Failure `locked` where another command is writing, `cannot-write`, `git-failed`.
 */
export async function uninit(place: Place, removal: Removal, backup: boolean): Promise<Removed> {
  await refuseWriters(place, removal);
  return alone(place, async () => {
    const { hooks, wanted, agents, asked, refs, work, files, state } = removal;
    const hasHooks = wanted || hooks.length > 0;
    const copy = await writeBackup(place, {
      ...{ at: now(), hooks: hasHooks, agents: asked, refs, state, files: files.length > 0 },
      work: work.map(({ ref, oid }) => ({ ref, oid })),
    });
    const stays = hasHooks ? (await uninstallHooks(place)).stays : [];
    const kept = await removeAgents(place, agents);
    await removeRefs(place, removal);
    if (state) await takeState(place, copy);
    if (copy.files) await rm(place.projectDir, { recursive: true, force: true });
    await rmdir(place.sessionsDir).catch(() => {});
    await removeEmptyRefFolders(place);
    await rm(path.join(place.repository.gitDir, "session-scratch"), { recursive: true, force: true });
    if (!backup) await dropBackup(place, copy);
    return { ...(backup ? { backup: copy.folder } : {}), stays: [...stays, ...kept] };
  });
}

/**
 * Restores the parts that the last removal took out: state, refs, files, hooks, agents.
 * @throws Failure `nothing-to-undo`, `session-exists` if this clone has sessions again.
 */
export async function undoUninit(place: Place): Promise<Backup> {
  if ((await newestBackup(place)) === undefined)
    throw new Failure("nothing-to-undo", "session was not removed from this clone", { hint: "session init" });
  return alone(place, async () => {
    const copy = await newestBackup(place);
    if (!copy) throw new Failure("nothing-to-undo", "session was not removed from this clone");
    if (copy.state) await makeRoom(place);
    await putBackup(place, copy);
    await dropStashed(place, copy);
    if (copy.hooks) await installHooks(place);
    if (copy.agents.length > 0)
      await installAgents(await siteFor(place, true, false), copy.agents.map(agentOf));
    await dropBackup(place, copy);
    return copy;
  });
}

async function alone<T>(place: Place, action: () => Promise<T>): Promise<T> {
  const { commonDir } = place.repository;
  const all = backupsOf(place);
  await makeFolder(commonDir, path.basename(all));
  const result = await withLock(all, action);
  await rmdir(all).catch(() => {});
  return result;
}

/** Refuses while another command writes a session: that command would lose its folder. */
async function refuseWriters({ sessionsDir }: Place, { state }: Removal): Promise<void> {
  if (!state) return;
  for (const folder of await sessionFolders(sessionsDir)) {
    const lock = await readLock(folder);
    if (lock?.alive)
      throw new Failure("locked", `process ${lock.pid} is writing a session`, {
        advice: "wait until it has ended",
      });
  }
}

async function removeAgents(place: Place, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const changes = await uninstallAgents(await siteFor(place, true, false), names.map(agentOf));
  return changes.filter((each) => each.action === "kept").map((each) => `${each.file}: ${each.why}`);
}

/**
 * Deletes refs. Before that, makes each stashed work an entry of the user's own stash, for `git stash pop`.
 */
async function removeRefs(place: Place, { refs, work }: Removal): Promise<void> {
  const { root } = place.repository;
  for (const { oid, title } of work)
    await changed(root, ["stash", "store", "--quiet", "-m", `unfinished work of ${title}`, oid]);
  const there = await listRefs(root, ...SESSION_REFS, TRASH_REFS, WORK_REFS);
  const going = [...refs, ...work].filter(({ ref, oid }) => there.get(ref) === oid);
  await changeRefs(
    root,
    [],
    going.map(({ ref, oid }) => ({ ref, was: oid })),
  );
}

/** Drops the stash entries that the removal made. */
async function dropStashed(place: Place, { work }: Backup): Promise<void> {
  const { root } = place.repository;
  for (const { oid } of work) {
    const listed = await ask(root, ["stash", "list", "--format=%H"]);
    const at = listed.stdout.split("\n").indexOf(oid);
    if (at >= 0) await changed(root, ["stash", "drop", "--quiet", `stash@{${at}}`]);
  }
}

/** Removes the folder of local state if it holds only hooks, caches and empty folders. */
async function makeRoom(place: Place): Promise<void> {
  if ((await sessionFolders(place.sessionsDir)).length > 0)
    throw new Failure("session-exists", "this clone has sessions again", {
      advice: "run uninit, then uninit --undo twice",
      hint: "session uninit\nsession uninit --undo",
    });
  await uninstallHooks(place);
  for (const folder of [place.sessionsDir, path.join(place.repository.commonDir, "session-repairs")])
    await rm(folder, { recursive: true, force: true });
}
