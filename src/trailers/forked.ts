/** What a new session takes over from the one that it is forked from. Pure. */

import type { Decision, Objective } from "../session/session.ts";
import {
  addBlocker,
  addObjective,
  markObjective,
  openObjectives,
  type SessionState,
  titleOfBranch,
} from "../session/state.ts";
import { defined } from "../text/defined.ts";
import { decisionsOf, isInherited, type ReadCommit } from "./checkpoints.ts";

export interface Point {
  /** Commits of the parent's work up to the point, newest first. */
  readonly below: readonly ReadCommit[];
  /** The point was named: what was recorded after it is left out. */
  readonly past: boolean;
  /** Commits that carry decisions of the parent, wherever they are. */
  readonly carried?: Readonly<Record<string, string>>;
}

/** The open objectives at a point: as its last checkpoint says where that is past, else as they are now. */
function objectivesAt({ context, objectives }: SessionState, { below, past }: Point): Objective[] {
  const told = past ? below.find((each) => each.record?.id === context.id)?.record?.objectives : undefined;
  return openObjectives(told ?? objectives);
}

/** A fresh session with what it takes over. Decisions that commits below carry stay those of the parent. */
export function withParent(
  fresh: SessionState,
  parent: SessionState,
  point: Point,
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
      // Numbers of the parent are not given again, so that a decision is the same one in both.
      last: { ...fresh.context.last, dec: context.last.dec },
    },
  };
  for (const { text, mark } of objectivesAt(parent, point)) {
    const [added, objective] = addObjective(state, text, now);
    state = mark === "open" ? added : markObjective(added, objective.id, mark, now)[0];
  }
  return state;
}

/** A fresh session with the context of another one, begun elsewhere: notes and open blockers come along. */
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

/** The title of a fork: of a session that was given one, that one; undefined for the one that the branch gives. */
export function forkTitle(
  { title }: { readonly title: string },
  branch: string,
  what = "fork",
): string | undefined {
  return title === titleOfBranch(branch) ? undefined : `${[...title].slice(0, 249).join("")} (${what})`;
}
