/**
 * Pushes, fetches and lists session refs at a remote. Ignores the user's refspecs, tags, submodules
 * and FETCH_HEAD.
 */

import { defined } from "../../text/defined.ts";
import { ask } from "../read.ts";
import type { RemoteSettings } from "./names.ts";
import { type PushedRef, readFetched, readPushed, remoteFailure, remoteWords } from "./parse-output.ts";
import { type RemoteOptions, runRemote } from "./run-remote.ts";

export interface Remote {
  /** Name or address of the remote, for git's arguments. */
  readonly name: string;
  /** Name or address of the remote for display, without credentials. */
  readonly shown: string;
  /** Name of the remote's folder below `refs/session-remotes/`. */
  readonly folder: string;
  /** True if `remote.<name>.mirror` is set, with which git would force and delete refs. */
  readonly mirror: boolean;
  readonly sshCommand?: string;
}

/** A change of a remote's ref. */
export interface RefUpdate {
  /** New commit of the remote's ref; undefined to delete the ref. */
  readonly commit?: string;
  readonly ref: string;
  /** Required current commit of the remote's ref, for a deletion. */
  readonly was?: string;
}

/** Returns git's settings about remotes and branches, with one process. */
export async function remoteSettings(root: string): Promise<RemoteSettings> {
  const answer = await ask(root, ["config", "-z", "--get-regexp", "^(remote|branch|core\\.sshcommand)"]);
  const settings = new Map<string, string[]>();
  for (const record of answer.stdout.split("\0")) {
    const at = record.indexOf("\n");
    if (at < 0) continue;
    const key = record.slice(0, at);
    settings.set(key, [...(settings.get(key) ?? []), record.slice(at + 1)]);
  }
  return settings;
}

/** Maximum characters of a command line; Windows allows 32,767. */
const LINE = process.platform === "win32" ? 24_000 : 200_000;

/**
 * All refs of a folder in this clone, except some: git is fast with one pattern for thousands of refs, and
 * slow with thousands of names.
 */
export interface RefFolder {
  /** Pattern that matches the refs, such as `refs/sessions/*`. */
  readonly pattern: string;
  readonly except: readonly string[];
}

/**
 * Pushes refs without force, in as few git processes as command lines allow. Returns the result of
 * each; a refused ref does not stop the others.
 * @throws as `remoteFailure` if the remote cannot be reached
 */
export async function pushRefs(
  root: string,
  remote: Remote,
  updates: readonly RefUpdate[],
  manner: RemoteOptions,
  folder?: RefFolder,
): Promise<Map<string, PushedRef>> {
  const pushed = new Map<string, PushedRef>();
  const whole = folder && [`${folder.pattern}:${folder.pattern}`, ...folder.except.map((ref) => `^${ref}`)];
  const calls = [...(whole ? [{ specs: whole, updates: [] }] : []), ...batches(updates)];
  for (const call of calls) {
    try {
      for (const [ref, each] of await pushSome(root, remote, call, manner)) pushed.set(ref, each);
    } catch (error) {
      // If a later process fails, refs that an earlier process pushed stay pushed, and the caller reports
      // them.
      if (pushed.size === 0) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      for (const { ref } of updates)
        if (!pushed.has(ref)) pushed.set(ref, { outcome: "refused", taken: false, reason });
      break;
    }
  }
  return pushed;
}

/** Refspecs for one git process, and the updates that they describe. */
interface Call {
  readonly specs: readonly string[];
  readonly updates: readonly RefUpdate[];
}

async function pushSome(root: string, remote: Remote, { specs, updates }: Call, manner: RemoteOptions) {
  const leases = updates.flatMap(({ ref, was }) =>
    was === undefined ? [] : [`--force-with-lease=${ref}:${was}`],
  );
  const args = [
    // Overrides the user's push options, and a mirror setting, with which git would force and delete.
    ...["-c", "push.pushOption="],
    ...(remote.mirror ? ["-c", `remote.${remote.name}.mirror=false`] : []),
    ...["push", "--porcelain", "--progress", "--no-verify", "--no-follow-tags", "--recurse-submodules=no"],
    "--no-signed",
    ...leases,
    "--end-of-options",
    remote.name,
    ...specs,
  ];
  const refs = new Map<string, PushedRef>();
  const output = (line: string) => readPushed(line, refs);
  const said = await runRemote(root, args, { ...manner, sshCommand: remote.sshCommand, output });
  const isWhole = said.code === 0 || [...refs.values()].some((each) => each.outcome !== "sent");
  if (refs.size > 0 && isWhole) return withWords(refs, remoteWords(said.stderr));
  throw remoteFailure(remote.shown, said.stderr, said.code);
}

