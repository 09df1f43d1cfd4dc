/** Builds the state of a new session from the session of which it is a fork. Pure. */

import { addBlocker } from "../session/edits/blockers.ts";
import { addObjective, markObjective } from "../session/edits/objectives.ts";
import { openObjectives } from "../session/progress.ts";
import type { Decision, Objective } from "../session/session.ts";
import type { SessionState } from "../session/state.ts";
import { titleOfBranch } from "../session/titles.ts";
import { defined } from "../text/defined.ts";
import { decisionsOf, isInherited, type ReadCommit } from "./checkpoints.ts";

/** The point at which a child session left its parent. */
export interface ForkPoint {
  /** Commits of the parent up to the fork point, newest first. */
  readonly below: readonly ReadCommit[];
  /** True if the user named an earlier point: later records are left out. */
  readonly past: boolean;
  /** The commit that carries each of the parent's decisions, on any branch. */
  readonly carried?: Readonly<Record<string, string>>;
}

/**
 * Returns the objectives that were open at a point: from its last checkpoint for an earlier point, else the
 * current ones.
 */
function objectivesAt({ context, objectives }: SessionState, { below, past }: ForkPoint): Objective[] {
  const told = past ? below.find((each) => each.record?.id === context.id)?.record?.objectives : undefined;
  return openObjectives(told ?? objectives);
}

/**
 * Returns a fresh session with the parent's open work. Decisions that commits before the fork carry stay the
 * parent's.
 */
export function withParent(
  fresh: SessionState,
  parent: SessionState,
  point: ForkPoint,
  now: string,
): SessionState {
  const { context } = parent;
  const carriers = new Map<string, string>(Object.entries(point.carried ?? {}));
  for (const each of point.below) {
    for (const id of decisionsOf(each, context.id)) if (!carriers.has(id)) carriers.set(id, each.commit.oid);
  }
  const committed: Record<string, string> = {};
  const decisions = context.decisions.flatMap((each): Decision[] => {
    const carrier = isInherited(each, context.id) ? context.committed[each.id] : carriers.get(each.id);
    if (carrier === undefined) return point.past ? [] : [each];
    committed[each.id] = carrier;
    return [{ ...each, session: each.session ?? context.id }];
  });
  let state: SessionState = {
    ...fresh,
    context: {
      ...fresh.context,
      parent: context.id,
      decisions,
      committed,
      meta: { ...context.meta, ...fresh.context.meta },
      tags: [...new Set([...context.tags, ...fresh.context.tags])],
      // Continues the parent's numbers, so that a decision has the same id in both sessions.
      last: { ...fresh.context.last, dec: context.last.dec },
    },
  };
  for (const { text, mark } of objectivesAt(parent, point)) {
    const [added, objective] = addObjective(state, text, now);
    state = mark === "open" ? added : markObjective(added, objective.id, mark, now)[0];
  }
  return state;
}

/**
 * Returns a fresh session with another session's notes, open blockers and objectives, for a branch without
 * its commits.
 */
export function withContextOf(fresh: SessionState, parent: SessionState, now: string): SessionState {
  const { context, blockers } = parent;
  const taken = withParent(fresh, parent, { below: [], past: false, carried: context.committed }, now);
  const { checklist } = context;
  let state: SessionState = {
    ...taken,
    context: { ...taken.context, notes: context.notes, ...defined({ checklist }) },
  };
  for (const { resolved, text, link, added = now } of blockers)
    if (!resolved) [state] = addBlocker(state, text, link, added);
  return state;
}

/**
 * Returns the title of a fork: the parent's title if a user gave it; undefined if it follows from the branch
 * name.
 */
export function forkTitle(
  { title }: { readonly title: string },
  branch: string,
  what = "fork",
): string | undefined {
  return title === titleOfBranch(branch) ? undefined : `${[...title].slice(0, 249).join("")} (${what})`;
}
