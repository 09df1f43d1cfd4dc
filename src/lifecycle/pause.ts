import { refuseOperation } from "../checkpoint/checkpoint.ts";
import { requireBranch } from "../git/repository.ts";
import type { Place } from "../place/place.ts";
import { withSession } from "../record/change.ts";
import { event } from "../record/event.ts";
import type { SessionContext } from "../session/state.ts";
import { saveSession } from "../store/save.ts";
import { defined } from "../text/defined.ts";
import { settleBeforeChange } from "../worktree/settle-before-change.ts";
import { finishWork, type MovedWork, stashWork } from "../worktree/stash-work.ts";

export interface Paused {
  readonly session: SessionContext;
  /** True if the session was already paused. */
  readonly before: boolean;
  readonly away?: MovedWork;
}

/**
 * Pauses the session of this branch, which stays checked out, and stashes its unfinished work unless
 * `keep`.
 * @throws Failure `no-session`, `detached-head`, `unfinished-operation`; as `stashWork`
 */
export async function pause(asked: Place, keep: boolean): Promise<Paused> {
  const place = await settleBeforeChange(asked);
  const branch = requireBranch(place.repository);
  await refuseOperation(place);
  return withSession(place, branch, async (found, lock) => {
    const finished = await finishWork(place, found, lock);
    const { session, moved } = keep ? { session: finished } : await stashWork(place, finished, lock);
    const { context } = session.state;
    const before = context.state === "paused";
    const after = { ...session.state, context: { ...context, state: "paused" as const } };
    if (!before) await saveSession(session, after, [event("session.paused")], lock);
    return { session: after.context, before, ...defined({ away: moved }) };
  });
}
