/** What the next checkpoint of a session says. */

import type { CheckpointRecord, Decision, ImpactLine, Verification } from "../session/session.ts";
import { branchOf, type SessionState, titleOfBranch } from "../session/state.ts";
import { defined } from "../text/defined.ts";
import { isInherited } from "./checkpoints.ts";
import { asEarlier, lastChecks } from "./checks.ts";

/** Decisions and verifications that no commit carries yet. */
export interface Pending {
  readonly decisions: readonly Decision[];
  readonly verified: CheckpointRecord["verified"];
}

/** Decisions without a commit, as far as `context.json` knows; git has the last word (`pendingAfter`). */
export function pendingOf(state: SessionState): Pending {
  const { id, decisions, verified, committed } = state.context;
  return {
    decisions: decisions.filter((each) => committed[each.id] === undefined && !isInherited(each, id)),
    // Of a check that ran several times, the last result counts.
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

/** The full list of objectives and blockers, and what was recorded since the checkpoint before. */
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

/** The record with those of its checks marked that ran on other files than its commit has; older records have no tree. */
export function withEarlier(
  record: CheckpointRecord,
  isEarlier: (check: Verification) => boolean,
): CheckpointRecord {
  const verified = record.verified.map((each) =>
    each.tree !== undefined && isEarlier(each) ? asEarlier(each) : each,
  );
  return { ...record, verified };
}

/** The record of the commit after the one that carries what was pending. */
export function withoutPending(record: CheckpointRecord): CheckpointRecord {
  return { ...record, decisions: [], verified: [] };
}
