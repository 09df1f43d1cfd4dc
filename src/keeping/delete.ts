/** Which sessions are to be deleted, and what has to be known before: shown first, carried out when confirmed. */

import { worktreeBranches } from "../git/worktrees.ts";
import type { Place } from "../place/place.ts";
import { type KnownSession, knownSessions, resolveSession } from "../record/resolve-session.ts";
import { atWorkFailure, atWorkText, othersAtWork } from "../record/runs.ts";
import { Failure } from "../session/failure.ts";
import { defined } from "../text/defined.ts";

export interface Going {
  readonly session: KnownSession;
  /** Sessions that came from it and stay: they keep its id as their parent. */
  readonly children: readonly KnownSession[];
  /** Remotes that it was fetched from, and may come from again. */
  readonly remote?: string;
}

export interface Staying {
  readonly session: KnownSession;
  readonly why: string;
}

export type Deletion = Awaited<ReturnType<typeof planDeletion>>;

export interface DeleteRequest {
  readonly names: readonly string[];
  readonly all?: boolean;
  /** Those whose last activity was before, milliseconds. */
  readonly before?: number;
  readonly force?: boolean;
}

/**
 * What would be deleted. A session that is active and checked out, or that an agent is at work on, is not, unless forced:
 * Failure `session-active`, `session-at-work` where it was named. Failure `unknown-session`, `ambiguous-session`.
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
    going: goingOf(known, going),
    staying: staying.map((session) => {
      const its = agents.get(session.id);
      return { session, why: its ? atWorkText(its) : "active and checked out" };
    }),
  };
}

/** Each with what stays behind of its family. */
export function goingOf(known: readonly KnownSession[], sessions: readonly KnownSession[]): Going[] {
  const ids = new Set(sessions.map((each) => each.id));
  return sessions.map((session) => ({
    session,
    children: known.filter((each) => each.parent === session.id && !ids.has(each.id)),
    ...defined({ remote: session.remote }),
  }));
}
