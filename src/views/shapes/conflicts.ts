/** Types and texts of predicted merge conflicts between branches. Pure; runs no merge. */

/** One branch of a predicted merge. */
export interface ConflictSide {
  readonly branch: string;
  /** Session of the branch; null for a default branch without a session. */
  readonly session: {
    readonly id: string;
    readonly title: string;
    readonly state: string;
    readonly touched: string;
  } | null;
  /** Absolute path of the worktree that has the branch checked out. */
  readonly worktree?: string;
  /** Number of uncommitted files of the worktree; the prediction includes them. */
  readonly uncommitted: number;
  /** Name of the remote; absent for a branch of this clone. */
  readonly remote?: string;
}

/** Last change of a file on one side. */
export interface ConflictTouch {
  /** Full id of the newest commit that changed the file; null for an uncommitted change. */
  readonly commit: string | null;
  /** Author of the commit; null for an uncommitted change. */
  readonly who: string | null;
  /** Time of the last change on this side, in ISO 8601. */
  readonly at: string;
  /** Time of the first change on this side since the merge base, in ISO 8601. */
  readonly first: string;
}

/**
 * First and last line of a hunk in the file of each side, from 1; `[n, n - 1]` if the side removed the
 * lines.
 */
export interface ConflictHunk {
  readonly one: readonly [from: number, to: number];
  readonly other: readonly [from: number, to: number];
}

/** A file that would conflict. */
export interface ConflictFile {
  readonly path: string;
  /** Kind of the changes; `conflict` if git does not report a kind. */
  readonly kind: "changed" | "added" | "removed by one" | "removed by other" | "moved" | "conflict";
  /** Conflicting hunks; empty for a binary, large, removed or moved file. */
  readonly hunks: readonly ConflictHunk[];
  /** Last change on the first side; null if git names no commit, as for a moved file. */
  readonly one: ConflictTouch | null;
  readonly other: ConflictTouch | null;
  /** Time since which both sides have changes in the file, in ISO 8601; null if unknown. */
  readonly since: string | null;
}

/** Two branches that cannot be merged cleanly. */
export interface ConflictPair {
  readonly one: ConflictSide;
  readonly other: ConflictSide;
  /** Result of the merge. `unrelated`: the branches share no history, so git refuses to merge them. */
  readonly how: "conflicts" | "unrelated";
  /** Files that would conflict, sorted by path. */
  readonly files: readonly ConflictFile[];
  /** Earliest `since` of the files, in ISO 8601; null if unknown. */
  readonly since: string | null;
}

/** Predicted conflicts among the compared branches; `pairs`: number of compared pairs. */
export interface Conflicts {
  readonly branches: readonly ConflictSide[];
  readonly pairs: number;
  readonly conflicts: readonly ConflictPair[];
}

/** Predicted merge of two commits; `one` and `other` are the first and the second commit. */
export interface Forecast {
  readonly how: "clean" | ConflictPair["how"];
  readonly files: readonly ConflictFile[];
}

/** Returns the forecast with both sides swapped. */
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

/** Maximum hunks to list for a file. */
const MAX_HUNKS = 5;

/**
 * Returns the hunks as text: `lines 3-5 ↔ 4-6`, first side and second side. Without hunks: the kind of
 * change, or "". `signs`: replacements for a medium without Unicode.
 */
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

/** Returns author and short commit id of a change as text, or "not committed". */
export function touchText({ commit, who }: ConflictTouch): string {
  return commit === null ? "not committed" : `${who ?? ""} in ${commit.slice(0, 8)}`;
}
