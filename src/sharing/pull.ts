/** Fetches sessions of a remote into refs/session-remotes, and merges them with this clone's sessions. */

import { setTimeout as wait } from "node:timers/promises";
import { commitsBehind } from "../git/damaged-snapshots.ts";
import { ask, SNAPSHOT_REFS_QUERY } from "../git/read.ts";
import { changeRefs } from "../git/refs.ts";
import { type Fetched, fetchRefs, type Remote, remoteRefs } from "../git/remote/refs.ts";
import type { RemoteOptions } from "../git/remote/run-remote.ts";
import { currentBranch } from "../git/repository.ts";
import type { Place } from "../place/place.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { pickSession, unknownSession } from "../record/resolve-session.ts";
import { Failure } from "../session/failure.ts";
import { isSessionId } from "../session/ids.ts";
import { readSnapshotNote } from "../store/journal/snapshot-note.ts";
import { keptFolder, keptIds, localSessions } from "../store/sessions.ts";
import { readTrash } from "../store/trash.ts";
import { type MergedSessions, mergeSessions } from "./merge-sessions.ts";
import { type Interaction, remoteOptions, remoteSessionRef, remotesHere, sessionRefs } from "./remote.ts";

export interface Pulled {
  /** Sessions that changed since this clone last saw the remote, and requested sessions. */
  readonly united: readonly MergedSessions[];
  /** Number of sessions that are equal on both sides. */
  readonly same: number;
  /** Ids of sessions that the remote removed. This clone keeps them. */
  readonly gone: readonly string[];
  /** Ids of sessions that this clone deleted, which were not fetched again. */
  readonly deleted: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Fetches all or the named sessions of a remote, and merges each with this clone's session. `names`: ids or
 * prefixes of ids, branches and titles, also of sessions that only the remote has.
 * @throws Failure `unknown-session`; as `remoteFailure`, with nothing changed
 */
export async function pullSessions(
  place: Place,
  remote: Remote,
  names: readonly string[] | undefined,
  company: Interaction,
): Promise<Pulled> {
  const manner = remoteOptions(place, company);
  const asked = names === undefined ? undefined : await idsOf(place, names);
  const trash = asked ? [] : await readTrash(place.sessionsDir);
  // A deleted session that was later fetched by name exists again.
  const here = trash.length > 0 ? (await sessionRefs(place, remote)).own : new Map<string, string>();
  const deleted = [...new Set(trash.map((each) => each.id))].filter((id) => !here.has(id));
  const specs = asked?.every((each) => each.id !== undefined)
    ? asked.map(({ id = "" }) => `+refs/sessions/${id}*:${remoteSessionRef(remote, `${id}*`)}`)
    : [`+refs/sessions/*:${remoteSessionRef(remote, "*")}`, ...deleted.map((id) => `^refs/sessions/${id}`)];
  const fetched = await fetchAround(place, remote, [...new Set(specs)], manner);
  const { own, seen } = await sessionRefs(place, remote);
  const wanted = asked && (await chosen(place, remote, asked, [...seen.keys()].filter(isThere)));
  function isThere(id: string): boolean {
    return (
      fetched.refs.has(remoteSessionRef(remote, id)) || fetched.problems.has(remoteSessionRef(remote, id))
    );
  }
  const behind = await behindRef(place, own);
  const pairs = [...seen].flatMap(([id, theirs]) => {
    const isSame = own.get(id) === theirs && !behind.has(id);
    return (wanted ? !wanted.has(id) : isSame || !isThere(id)) ? [] : [{ id, theirs }];
  });
  const united = await mergeSessions(place, pairs, behind);
  // Deletes a rejected snapshot, which would hide this clone's session in a list.
  const rejected = united.flatMap(({ id, commit, rejected }) =>
    rejected && own.has(id) ? [{ ref: remoteSessionRef(remote, id), was: commit }] : [],
  );
  await changeRefs(place.repository.root, [], rejected, true);
  const all = [...seen.keys()].filter(isThere);
  return {
    united,
    same: all.length - united.length,
    gone: wanted ? [] : [...seen.keys()].filter((id) => !isThere(id) && !deleted.includes(id)),
    deleted,
    problems: [...fetched.problems].map(([ref, reason]) => `${ref}: ${reason}`),
  };
}

/** Returns the sessions whose folder lacks the snapshot on their ref. */
async function behindRef(place: Place, own: ReadonlyMap<string, string>): Promise<Set<string>> {
  const { sessionsDir } = place;
  const [kept, local] = await Promise.all([keptIds(sessionsDir), localSessions(sessionsDir)]);
  const folders = new Map([...kept].map((id) => [id, keptFolder(sessionsDir, id)]));
  for (const { folder, state } of local) folders.set(state.context.id, folder);
  const behind = new Set<string>();
  for (const [id, folder] of folders) {
    const noted = folder && (await readSnapshotNote(folder, id));
    if (noted !== undefined && own.has(id) && own.get(id) !== noted) behind.add(id);
  }
  return behind;
}

/** Fetches refspecs, and retries once if another command may have fetched the same refs. */
async function fetchAround(
  place: Place,
  remote: Remote,
  specs: readonly string[],
  manner: RemoteOptions,
): Promise<Fetched> {
  const { root } = place.repository;
  try {
    const fetched = await fetchRefs(root, remote, specs, manner);
    if (fetched.problems.size === 0) return fetched;
    await wait(100 + Math.random() * 300);
    return await fetchRefs(root, remote, specs, manner);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "remote-failed") throw error;
    const damaged = await damagedHere(root);
    if (damaged !== undefined)
      throw new Failure("damaged-here", `cannot fetch while ${damaged} is damaged in this clone`, {
        hint: "session doctor",
      });
    return fetchSound(place, remote, specs, manner, error);
  }
}

