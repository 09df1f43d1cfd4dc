/** One session with all that its page shows. Reads only. */

import type { Place } from "../place/place.ts";
import { childrenOf, parentOf } from "../record/child-sessions.ts";
import { loadKnown, resolveSession } from "../record/resolve-session.ts";
import { childrenToRebase, type ToRebase } from "../record/stacked-branches.ts";
import type { SessionContext } from "../session/state.ts";
import { defined } from "../text/defined.ts";
import { handoffEvents } from "../views/last-handoff.ts";
import type { SessionPage } from "../views/shapes/page.ts";
import type { ChildView, ParentView, StatusView } from "../views/shapes/session-views.ts";
import { sessionPage } from "../views/show.ts";
import { statusOf } from "../views/status.ts";
import { rebaseText } from "../views/warnings.ts";
import { type AgentRun, agentsOf } from "./overview.ts";
import { worktreeOf } from "./session-worktree.ts";

export interface SessionDetail {
  readonly page: SessionPage;
  /** Whether its record can be changed from the overview. */
  readonly isOpen: boolean;
  /** The worktree that has its branch checked out. */
  readonly worktree?: string;
  /** Where it stands in its worktree; absent without one. */
  readonly status?: StatusView;
  /** A handoff was written: by whom it was taken up, null where nobody has. */
  readonly handoff?: { readonly when: string; readonly by: string | null };
  /** The session that it stands on, and those that stand on it, the newest ones. */
  readonly parent?: ParentView;
  readonly children: readonly ChildView[];
  /** How to rebase what stands on it, after it was merged. */
  readonly toRebase: readonly ToRebase[];
  /** What whoever works on it should know first; of a branch that no worktree has, only how to rebase it. */
  readonly warnings: readonly string[];
  readonly agents: readonly AgentRun[];
}

/** Failure `unknown-session`, `ambiguous-session`. `limit`: entries of the timeline. */
export async function sessionDetail(place: Place, name: string, limit: number): Promise<SessionDetail> {
  const known = await resolveSession(place, name);
  const { place: there, worktree } = await worktreeOf(place, known);
  const isOpen = known.where === "local" && (known.state === "active" || known.state === "paused");
  const isHere = worktree !== undefined && isOpen;
  const session = await loadKnown(there, known);
  const { context } = session.state;
  const isOver = known.state === "ended" || known.state === "archived";
  const [page, status, runs, parent, children, toRebase] = await Promise.all([
    sessionPage(there, known, { skip: 0, limit }),
    isHere ? statusOf(there) : undefined,
    agentsOf(place),
    parentNamed(place, context),
    childrenOf(place, session),
    isOver ? childrenToRebase(place, known.id) : [],
  ]);
  const rebase = isOpen && !status ? await rebaseText(place, context) : undefined;
  const { written, taken } = handoffEvents(session.events);
  return {
    page,
    isOpen: isOpen && !page.session.gone,
    ...(worktree === undefined ? {} : { worktree }),
    ...(status === undefined ? {} : { status }),
    ...(written === undefined
      ? {}
      : { handoff: { when: written.at, by: taken ? (taken.by ?? "somebody") : null } }),
    ...defined({ parent }),
    ...{ children, toRebase },
    warnings: status?.warnings ?? (rebase === undefined ? [] : [rebase]),
    agents: runs.filter((each) => each.session.id === known.id),
  };
}

/** Returns the parent with its name, also where its branch is gone or has another session now. */
async function parentNamed(place: Place, context: SessionContext): Promise<ParentView | undefined> {
  const parent = await parentOf(place, context);
  if (parent === undefined || parent.title !== undefined) return parent;
  const found = await resolveSession(place, parent.id).catch(() => undefined);
  return found ? { ...parent, title: found.title, state: found.state } : parent;
}