/** Adds the remote's words to the refs that it did not take: git does not tell which ref they are about. */
function withWords(refs: ReadonlyMap<string, PushedRef>, said: string | undefined): Map<string, PushedRef> {
  const isTaken = ({ outcome }: PushedRef) => outcome === "sent" || outcome === "same";
  return new Map(
    [...refs].map(([ref, each]) => [ref, isTaken(each) ? each : { ...each, ...defined({ said }) }]),
  );
}

/** Reports whether the names of these refs fit on one command line. */
export const fits = (refs: readonly string[]) => refs.reduce((sum, each) => sum + each.length + 4, 0) < LINE;

function* batches(updates: readonly RefUpdate[]): Generator<Call> {
  let some: RefUpdate[] = [];
  let length = 0;
  const call = (): Call => ({
    specs: some.map(({ commit, ref }) => `${commit ?? ""}:${ref}`),
    updates: some,
  });
  for (const each of updates) {
    const own = each.ref.length * (each.was === undefined ? 1 : 2) + 150;
    if (length + own > LINE && some.length > 0) {
      yield call();
      some = [];
      length = 0;
    }
    some.push(each);
    length += own;
  }
  if (some.length > 0) yield call();
}

/** The outcome of a fetch. */
export interface Fetched {
  /** Refs of this clone that hold the remote's refs. */
  readonly refs: ReadonlySet<string>;
  /** Refs that could not be stored in this clone, each with the reason. */
  readonly problems: ReadonlyMap<string, string>;
}

/**
 * Fetches the given refspecs and nothing else, with one git process. Keeps refs that the remote no longer
 * has.
 */
export async function fetchRefs(
  root: string,
  remote: Remote,
  refspecs: readonly string[],
  manner: RemoteOptions,
): Promise<Fetched> {
  const refs = new Set<string>();
  const problems = new Map<string, string>();
  const args = [
    ...["-c", "fetch.output=full"],
    ...["fetch", "--verbose", "--progress", "--no-tags", "--no-prune", "--no-write-fetch-head"],
    // Fetches without a filter: in a partial clone, git would otherwise fetch missing objects one by one
    // later.
    ...["--no-auto-maintenance", "--no-recurse-submodules", "--no-show-forced-updates", "--no-filter"],
    ...["--refmap=", "--stdin", "--end-of-options", remote.name],
  ];
  const line = (text: string) => {
    const found = readFetched(text);
    if (!found) return false;
    if (found.problem === undefined) refs.add(found.ref);
    else problems.set(found.ref, found.problem);
    return true;
  };
  const input = refspecs.map((each) => `${each}\n`).join("");
  const how = { ...manner, sshCommand: remote.sshCommand, input, line };
  let said = await runRemote(root, args, how);
  if (said.code !== 0 && /bad object refs\//.test(said.stderr))
    said = await runRemote(root, args, { ...how, passesOver: true });
  if (said.code === 0 || problems.size > 0) return { refs, problems };
  throw remoteFailure(remote.shown, said.stderr, said.code);
}

/** Returns the remote's refs with these prefixes, each with its commit. */
export async function remoteRefs(
  root: string,
  remote: Remote,
  patterns: readonly string[],
  manner: RemoteOptions,
): Promise<Map<string, string>> {
  const args = ["ls-remote", "--refs", "--end-of-options", remote.name, ...patterns];
  const refs = new Map<string, string>();
  const output = (line: string) => {
    const [oid, ref] = line.split("\t");
    if (oid && ref) refs.set(ref, oid);
  };
  const said = await runRemote(root, args, { ...manner, sshCommand: remote.sshCommand, output });
  if (said.code !== 0) throw remoteFailure(remote.shown, said.stderr, said.code);
  return refs;
}
