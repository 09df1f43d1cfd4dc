/** Where unfinished work is that was put away, and whether a command was interrupted over it. */
import { refCommit } from "../git/refs.ts";
import { storedSession } from "../history/stored.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";

/** Where the work of a session is kept: never among the user's own stash entries. */
export const workRef = (id: string) => `refs/session-stash/${id}`;

/** Failure `work-interrupted` where a command that moved unfinished work was interrupted, and nobody has finished it yet. */
export async function refuseHalfway(place: Place): Promise<void> {
  const { branch, root } = place.repository;
  const session =
    branch === undefined ? undefined : await storedSession(place, branch).catch(() => undefined);
  const { work, id } = session?.state.context ?? {};
  if (!work?.step || id === undefined || (await refCommit(root, workRef(id))) !== work.commit) return;
  throw new Failure("work-interrupted", "a switch was interrupted, and the work tree may be halfway", {
    hint: "session resume",
  });
}
