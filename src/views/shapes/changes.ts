/** Which files two pieces of work change. Pure. */

export interface ChangedLines {
  readonly path: string;
  readonly change: string;
  /** Path before a rename. */
  readonly from?: string;
  readonly added?: number;
  readonly removed?: number;
}

export interface ComparedChanges {
  /** Files that both change, each as the one and as the other changes it. */
  readonly both: readonly { readonly path: string; readonly each: readonly [ChangedLines, ChangedLines] }[];
  /** Files that only the one changes, and only the other. */
  readonly only: readonly [readonly ChangedLines[], readonly ChangedLines[]];
}

/** By path. A file that one of them renamed is compared under its new name. */
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
