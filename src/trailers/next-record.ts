/** Builds the record that the next checkpoint of a session carries. Pure. */

import type { CheckpointRecord, Decision, ImpactLine, Verification } from "../session/session.ts";
import { branchOf, type SessionState } from "../session/state.ts";
import { titleOfBranch } from "../session/titles.ts";
import { defined } from "../text/defined.ts";
import { isInherited } from "./checkpoints.ts";
import { lastChecks, markEarlier } from "./checks.ts";

/** Decisions and checks that no commit carries yet. */
export interface Pending {
  readonly decisions: readonly Decision[];
  readonly verified: CheckpointRecord["verified"];
}

/** Returns the decisions and checks that no commit carries, according to `context.json`. */
export function pendingOf(state: SessionState): Pending {
  const { id, decisions, verified, committed } = state.context;
  return {
    decisions: decisions.filter((each) => committed[each.id] === undefined && !isInherited(each, id)),
    // Of a repeated check, keeps the last result.
    verified: lastChecks(
      verified.filter(
        (each) =>
          each.added === undefined ||
          state.context.checkpointed === undefined ||
          each.added > state.context.checkpointed,
      ),
    ).reverse(),
  };
}

/** Returns all objectives and blockers, and the decisions and checks since the last checkpoint. */
export function nextRecord(
  state: SessionState,
  extra: { impact?: readonly ImpactLine[]; label?: string; minutes?: number } = {},
): CheckpointRecord {
  const pending = pendingOf(state);
  const { title } = state.context;
  return {
    objectives: state.objectives,
    blockers: state.blockers,
    decisions: pending.decisions,
    verified: pending.verified,
    impact: extra.impact ?? [],
    id: state.context.id,
    ...defined({ label: extra.label }),
    ...(title === titleOfBranch(branchOf(state.context)) ? {} : { title }),
    ...defined({ minutes: extra.minutes }),
  };
}

/** Marks the checks of a record that ran on other files than its commit has. Older records have no tree. */
export function withEarlier(
  record: CheckpointRecord,
  isEarlier: (check: Verification) => boolean,
): CheckpointRecord {
  const verified = record.verified.map((each) =>
    each.tree !== undefined && isEarlier(each) ? markEarlier(each) : each,
  );
  return { ...record, verified };
}

/** Returns the record for the commit after the next one, which carries everything pending. */
export function withoutPending(record: CheckpointRecord): CheckpointRecord {
  return { ...record, decisions: [], verified: [] };
}
