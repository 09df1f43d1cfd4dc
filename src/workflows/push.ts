import { pushRefs } from "../git/push.ts";
import { Failure } from "../model/failure.ts";
import { gather } from "./gather.ts";
import type { Place } from "./place.ts";
import { findSession } from "./session.ts";
import { filesOfSession, snapshotRef, writeSnapshot } from "./snapshot.ts";

/**
 * Pushes the sessions of branches (full refs) to the remote that the branches go to, where the settings say so.
 * Failure `push-refused` with what git said; everything here stays as it is.
 */
export async function pushAlong(place: Place, remote: string, refs: readonly string[]): Promise<void> {
  if (!place.config.sharing.auto_push) return;
  const snapshots = await Promise.all(refs.map((ref) => snapshotOf(place, ref.replace("refs/heads/", ""))));
  const said = await pushRefs(place.repository.root, remote, snapshots.flat());
  if (said === undefined) return;
  throw new Failure("push-refused", `sessions were not pushed to ${remote}: ${said}`);
}

/** The ref of a branch's session, holding what it is now. */
async function snapshotOf(place: Place, branch: string): Promise<string[]> {
  const session = await findSession(place, branch);
  if (!session) return [];
  const gathered = await gather(place, branch, session);
  await writeSnapshot(place, gathered, await filesOfSession(session.folder));
  return [snapshotRef(session.state.context.id)];
}
