/** Compares the files that two branches or sessions change. Pure; reads no diff itself. */

/** One changed file with its numbers of lines. */
export interface ChangedLines {
  readonly path: string;
  readonly change: string;
  /** Path of the file before a rename. */
  readonly from?: string;
  readonly added?: number;
  readonly removed?: number;
}

/** Files changed by both sides, and by one side only. */
export interface ComparedChanges {
  /** Files that both sides change, each with the change of the first and of the second side. */
  readonly both: readonly { readonly path: string; readonly each: readonly [ChangedLines, ChangedLines] }[];
  /** Files that only the first side changes, and files that only the second side changes. */
  readonly only: readonly [readonly ChangedLines[], readonly ChangedLines[]];
}

/** Compares changed files by path, sorted by path. A renamed file counts under its new path. */
export function compareChanges(
  one: readonly ChangedLines[],
  other: readonly ChangedLines[],
): ComparedChanges {
  const sorted = (files: readonly ChangedLines[]) => [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const theirs = new Map(other.map((each) => [each.path, each]));
  const mine = new Set(one.map((each) => each.path));
  return {
    both: sorted(one).flatMap((each) => {
      const match = theirs.get(each.path);
      return match ? [{ path: each.path, each: [each, match] as const }] : [];
    }),
    only: [
      sorted(one.filter((each) => !theirs.has(each.path))),
      sorted(other.filter((each) => !mine.has(each.path))),
    ],
  };
}
