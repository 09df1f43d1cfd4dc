/** Why lines of a file are as they are. */
import type { Decision, Objective } from "../../session/session.ts";
import type { ContentMatch } from "../../trailers/match-content.ts";
import type { DecisionEnd } from "../../trailers/successors.ts";

export interface WhyDecision extends Omit<Decision, "undone">, DecisionEnd {
  /** Set where the commit holds the work, and its message does not name the decision. */
  readonly found?: ContentMatch;
  /** The commit that reverted the one which carries it. */
  readonly reverted?: string;
}

/** Lines with one origin. */
export interface Origin {
  /** Full id; null where the lines are not committed. */
  readonly commit: string | null;
  readonly subject: string | null;
  readonly author: string | null;
  /** When it was written, ISO 8601; null where nobody knows. */
  readonly at: string | null;
  /** First and last line of each group, in the order of the file. */
  readonly lines: readonly (readonly [from: number, to: number])[];
  /** The name of the file in that commit, where it was another one. */
  readonly path?: string;
  /** This clone is shallow and ends at the commit: the lines may be older, and what it carries may not be about them. */
  readonly older?: true;
  readonly session: {
    readonly id: string;
    readonly title: string | null;
    readonly branch: string | null;
  } | null;
  /** Those that the commit names as in progress or done. */
  readonly objectives: readonly Pick<Objective, "id" | "mark" | "text">[];
  /** What the commit carries, and what it reverted. Of lines that are not committed: the pending ones of the branch. */
  readonly decisions: readonly WhyDecision[];
}

export interface Why {
  readonly file: string;
  /** Newest first. */
  readonly origins: readonly Origin[];
}

/** Groups lines that follow each other, in the order of the file. */
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
