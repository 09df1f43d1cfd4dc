/** Makes the snapshots that a push sends, and leaves out damaged ones. */
import { gatherStored } from "../facts/gather-stored.ts";
import { listRefs } from "../git/refs.ts";
import type { Remote } from "../git/remote/refs.ts";
import type { Place } from "../place/place.ts";
import type { KnownSession } from "../record/known-sessions.ts";
import { guardSnapshots } from "../secrets/secrets.ts";
import { Failure } from "../session/failure.ts";
import { filesOfSession, makeSnapshot, withDocuments } from "../snapshots/write-snapshot.ts";
import type { Refs } from "./remote.ts";

/** A session to push. This clone's ref names the snapshot only after the remote accepted it. */
export interface Parcel {
  readonly id: string;
  readonly known: KnownSession;
  readonly commit: string;
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
  for (const known of sessions) {
    const stored = own.get(known.id) ?? fetched.get(known.snapshot?.ref ?? "");
    const commit = known.loaded ? await fresh(place, known) : await complete(place, known, stored);
    if (commit === undefined)
      throw new Failure("no-session", `the snapshot of ${known.id} is gone`, { hint: "session doctor" });
    parcels.push({ id: known.id, known, commit });
  }
  return parcels;
}

async function fresh(place: Place, { branch, loaded }: KnownSession): Promise<string | undefined> {
  if (!loaded) return undefined;
  const gathered = await gatherStored(place, branch, loaded);
  const { commit } = await makeSnapshot(place, gathered, await filesOfSession(loaded.folder), loaded.folder);
  return commit;
}

/** Returns the snapshot of an ended session, with the documents to send. */
async function complete(place: Place, { folder }: KnownSession, stored: string | undefined) {
  return stored === undefined || folder === undefined ? stored : withDocuments(place, stored, folder);
}
