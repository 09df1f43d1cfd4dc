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
  /** Absolute path of the worktree that has the branch checked out. */
  readonly worktree?: string;
  /** Files of that worktree that are not committed, and are merged as if they were. */
  readonly uncommitted: number;
  /** The remote that the branch is known from; absent for a branch of this clone. */
  readonly remote?: string;
}

/** Who changed a file on one side. */
export interface ConflictTouch {
  /** The newest commit that touched the file; null where the change is not committed. */
  readonly commit: string | null;
  /** Its author; null where the change is not committed. */
  readonly who: string | null;
  /** When the side changed the file for the last time, ISO 8601. */
  readonly at: string;
  /** When it did so for the first time since the two parted, ISO 8601. */
  readonly first: string;
}

/** First and last line of a hunk in each side's file, from 1; a side that removed the lines has `[n, n - 1]`. */
export interface ConflictHunk {
  readonly one: readonly [from: number, to: number];
  readonly other: readonly [from: number, to: number];
}

export interface ConflictFile {
  readonly path: string;
  /** What the two did to the file; `conflict` where git does not say. */
  readonly kind: "changed" | "added" | "removed by one" | "removed by other" | "moved" | "conflict";
  /** None for a file that is binary, large, or was removed or moved by one side. */
  readonly hunks: readonly ConflictHunk[];
  /** Null where git names no commit of that side, as for a file that was moved. */
  readonly one: ConflictTouch | null;
  readonly other: ConflictTouch | null;
  /** Since when both sides have changed the file, ISO 8601; null where that is not known. */
  readonly since: string | null;
}

export interface ConflictPair {
  readonly one: ConflictSide;
  readonly other: ConflictSide;
  /** `unrelated`: the two share no history, and git merges neither into the other. */
  readonly how: "conflicts" | "unrelated";
  /** Files that would conflict, by name. */
  readonly files: readonly ConflictFile[];
  /** Since when the first of these files is changed by both, ISO 8601; null where that is not known. */
  readonly since: string | null;
}

export interface Conflicts {
  readonly branches: readonly ConflictSide[];
  readonly pairs: number;
  readonly conflicts: readonly ConflictPair[];
}

/** What is known of the merge of two commits: sides are called by their place. */
export interface Forecast {
  readonly how: "clean" | ConflictPair["how"];
  readonly files: readonly ConflictFile[];
}

/** Swaps the two sides. */
export function swapSides({ how, files }: Forecast): Forecast {
  const kinds = { "removed by one": "removed by other", "removed by other": "removed by one" } as const;
  return {
    how,
    files: files.map((each) => ({
      ...each,
      kind: kinds[each.kind as keyof typeof kinds] ?? each.kind,
      hunks: each.hunks.map(({ one, other }) => ({ one: other, other: one })),
      one: each.other,
      other: each.one,
    })),
  };
}

/** Hunks that are named of a file. */
const MAX_HUNKS = 5;

/** Returns `lines 3-5 ↔ 4-6`, as each side has them; without hunks what happened to the file, or "". `signs`: those of the medium. */
export function hunkText({ hunks, kind }: ConflictFile, signs = { both: "↔", more: "…" }): string {
  if (hunks.length === 0) return kind === "changed" || kind === "conflict" ? "" : kind;
  const shown = hunks
    .slice(0, MAX_HUNKS)
    .map(({ one, other }: ConflictHunk) => `${spanOf(one)} ${signs.both} ${spanOf(other)}`);
  const more = hunks.length > MAX_HUNKS ? `, ${signs.more}` : "";
  return `${hunks.length === 1 ? "line" : "lines"} ${shown.join(", ")}${more}`;
}

function spanOf([from, to]: ConflictHunk["one"]): string {
  if (to < from) return `${from} removed`;
  return from === to ? `${from}` : `${from}-${to}`;
}

/** Returns who changed a file, and in which commit. */
export function touchText({ commit, who }: ConflictTouch): string {
  return commit === null ? "not committed" : `${who ?? ""} in ${commit.slice(0, 8)}`;
}
