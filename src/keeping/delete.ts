/** Selects sessions to delete, with what the user must know before confirming. Deletes nothing itself. */

import { worktreeBranches } from "../git/worktrees.ts";
import type { Place } from "../place/place.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { atWorkFailure, atWorkText, othersAtWork } from "../record/runs.ts";
import { Failure } from "../session/failure.ts";
import { defined } from "../text/defined.ts";

export interface SessionToDelete {
  readonly session: KnownSession;
  /** Sessions forked from the deleted session that are not deleted and keep its id as their parent. */
  readonly children: readonly KnownSession[];
  /** Name of the remote from which the session was fetched: the next pull may fetch it again. */
  readonly remote?: string;
}

export interface SessionToKeep {
  readonly session: KnownSession;
  readonly why: string;
}

export type Deletion = Awaited<ReturnType<typeof planDeletion>>;

export interface DeleteRequest {
  readonly names: readonly string[];
  readonly all?: boolean;
  /** Selects sessions with their last activity before this moment, in milliseconds since the epoch. */
  readonly before?: number;
  readonly force?: boolean;
}

/**
 * Returns the sessions to delete, and the sessions to keep. Without `force`, keeps a session that is active
 * and checked out, or that an agent works on.
 * @throws Failure `session-active`, `session-at-work` if such a session was named; `unknown-session`,
 * `ambiguous-session`
 */
export async function planDeletion(place: Place, request: DeleteRequest) {
  const [known, branches, agents] = await Promise.all([
    knownSessions(place, { light: true }),
    worktreeBranches(place.repository.root),
    othersAtWork(place),
  ]);
  const { names, all, before, force } = request;
  const named: KnownSession[] = [];
  for (const name of names) named.push(await resolveSession(place, name));
  const ids = new Set(named.map((each) => each.id));
  const wanted = known.filter(
    (each) => ids.has(each.id) || all || (before !== undefined && Date.parse(each.touched) < before),
  );
  const isActive = ({ where, state, branch }: KnownSession) =>
    where === "local" && state === "active" && branches.has(branch);
  const staying = force ? [] : wanted.filter((each) => agents.has(each.id) || isActive(each));
  const going = wanted.filter((each) => !staying.includes(each));
  const refused = staying.find((each) => ids.has(each.id));
  const agent = refused && agents.get(refused.id);
  if (agent) throw atWorkFailure(agent);
  if (refused)
    throw new Failure(
      "session-active",
      `${refused.title} (${refused.id}) is active, and ${refused.branch} is checked out`,
      { hint: "session end\n--force" },
    );
  return {
    going: sessionsToDelete(known, going),
    staying: staying.map((session) => {
      const its = agents.get(session.id);
      return { session, why: its ? atWorkText(its) : "active and checked out" };
    }),
  };
}

/** Returns sessions with their remaining children and their remotes, as entries of a deletion. */
export function sessionsToDelete(
  known: readonly KnownSession[],
  sessions: readonly KnownSession[],
): SessionToDelete[] {
  const ids = new Set(sessions.map((each) => each.id));
  return sessions.map((session) => ({
    session,
    children: known.filter((each) => each.parent === session.id && !ids.has(each.id)),
    ...defined({ remote: session.remote }),
  }));
}
