/** Shares a session: every push includes it, until sharing ends. */
import { changeRefs, updateRef } from "../git/refs.ts";
import type { PushedRef } from "../git/remote/parse-output.ts";
import { pushRefs, type Remote, remoteRefs } from "../git/remote/refs.ts";
import type { Place } from "../place/place.ts";
import { isShared, type KnownSession } from "../record/known-sessions.ts";
import { markShared } from "../record/metadata.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { snapshotRef } from "../snapshots/read-snapshot.ts";
import { type PushResult, pushSessions } from "./push.ts";
import { type Interaction, remoteOptions, remoteSessionRef, sessionRefs } from "./remote.ts";

export interface Shared {
  readonly sent: PushResult;
  /** False if the session was already shared. */
  readonly changed: boolean;
  /** Reason why the remote did not get the mark; the next push sends it. */
  readonly later?: string;
}

/**
 * Pushes a session, and marks it as shared after the remote accepted it.
 * @throws Failure `unknown-session`; as `pushSessions`
 */
export async function share(
  place: Place,
  remote: Remote,
  known: KnownSession,
  company: Interaction,
): Promise<Shared> {
  const first = onlyOne(await pushSessions(place, remote, [known], company));
  const { changed } = await markShared(place, known.id, true);
  if (!changed) return { sent: first, changed };
  const marked = await resolveSession(place, known.id);
  try {
    return { sent: onlyOne(await pushSessions(place, remote, [marked], company)), changed };
  } catch (error) {
    if (!(error instanceof Failure) || error.exit === 130) throw error;
    return { sent: first, changed, later: error.message };
  }
}

function onlyOne(sent: readonly PushResult[]): PushResult {
  const [first] = sent;
  if (first) return first;
  throw new Failure("no-session", "the session is gone");
}

export interface Unshared {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  /** False if the remote did not have the session. */
  readonly deleted: boolean;
}

/**
 * Removes the mark of a shared session. Deletes the session from the remote if it is unchanged since this
 * clone last saw it. Copies in other clones stay.
 * @throws Failure `not-shared`; `remote-moved` if another clone pushed since; `push-refused`
 */
export async function unshare(
  place: Place,
  remote: Remote,
  known: KnownSession,
  company: Interaction,
): Promise<Unshared> {
  const { id, title, branch } = known;
  const { root } = place.repository;
  const manner = remoteOptions(place, company);
  const ref = snapshotRef(id);
  const [{ own, seen }, there] = await Promise.all([
    sessionRefs(place, remote),
    remoteRefs(root, remote, [ref], manner),
  ]);
  const commit = there.get(ref);
  const last = seen.get(id);
  if (commit === undefined && !isShared(known))
    throw new Failure("not-shared", `${title} (${id}) is not shared, and ${remote.shown} does not have it`);
  if (commit !== undefined) {
    if (commit !== last) throw moved(remote, known);
    const said = (await pushRefs(root, remote, [{ ref, was: commit }], manner)).get(ref);
    if (said?.outcome === "stale" || said?.outcome === "behind") throw moved(remote, known);
    if (said?.outcome !== "sent") throw notDeleted(remote, ref, said);
  }
  // Keeps the fetched snapshot under this clone's ref: it may be the only copy.
  if (last !== undefined && !own.has(id)) await updateRef(root, ref, last, undefined);
  if (last !== undefined) await changeRefs(root, [], [{ ref: remoteSessionRef(remote, id), was: last }]);
  await markShared(place, id, false);
  return { id, title, branch, deleted: commit !== undefined };
}

function notDeleted(remote: Remote, ref: string, refused: PushedRef | undefined): Failure {
  const { reason = "it did not report a result", said = "" } = refused ?? {};
  return new Failure("push-refused", `${remote.shown} did not delete ${ref}: ${reason}`, {
    advice: "nothing was changed",
    details: said,
  });
}

function moved(remote: Remote, { id, title }: KnownSession): Failure {
  return new Failure(
    "remote-moved",
    `${remote.shown} has another ${title} (${id}) than this clone saw last`,
    { hint: `session pull ${remote.shown} ${id}\n${SAME_COMMAND}` },
  );
}
