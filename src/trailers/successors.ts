/** Finds decisions that a later decision superseded or withdrew. Pure. */
import type { Decision } from "../session/session.ts";
import { defined } from "../text/defined.ts";
import { namedKey } from "./keys.ts";

/**
 * Id of the later decision that superseded or withdrew this one: `dec-2`, or `<session>/dec-2` of another
 * session.
 */
export interface DecisionEnd {
  readonly supersededBy?: string;
  readonly withdrawnBy?: string;
}

type Named = Pick<Decision, "id"> & {
  readonly [K in "session" | "supersedes" | "withdraws"]?: string | undefined;
};

/** Returns superseded and withdrawn decisions by `namedKey`, each with the last decision that ended it. */
export function successorsOf<D extends Named>(decisions: readonly D[]): Map<string, D> {
  return new Map(
    decisions.flatMap((each) =>
      [each.supersedes, each.withdraws].flatMap((id): [string, D][] =>
        id === undefined ? [] : [[namedKey(id, each.session), each]],
      ),
    ),
  );
}

/**
 * Returns the decision that superseded or withdrew a decision, from `successorsOf`; empty for a binding
 * decision.
 */
export function decisionEnd({ id, session }: Named, successors: ReadonlyMap<string, Named>): DecisionEnd {
  const key = namedKey(id, session);
  const by = successors.get(key);
  if (by === undefined) return {};
  const name = by.session === session ? by.id : namedKey(by.id, by.session);
  const isWithdrawn = by.withdraws !== undefined && namedKey(by.withdraws, by.session) === key;
  return isWithdrawn ? { withdrawnBy: name } : { supersededBy: name };
}

/** Reports whether a decision is still binding. */
export function decisionHolds({ supersededBy, withdrawnBy }: DecisionEnd): boolean {
  return supersededBy === undefined && withdrawnBy === undefined;
}

/** Returns `withdrawn by dec-3` or `superseded by dec-3`; undefined for a binding decision. */
export function decisionEndText({ supersededBy, withdrawnBy }: DecisionEnd): string | undefined {
  if (withdrawnBy !== undefined) return `withdrawn by ${withdrawnBy}`;
  return supersededBy === undefined ? undefined : `superseded by ${supersededBy}`;
}

/** Returns decisions, each with the decision among them that superseded or withdrew it. */
export function withEnds<D extends Named>(decisions: readonly D[]): (D & DecisionEnd)[] {
  const successors = successorsOf(decisions);
  return decisions.map((each) => ({ ...each, ...defined(decisionEnd(each, successors)) }));
}
