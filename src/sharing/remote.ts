/** Finds the remote of a command, and the options for git commands with it. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { changeRefs, listRefs } from "../git/refs.ts";
import {
  isAddress,
  type RemoteSettings,
  redactAddress,
  remoteFolder,
  remoteNames,
  unknownRemote,
  usualRemote,
} from "../git/remote/names.ts";
import { type Remote, remoteSettings } from "../git/remote/refs.ts";
import type { RemoteOptions } from "../git/remote/run-remote.ts";
import type { Place } from "../place/place.ts";
import { isSessionId } from "../session/ids.ts";
import { snapshotRef } from "../snapshots/read-snapshot.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";
import { parseDuration } from "../text/time/duration.ts";

/** The direction of a transfer. */
export type Direction = "push" | "pull";

/** The terminal on which to ask the user, if any, and the reader of progress. */
export interface Interaction {
  readonly asks: RemoteOptions["asks"];
  readonly progress?: (line: string) => void;
}

/**
 * Splits the remote from words that name sessions and a remote: the last word of a push, the first of a pull,
 * if it names a remote, an address or a path. Otherwise uses git's remote.
 * @throws Failure `no-remote`, `which-remote`, `unknown-remote`
 */
export async function splitRemote(
  place: Place,
  cwd: string,
  words: readonly string[],
  direction: Direction,
  named?: string,
) {
  const settings = await remoteSettings(place.repository.root);
  if (named !== undefined) return { remote: known(settings, cwd, named), names: words };
  const at = direction === "push" ? words.length - 1 : 0;
  const word = words[at];
  if (word !== undefined && (isAddress(word) || remoteNames(settings).includes(word)))
    return { remote: known(settings, cwd, word), names: words.filter((_each, n) => n !== at) };
  const usual = usualRemote(settings, place.repository.branch, direction, words);
  return { remote: remoteOf(settings, cwd, usual), names: words };
}

/** Returns the remotes of this clone, for error messages. */
export async function remotesHere(place: Place): Promise<string[]> {
  return remoteNames(await remoteSettings(place.repository.root));
}

/** Returns the remote that git names to its hooks. */
export async function remoteNamed(place: Place, name: string): Promise<Remote> {
  return remoteOf(await remoteSettings(place.repository.root), place.repository.root, name);
}

/** Returns the command that pushes from a remote that is another clone on this machine; else undefined. */
export function pushCommandAt({ name }: Remote): string | undefined {
  const isClone = isAddress(name) && existsSync(path.join(name, ".git"));
  return isClone ? `session -C ${shellWord(name)} push` : undefined;
}

function known(settings: RemoteSettings, cwd: string, name: string): Remote {
  const names = remoteNames(settings);
  if (names.includes(name) || isAddress(name)) return remoteOf(settings, cwd, name);
  throw unknownRemote(name, names);
}

function remoteOf(settings: RemoteSettings, cwd: string, given: string): Remote {
  // A relative path must be resolved: git runs at the top of the work tree, but the user typed the path in a
  // folder.
  const isPath = /^\.{1,2}([/\\]|$)/.test(given) && !remoteNames(settings).includes(given);
  const address = isPath ? path.resolve(cwd, given) : given;
  const name =
    remoteNames(settings).find((each) => settings.get(`remote.${each}.url`)?.[0] === address) ?? address;
  const sshCommand = settings.get("core.sshcommand")?.at(-1);
  return {
    name,
    shown: redactAddress(name),
    folder: remoteFolder(name, (text) => createHash("sha256").update(text).digest("hex")),
    mirror: settings.get(`remote.${name}.mirror`)?.at(-1) === "true",
    ...defined({ sshCommand }),
  };
}

/** Returns options for a git command with a remote: a hook waits less, because git waits for the hook. */
export function remoteOptions(place: Place, company: Interaction): RemoteOptions {
  const minutes = parseDuration(place.config.sharing.timeout) ?? 1;
  return {
    ...company,
    silence: company.asks === "hook" ? Math.min(minutes, 1 / 6) * 60_000 : minutes * 60_000,
  };
}

/** Returns the ref of a remote's session in this clone. */
export const remoteSessionRef = (remote: Remote, id: string) => `refs/session-remotes/${remote.folder}/${id}`;

/** Sessions of this clone, and sessions as last seen at the remote, each with its commit. */
export interface Refs {
  readonly own: ReadonlyMap<string, string>;
  readonly seen: ReadonlyMap<string, string>;
  /** Refs in the folders of sessions that are not sessions. */
  readonly strange: readonly string[];
}

/** Returns this clone's snapshot refs and its copies of the remote's snapshot refs. */
export async function sessionRefs(place: Place, remote: Remote): Promise<Refs> {
  const [ours, theirs] = [snapshotRef(""), remoteSessionRef(remote, "")];
  const [own, seen] = [new Map<string, string>(), new Map<string, string>()];
  const strange: string[] = [];
  for (const [ref, oid] of await listRefs(place.repository.root, ours, theirs)) {
    const isOwn = ref.startsWith(ours);
    const id = ref.slice((isOwn ? ours : theirs).length);
    if (isSessionId(id)) (isOwn ? own : seen).set(id, oid);
    else if (isOwn) strange.push(ref);
  }
  return { own, seen, strange };
}

/** Records the sessions that the remote has now. */
export async function recordSeen(
  place: Place,
  remote: Remote,
  sessions: readonly { readonly id: string; readonly commit: string }[],
): Promise<void> {
  const set = sessions.map(({ id, commit }) => ({ ref: remoteSessionRef(remote, id), to: commit }));
  await changeRefs(place.repository.root, set, [], true);
}
