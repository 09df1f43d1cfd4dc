/** Which branches would conflict if they were merged now. */

export interface ConflictSide {
  readonly branch: string;
  /** Null for the default branch without a session of its own. */
  readonly session: {
    readonly id: string;
    readonly title: string;
    readonly state: string;
    readonly touched: string;
  } | null;
}

export interface ConflictPair {
  readonly one: ConflictSide;
  readonly other: ConflictSide;
  /** `unrelated`: the two share no history, and git merges neither into the other. */
  readonly how: "conflicts" | "unrelated";
  /** Files that would conflict. */
  readonly files: readonly string[];
}

export interface Conflicts {
  readonly branches: readonly ConflictSide[];
  readonly pairs: number;
  readonly conflicts: readonly ConflictPair[];
}
