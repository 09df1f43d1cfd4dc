/**
 * Installs our parts into the settings of agents, and uninstalls them. Plans all changes first, then writes
 * them; after an error it undoes the written changes.
 */

import { existsSync } from "node:fs";
import path from "node:path";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { makeFolder } from "../store/files.ts";
import { withLock } from "../store/journal/lock.ts";
import { defined } from "../text/defined.ts";
import { AGENTS } from "./catalog/all.ts";
import { type Site, seen, shown, standingAt } from "./installations.ts";
import {
  type AgentRecord,
  digest,
  type FileRecord,
  makeFolders,
  readAgentRecord,
  refuseReadOnly,
  removeEmpty,
  removeSettings,
  writeAgentRecord,
  writeSettings,
} from "./settings-files.ts";
import type { Agent, Target, Where } from "./shapes/agent.ts";
import { Changed, put, standing, take, withoutServer } from "./shapes/edit.ts";
import { Unfit } from "./shapes/json.ts";

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

interface InstallOptions {
  /** True to install the MCP server too; default true. */
  readonly mcp?: boolean;
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

interface Change {
  readonly file: string;
  readonly targets: readonly Target[];
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly kept?: string;
}

function installed(
  where: Where,
  agents: readonly Agent[],
  record: AgentRecord,
  { mcp = true }: InstallOptions = {},
): Change[] {
  const changes = new Map<string, Change>();
  for (const agent of agents) {
    const targets = agent.targets(where);
    if (targets.length === 0)
      throw new Failure("no-such-scope", `${agent.label} has no user-level installation`, {
        hint: `session agents install ${agent.name} --project`,
      });
    for (const target of targets.flatMap((each) => (mcp ? each : (withoutServer(each) ?? [])))) {
      const known = changes.get(target.file);
      const before = known ? known.before : where.see(target.file);
      // An unedited file that an older version of the program wrote is replaced.
      const isOld =
        target.kind === "own" && before !== undefined && record.files[target.file]?.digest === digest(before);
      const after = edited(where, target, () =>
        put(target, known ? known.after : isOld ? undefined : before),
      );
      changes.set(target.file, {
        file: target.file,
        targets: [...(known?.targets ?? []), target],
        before,
        after: after === undefined ? before : after,
        ...(after === undefined
          ? { kept: "it has another version or was edited; remove it and install again" }
          : {}),
      });
    }
  }
  return [...changes.values()];
}

function uninstalled(site: Site, agents: readonly Agent[], record: AgentRecord): Change[] {
  const { where } = site;
  const asked = record.agents[where.root] ?? [];
  const others = AGENTS.filter(
    (each) =>
      !agents.includes(each) &&
      (asked.includes(each.name) || (each.programs.length > 0 && standingAt(site, each).state !== "no")),
  );
  const kept = new Set(others.flatMap((each) => each.targets(where).map((target) => target.file)));
  const changes = new Map<string, Change>();
  for (const target of agents.flatMap((each) => each.targets({ ...where, all: true }))) {
    const before = changes.get(target.file)?.before ?? where.see(target.file);
    if (before === undefined || kept.has(target.file)) continue;
    const standsNow = changes.get(target.file)?.after ?? before;
    const state = standing(target, standsNow);
    if (state === "none") continue;
    const known = record.files[target.file];
    const untouched = known !== undefined && known.digest === digest(before);
    const exact = untouched && known.before !== undefined ? { after: known.before ?? undefined } : undefined;
    let isKept = false;
    const after = edited(
      where,
      target,
      () => {
        // An unedited file of ours is deleted, whatever version of the program wrote it.
        if (target.kind === "own" && untouched) return undefined;
        return take(target, standsNow);
      },
      () => {
        isKept = true;
      },
    );
    changes.set(target.file, {
      file: target.file,
      targets: [target],
      before,
      after: isKept ? before : exact ? exact.after : after,
      ...(isKept ? { kept: "it was changed by hand; remove it by hand" } : {}),
    });
  }
  return [...changes.values()];
}

/**
 * Returns a text after an edit. Throws Failure `unfit-settings`, with file and line, if the text does not
 * fit.
 */
function edited(
  where: Where,
  target: Target,
  edit: () => string | undefined,
  onChanged: () => void = () => {},
): string | undefined {
  try {
    return edit();
  } catch (error) {
    if (error instanceof Changed) {
      onChanged();
      return undefined;
    }
    if (!(error instanceof Unfit)) throw error;
    throw new Failure(
      "unfit-settings",
      `${shown(where, target.file)}:${error.line}: ${error.message}; nothing was changed`,
      { advice: "correct the file first", hint: SAME_COMMAND },
    );
  }
}

/** Returns the facts that an uninstallation needs to restore the bytes. */
function recordOf(where: Where, record: AgentRecord, change: Change): FileRecord {
  const { file, before, after = "", targets } = change;
  const known = record.files[file];
  const untouched = known !== undefined && before !== undefined && known.digest === digest(before);
  if (untouched) return { ...known, digest: digest(after) };
  // Another clone installed this file first, so its earlier bytes are unknown.
  if (before !== undefined && targets.some((target) => seen(where, target) !== "none"))
    return { digest: digest(after) };
  const back = targets.reduceRight<string | undefined>(
    (text, target) => (text === undefined ? undefined : take(target, text)),
    after,
  );
  return { digest: digest(after), ...(back === before ? {} : { before: before ?? null }) };
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
  const result = await withLock(state, async () => {
    const record = await readAgentRecord(state);
    return action({ ...record, folders: [...new Set([...record.folders, ...folders])] });
  });
  if (existsSync(path.join(state, "installed.json"))) return result;
  // Without an installation record, its folders are removed too.
  await removeEmpty([state, ...[...folders].filter((each) => state.startsWith(each + path.sep))]);
  return result;
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
