/** Makes the snapshots that a push sends, and leaves out damaged ones. */
import { gatherStored } from "../facts/gather-stored.ts";
import { listRefs } from "../git/refs.ts";
import type { Remote } from "../git/remote/refs.ts";
import type { Place } from "../place/place.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { guardSnapshots } from "../secrets/secrets.ts";
import { Failure } from "../session/failure.ts";
import { makeSnapshot, withDocuments } from "../snapshots/write-snapshot.ts";
import type { LoadedSession } from "../store/load.ts";
import { mergeActive, mergeKept } from "./merge-session-folder.ts";
import type { Refs } from "./remote.ts";

/** A session to push. This clone's ref names the snapshot only after the remote accepted it. */
export interface Parcel {
  readonly id: string;
  readonly known: KnownSession;
  readonly commit: string;
  /** Commit of this clone's ref before the push. */
  readonly before: string | undefined;
  /** Snapshot that the session's folder notes after the push, and its note before the push. */
  readonly note?: { readonly folder: string; readonly own: string; readonly noted: string | undefined };
}

/**
 * Searches sessions for secrets. Returns sessions with unreadable objects, found by halving: these are not
 * pushed.
 */
export async function damagedOf(
  place: Place,
  parcels: readonly Parcel[],
  seen: readonly string[],
  remote: Remote,
): Promise<Parcel[]> {
  try {
    await guardSnapshots(place, parcels, seen, remote.shown);
    return [];
  } catch (error) {
    if (!(error instanceof Failure) || !/^(git-failed|bad-snapshot)$/.test(error.code)) throw error;
    if (parcels.length === 1) return [...parcels];
    const half = parcels.length >> 1;
    return [
      ...(await damagedOf(place, parcels.slice(0, half), seen, remote)),
      ...(await damagedOf(place, parcels.slice(half), seen, remote)),
    ];
  }
}

/** Makes a commit for each session: a new snapshot if the session changed. */
export async function packed(
  place: Place,
  sessions: readonly KnownSession[],
  { own }: Refs,
): Promise<Parcel[]> {
  const fetched = sessions.some((each) => !each.loaded && !own.has(each.id))
    ? await listRefs(place.repository.root, "refs/session-remotes/")
    : new Map<string, string>();
  const parcels: Parcel[] = [];
  // Makes snapshots one after the other: each already runs several git queries in parallel.
  for (const known of sessions)
    parcels.push(await parcelOf(place, known, own.get(known.id), fetched.get(known.snapshot?.ref ?? "")));
  return parcels;
}

async function parcelOf(
  place: Place,
  known: KnownSession,
  before: string | undefined,
  fetched?: string,
): Promise<Parcel> {
  const { id, loaded } = known;
  if (loaded) return fresh(place, known, loaded);
  const stored = before ?? fetched;
  if (stored === undefined)
    throw new Failure("no-session", `the snapshot of ${id} is gone`, { hint: "session doctor" });
  const { folder } = known;
  if (folder === undefined) return { id, known, commit: stored, before };
  const commit = await withDocuments(place, stored, folder);
  return { id, known, commit, before, note: { folder, own: commit, noted: stored } };
}

/** Makes a snapshot of a session's folder. First merges a snapshot on the ref that the folder lacks. */
async function fresh(place: Place, known: KnownSession, session: LoadedSession): Promise<Parcel> {
  const { id, branch, where } = known;
  const { folder } = session;
  const gathered = await gatherStored(place, branch, session);
  const { commit, own, before, noted } = await makeSnapshot(place, gathered, folder, true);
  if (commit === own || before === undefined)
    return { id, known, commit, before, note: { folder, own, noted } };
  const merged =
    where === "local"
      ? await mergeActive(place, session.state.context, before)
      : await mergeKept(place, folder, id, before);
  place.notices.push(...merged.notes.map((note) => `${id}: ${note}`));
  const now = (await knownSessions(place, { light: true })).find((each) => each.id === id);
  return parcelOf(place, now ?? known, merged.commit);
}