/** Returns a damaged snapshot of this clone at which git fails. git skips missing snapshots. */
async function damagedHere(root: string): Promise<string | undefined> {
  const { bytes } = await ask(root, SNAPSHOT_REFS_QUERY);
  return (await commitsBehind(root, bytes)).find((each) => each.kind === "damaged")?.ref;
}

/** Maximum fetches to find the damaged sessions of a remote. */
const MOST_FETCHES = 40;

/** Fetches the undamaged sessions of a remote by halving: if one session is damaged, git rejects all. */
async function fetchSound(
  place: Place,
  remote: Remote,
  specs: readonly string[],
  manner: RemoteOptions,
  failure: Failure,
): Promise<Fetched> {
  const { root } = place.repository;
  const wanted = specs.map((spec) => spec.replace(/^\+/, "").replace(/:.*$/, ""));
  const [there, { seen }] = await Promise.all([
    remoteRefs(root, remote, ["refs/sessions/*"], manner),
    sessionRefs(place, remote),
  ]);
  const refs = new Set<string>();
  const problems = new Map<string, string>();
  const changed: string[] = [];
  for (const [ref, oid] of there) {
    const id = ref.replace("refs/sessions/", "");
    const isAsked = wanted.some((each) =>
      each.endsWith("*") ? ref.startsWith(each.slice(0, -1)) : each === ref,
    );
    if (!isAsked || wanted.includes(`^${ref}`)) continue;
    if (seen.get(id) === oid) refs.add(remoteSessionRef(remote, id));
    else changed.push(id);
  }
  let fetches = 0;
  const fetchSome = async (ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return;
    try {
      if (++fetches > MOST_FETCHES) throw failure;
      const some = ids.map((id) => `+refs/sessions/${id}:${remoteSessionRef(remote, id)}`);
      const fetched = await fetchRefs(root, remote, some, manner);
      for (const ref of fetched.refs) refs.add(ref);
      for (const [ref, reason] of fetched.problems) problems.set(ref, reason);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "remote-failed") throw error;
      const half = Math.ceil(ids.length / 2);
      if (ids.length > 1 && fetches < MOST_FETCHES) {
        await fetchSome(ids.slice(0, half));
        return fetchSome(ids.slice(half));
      }
      for (const id of ids)
        problems.set(
          remoteSessionRef(remote, id),
          "the remote cannot send it: the remote's copy may be damaged",
        );
    }
  };
  await fetchSome(changed);
  // If no session arrives, damage is not the cause.
  if (refs.size === 0) throw failure;
  return { refs, problems };
}

/** A typed name, and the id or prefix that it means; undefined if this clone does not know the name. */
interface Asked {
  readonly name: string;
  readonly id?: string;
}

async function idsOf(place: Place, names: readonly string[]): Promise<Asked[]> {
  if (names.every((name) => isSessionId(name))) return names.map((name) => ({ name, id: name }));
  const known = await knownSessions(place, { light: true });
  return names.map((name): Asked => {
    const found = pickSession(known, name === "@" ? (currentBranch(place.repository) ?? name) : name);
    if (found) return { name, id: found.id };
    return isStart(name) ? { name, id: name } : { name };
  });
}

function isStart(name: string): boolean {
  return name.length >= 3 && isSessionId(name.padEnd(12, "0").slice(0, 12)) && name.length <= 12;
}

/**
 * Returns the ids of the requested sessions, once the remote's sessions are known.
 * @throws Failure `unknown-session`, `ambiguous-session`
 */
async function chosen(
  place: Place,
  remote: Remote,
  asked: readonly Asked[],
  there: readonly string[],
): Promise<Set<string>> {
  const ids = new Set<string>();
  let known: KnownSession[] | undefined;
  for (const { name, id } of asked) {
    const full = there.filter((each) => id !== undefined && each.startsWith(id));
    if (full.length === 1 && full[0] !== undefined) {
      ids.add(full[0]);
      continue;
    }
    known ??= (await knownSessions(place)).filter((each) => there.includes(each.id));
    const found = pickSession(known, name);
    if (!found) throw await notThere(place, remote, name, known);
    ids.add(found.id);
  }
  return ids;
}

async function notThere(
  place: Place,
  remote: Remote,
  name: string,
  known: readonly KnownSession[],
): Promise<Failure> {
  const remotes = await remotesHere(place);
  const { hint } = unknownSession(known, name, `session pull ${remote.shown}`);
  return new Failure("unknown-session", `${remote.shown} has no session "${name.slice(0, 60)}"`, {
    advice: remotes.includes(name) ? `${name} is a remote: name it first` : "",
    hint: hint ?? `session pull ${remote.shown}`,
  });
}
