/** One session with all that its page shows. Reads only. */

import type { Place } from "../place/place.ts";
import { type KnownSession, loadKnown, resolveSession } from "../record/resolve.ts";
import { handoffEvents } from "../views/handoffs.ts";
import type { SessionPage } from "../views/shapes/page.ts";
import type { StatusView } from "../views/shapes/views.ts";
import { sessionPage } from "../views/show.ts";
import { statusOf } from "../views/status.ts";
import { type AgentRun, agentsOf } from "./overview.ts";
import { whereIs } from "./where.ts";

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
  readonly agents: readonly AgentRun[];
}

/** Failure `unknown-session`, `ambiguous-session`. `limit`: entries of the timeline. */
export async function sessionDetail(place: Place, name: string, limit: number): Promise<SessionDetail> {
  const known = await resolveSession(place, name);
  const { place: there, worktree } = await whereIs(place, known);
  const isOpen = known.where === "local" && (known.state === "active" || known.state === "paused");
  const isHere = worktree !== undefined && isOpen;
  const [page, events, status, runs] = await Promise.all([
    sessionPage(there, known, { skip: 0, limit }),
    eventsOf(there, known),
    isHere ? statusOf(there) : undefined,
    agentsOf(place),
  ]);
  const { written, taken } = handoffEvents(events);
  return {
    page,
    isOpen: isOpen && !page.session.gone,
    ...(worktree === undefined ? {} : { worktree }),
    ...(status === undefined ? {} : { status }),
    ...(written === undefined
      ? {}
      : { handoff: { when: written.at, by: taken ? (taken.by ?? "somebody") : null } }),
    agents: runs.filter((each) => each.session.id === known.id),
  };
}

async function eventsOf(place: Place, known: KnownSession) {
  return (await loadKnown(place, known)).events;
}
