/**
 * Types for `session why`: the commits, decisions and objectives behind lines of a file. Pure; runs no blame.
 */
import type { Decision, Objective } from "../../session/session.ts";
import type { ContentMatch } from "../../trailers/match-content.ts";
import type { DecisionEnd } from "../../trailers/successors.ts";

/** A decision behind lines of a file. */
export interface WhyDecision extends Omit<Decision, "undone">, DecisionEnd {
  /** Set if the commit was matched by its content: its message does not name the decision. */
  readonly found?: ContentMatch;
  /** Full id of the commit that reverted the decision's commit. */
  readonly reverted?: string;
}

/** Lines of one commit, or uncommitted lines, with the decisions behind them. */
export interface Origin {
  /** Full id of the commit; null for uncommitted lines. */
  readonly commit: string | null;
  readonly subject: string | null;
  readonly author: string | null;
  /** Author date of the commit in ISO 8601; null if unknown. */
  readonly at: string | null;
  /** First and last line of each group of lines, from 1, in the order of the file. */
  readonly lines: readonly (readonly [from: number, to: number])[];
  /** Path of the file in the commit, if it differs from the current path. */
  readonly path?: string;
  /**
   * True at the end of a shallow clone: the lines may be older than the commit, whose record may not concern
   * them.
   */
  readonly older?: true;
  readonly session: {
    readonly id: string;
    readonly title: string | null;
    readonly branch: string | null;
  } | null;
  /** Objectives that the commit names as active or done. */
  readonly objectives: readonly Pick<Objective, "id" | "mark" | "text">[];
  /**
   * Decisions that the commit carries or reverted; for uncommitted lines, the pending decisions of the
   * branch.
   */
  readonly decisions: readonly WhyDecision[];
}

/** The commits behind the lines of one file. */
export interface Why {
  readonly file: string;
  /** Groups of lines by commit, newest commit first. */
  readonly origins: readonly Origin[];
}

/** Joins adjacent groups of lines, sorted by line. */
export function joinLines(
  groups: readonly { readonly from: number; readonly to: number }[],
): [number, number][] {
  const lines: [number, number][] = [];
  for (const { from, to } of groups.toSorted((one, other) => one.from - other.from)) {
    const last = lines.at(-1);
    if (last && last[1] + 1 === from) last[1] = to;
    else lines.push([from, to]);
  }
  return lines;
}
