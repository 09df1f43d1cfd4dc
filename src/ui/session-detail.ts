/** Gathers the data of a session's page. Changes nothing. */

import type { Place } from "../place/place.ts";
import { childrenOf, parentOf } from "../record/child-sessions.ts";
import { loadKnown } from "../record/known-sessions.ts";
import { findNamed, resolveSession } from "../record/resolve-session.ts";
import { childrenToRebase, rebaseOf, type ToRebase } from "../record/stacked-branches.ts";
import { isEnded, isLive, type SessionContext } from "../session/state.ts";
import { defined } from "../text/defined.ts";
import { handoffEvents } from "../views/last-handoff.ts";
import type { SessionPage } from "../views/shapes/page.ts";
import type { StatusView } from "../views/shapes/session-views.ts";
import type { ChildView, ParentView } from "../views/shapes/view-parts.ts";
import { sessionPage } from "../views/show.ts";
import { statusOf } from "../views/status.ts";
import { rebaseText } from "../views/warnings.ts";
import { type AgentRun, agentsOf } from "./overview.ts";
import { worktreeOf } from "./session-worktree.ts";

/** The data of a session's page. */
export interface SessionDetail {
  readonly page: SessionPage;
  /** True if the page can change the record: for an active or paused session of this clone. */
  readonly isOpen: boolean;
  /** Path of the worktree that has the session's branch checked out. */
  readonly worktree?: string;
  /** Status in the session's worktree; absent without a worktree. */
  readonly status?: StatusView;
  /**
   * Time of the last handoff in ISO 8601, and the name of the person or agent that acknowledged it; null if
   * nobody did.
   */
  readonly handoff?: { readonly when: string; readonly by: string | null };
  readonly parent?: ParentView;
  /** The newest child sessions. */
  readonly children: readonly ChildView[];
  /** Child sessions that need a rebase, after this session was merged. */
  readonly toRebase: readonly ToRebase[];
  /** Warnings of the status; without a worktree, only the advice to rebase. */
  readonly warnings: readonly string[];
  /** The session's agent runs. */
  readonly agents: readonly AgentRun[];
}

/**
 * Returns the data of a session's page. `name`: id, title or branch. `limit`: maximum entries of the
 * timeline.
 * @throws Failure `unknown-session`, `ambiguous-session`
 */
export async function sessionDetail(place: Place, name: string, limit: number): Promise<SessionDetail> {
  const known = await resolveSession(place, name);
  const { place: there, worktree } = await worktreeOf(place, known);
  const isOpen = known.where === "local" && isLive(known.state);
  const isHere = worktree !== undefined && isOpen;
  const session = await loadKnown(there, known);
  const { context } = session.state;
  const isOver = isEnded(known.state);
  const [page, status, runs, parent, children, toRebase] = await Promise.all([
    sessionPage(there, known, { skip: 0, limit }),
    isHere ? statusOf(there) : undefined,
    agentsOf(place),
    parentNamed(place, context),
    childrenOf(place, session),
    isOver ? childrenToRebase(place, known.id) : [],
  ]);
  const rebase = isOpen && !status ? await rebaseOf(place, context) : undefined;
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
    warnings: status?.warnings ?? (rebase === undefined ? [] : [rebaseText(rebase)]),
    agents: runs.filter((each) => each.session.id === known.id),
  };
}

/** Returns the parent with its title, even if its branch is gone or belongs to a newer session. */
async function parentNamed(place: Place, context: SessionContext): Promise<ParentView | undefined> {
  const parent = await parentOf(place, context);
  if (parent === undefined || parent.title !== undefined) return parent;
  const found = await findNamed(place, parent.id).catch(() => undefined);
  return found ? { ...parent, title: found.title, state: found.state } : parent;
}
