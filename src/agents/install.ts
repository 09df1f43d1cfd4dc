/**
 * Installs our parts into the settings of agents, and uninstalls them. Plans all changes first, then writes
 * them; after an error it undoes the written changes.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { makeFolder, makeFolders } from "../store/folders.ts";
import { withLock } from "../store/journal/lock.ts";
import { defined } from "../text/defined.ts";
import { type Site, shown } from "./installations.ts";
import { type Change, type InstallOptions, installed, recordOf, uninstalled } from "./plan-install.ts";
import {
  type AgentRecord,
  readAgentRecord,
  refuseReadOnly,
  removeEmpty,
  removeSettings,
  writeAgentRecord,
  writeSettings,
} from "./settings-files.ts";
import type { Agent, Where } from "./shapes/agent.ts";

/** The text of a settings file before and after a change; undefined if the file does not exist. */
export interface FileChange {
  /** Path of the file: relative to the work tree, or `~/…`. */
  readonly file: string;
  readonly action: "create" | "change" | "remove" | "same" | "kept";
  readonly before?: string;
  readonly after?: string;
  /** Reason why an uninstallation keeps the file. */
  readonly why?: string;
}

/**
 * Returns the changes of an installation; writes nothing.
 * @throws Failure `unfit-settings`, `unsafe-file`, `no-such-scope`.
 */
export async function planInstall(
  site: Site,
  agents: readonly Agent[],
  options?: InstallOptions,
): Promise<FileChange[]> {
  return shownChanges(site, installed(site.where, agents, await readAgentRecord(site.state), options));
}

/**
 * Writes the changes of an installation and returns them.
 * @throws the failures of `planInstall`; `cannot-write`, with nothing changed.
 */
export async function installAgents(
  site: Site,
  agents: readonly Agent[],
  options?: InstallOptions,
): Promise<FileChange[]> {
  return locked(site, async (record) => {
    const changes = installed(site.where, agents, record, options);
    const known = changes.flatMap((each) => {
      const kept = each.before === each.after ? undefined : recordOf(site.where, record, each);
      return kept ? [[each.file, kept] as const] : [];
    });
    const { root } = site.where;
    const names = [...new Set([...(record.agents[root] ?? []), ...agents.map((each) => each.name)])];
    const after = {
      files: { ...record.files, ...Object.fromEntries(known) },
      agents: { ...record.agents, [root]: names },
      folders: record.folders,
    };
    // The record comes first, so that an interrupted installation can be uninstalled.
    await writeAgentRecord(site.state, after);
    try {
      const made = await writeAll(site, changes);
      await writeAgentRecord(site.state, { ...after, folders: [...new Set([...record.folders, ...made])] });
    } catch (error) {
      await writeAgentRecord(site.state, record);
      throw error;
    }
    return shownChanges(site, changes);
  });
}

/** Returns the changes of an uninstallation; writes nothing. */
export async function planUninstall(site: Site, agents: readonly Agent[]): Promise<FileChange[]> {
  return shownChanges(site, uninstalled(site, agents, await readAgentRecord(site.state)));
}

/**
 * Removes agents: restores the bytes of each file, and deletes files and folders that the installation made.
 */
export async function uninstallAgents(site: Site, agents: readonly Agent[]): Promise<FileChange[]> {
  return locked(site, async (record) => {
    const changes = uninstalled(site, agents, record);
    await writeAll(site, changes);
    const files = { ...record.files };
    for (const { file } of changes) delete files[file];
    const { root } = site.where;
    const left = (record.agents[root] ?? []).filter((name) => !agents.some((each) => each.name === name));
    const { [root]: _gone, ...others } = record.agents;
    const gone = changes
      .filter((each) => each.after === undefined && !record.files[each.file])
      .map((each) => each.file);
    const folders = await removeEmpty([
      ...new Set([...record.folders, ...gone.flatMap((file) => foldersAbove(site.where, file))]),
    ]);
    await writeAgentRecord(site.state, {
      files,
      agents: left.length === 0 ? others : { ...others, [root]: left },
      folders: folders.filter((each) => record.folders.includes(each) && Object.keys(files).length > 0),
    });
    return shownChanges(site, changes);
  });
}

/** Writes all changes or none. Returns the folders that were made. */
async function writeAll(site: Site, changes: readonly Change[]): Promise<string[]> {
  const wanted = changes.filter((each) => each.kept === undefined && each.before !== each.after);
  for (const { file, before } of wanted) if (before !== undefined) refuseReadOnly(file);
  const mode = site.where.scope === "user" ? 0o600 : 0o644;
  const folders: string[] = [];
  const undo: (() => Promise<unknown>)[] = [];
  const write = (file: string, text: string | undefined) =>
    text === undefined
      ? removeSettings(file)
      : writeSettings(file, text, mode).then((made) => folders.push(...made));
  try {
    for (const { file, before, after } of wanted) {
      await write(file, after);
      undo.unshift(() => write(file, before));
    }
  } catch (error) {
    for (const each of undo) await each().catch(() => {});
    await removeEmpty(folders);
    throw error;
  }
  return folders;
}

/**
 * Returns the folders above a file in the work tree: another clone has no record of the folders that were
 * made.
 */
function foldersAbove({ scope, root }: Where, file: string): string[] {
  if (scope === "user") return [];
  const folders: string[] = [];
  for (let at = path.dirname(file); at !== root && at.startsWith(root); at = path.dirname(at))
    folders.push(at);
  return folders;
}

async function locked<T>(site: Site, action: (record: AgentRecord) => Promise<T>): Promise<T> {
  const { place, state } = site;
  const folders = new Set((await readAgentRecord(state)).folders);
  if (place && site.where.scope === "project")
    await makeFolder(place.repository.commonDir, path.join("sessions", ".agents"));
  else for (const made of await makeFolders(state)) folders.add(made);
  try {
    return await withLock(state, async () => {
      const record = await readAgentRecord(state);
      return action({ ...record, folders: [...new Set([...record.folders, ...folders])] });
    });
  } finally {
    // Without an installation record, also after a refusal, its folders are removed too.
    if (!existsSync(path.join(state, "installed.json")))
      await removeEmpty([state, ...[...folders].filter((each) => state.startsWith(each + path.sep))]);
  }
}

function shownChanges({ where }: Site, changes: readonly Change[]): FileChange[] {
  return changes.map(({ file, before, after, kept }) => ({
    file: shown(where, file),
    action:
      kept !== undefined
        ? "kept"
        : before === after
          ? "same"
          : before === undefined
            ? "create"
            : after === undefined
              ? "remove"
              : "change",
    ...defined({ before, after, why: kept }),
  }));
}
