import { type Commit, log } from "../git/commits.ts";
import { requireBranch } from "../git/repository.ts";
import { decisionKey, readCommits, withCarried } from "../model/checkpoints.ts";
import type { Decision } from "../model/session.ts";
import { branchOf } from "../model/state.ts";
import { localSessions } from "../store/sessions.ts";
import type { Place } from "./place.ts";
import { sessionWork } from "./range.ts";
import { currentSession } from "./session.ts";

/** A decision with the commit that carries it now, or none while it is pending. */
export interface FoundDecision extends Decision {
  readonly commit: string | null;
  readonly state: "committed" | "pending";
  readonly branch?: string;
}

/** Decisions of the session on this branch, as git and its files have them. Failure `no-session`. */
export async function sessionDecisions(place: Place): Promise<FoundDecision[]> {
  const session = await currentSession(place);
  const { context } = session.state;
  const { history, beyond } = await sessionWork(place, context, place.repository.head);
  const { committed, decisions } = withCarried(session.state, readCommits(history), beyond).context;
  const branch = requireBranch(place.repository);
  return decisions.map((each) => found(each, context.id, committed[each.id], branch));
}

/**
 * Every decision of the repository, each once, the newest first: from the commits of all branches, tags and remotes,
 * and the pending ones of local sessions.
 */
export async function allDecisions(place: Place): Promise<FoundDecision[]> {
  const [commits, sessions] = await Promise.all([decisionCommits(place), localSessions(place.sessionsDir)]);
  const byKey = new Map<string, FoundDecision>();
  for (const { commit, record } of readCommits(commits)) {
    for (const decision of record?.decisions ?? []) {
      const key = decisionKey(decision, record?.id);
      if (byKey.has(key)) continue;
      const added = commit.authored > 0 ? new Date(commit.authored * 1000).toISOString() : undefined;
      const dated = { ...decision, author: commit.author, ...(added === undefined ? {} : { added }) };
      byKey.set(key, found(dated, decision.session ?? record?.id, commit.oid));
    }
  }
  const pending: FoundDecision[] = [];
  for (const { state } of sessions) {
    for (const decision of state.context.decisions) {
      const key = decisionKey(decision, state.context.id);
      const carried = byKey.get(key);
      const local = found(decision, state.context.id, carried?.commit ?? undefined, branchOf(state.context));
      // The session's own file has the full text; a trailer may have been cut.
      if (carried) byKey.set(key, local);
      else pending.push(local);
    }
  }
  return [...pending.reverse(), ...byKey.values()];
}

/** Commits that may carry decisions. Our own snapshots and the stash are no history. */
async function decisionCommits(place: Place): Promise<Commit[]> {
  const everything = [
    "--exclude=refs/sessions/*",
    "--exclude=refs/session-remotes/*",
    "--exclude=refs/stash",
    "--all",
  ];
  const head = place.repository.head === undefined ? [] : ["HEAD"];
  return log(place.repository.root, [...everything, ...head], {
    grep: ["Session-Id:", "Session-Objectives:"],
  });
}

function found(
  decision: Decision,
  session: string | undefined,
  commit: string | undefined,
  branch?: string,
): FoundDecision {
  return {
    ...decision,
    ...(session === undefined ? {} : { session }),
    ...(branch === undefined ? {} : { branch }),
    commit: commit ?? null,
    state: commit === undefined ? "pending" : "committed",
  };
}
