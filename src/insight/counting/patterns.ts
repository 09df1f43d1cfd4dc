/** Finds patterns in how the code of a repository changes, never by person. Pure. */
import { isCodeFile, isTestFile } from "../../facts/formats/tests.ts";
import { nameAt } from "./column.ts";
import { type History, isMerge, typeAt } from "./history.ts";
import { chooser, type HistoryFilter, inOrder, recordsInOrder } from "./numbers.ts";

/** Two files that often change in the same commits. */
interface FilePair {
  readonly files: readonly [string, string];
  /** Number of commits that change both files. */
  readonly together: number;
  /** Number of commits that change the less often changed file of the two. */
  readonly of: number;
}

/** Features that needed a fix soon after. Counts only code files: a changelog changes with every commit. */
export interface FixesAfter {
  /**
   * Number of commits of type `feat`; number of `feat` commits followed by a `fix` to one of their files; and
   * the maximum days between.
   */
  readonly features: number;
  readonly fixed: number;
  readonly days: number;
  /** Code files that needed a fix soon after a feature, most fixes first. */
  readonly files: readonly { readonly path: string; readonly fixes: number }[];
}

/** Folders that commits with decisions changed, with the most decisions first. */
type DecisionArea = ReturnType<typeof areasIn>[number];

export interface Patterns {
  readonly pairs: readonly FilePair[];
  /** Number of commits in which pairs are counted: the newest commits that change 2 to 30 files. */
  readonly pairedCommits: number;
  readonly fixes: FixesAfter;
  readonly areas: readonly DecisionArea[];
}

const PAIR_COMMITS = 5000;
const PAIR_FILES = 30;
const FIX_DAYS = 14;

/** Maximum pairs, files and folders to list. */
const TOP = 10;

/** Returns the patterns of the commits that match a filter. `decode` turns the bytes of a path into text. */
export function patternsOf(
  history: History,
  filter: HistoryFilter,
  decode: (bytes: string) => string,
): Patterns {
  const chosen = chooser(history, filter);
  const commits: number[] = [];
  for (let at = 0; at < history.commits; at++) if (!isMerge(history, at) && chosen(at)) commits.push(at);
  const order = inOrder(history.times, commits);
  const name = (file: number) => decode(nameAt(history.paths, file));
  return {
    ...pairsIn(history, order, name),
    fixes: fixesIn(history, order, name),
    areas: areasIn(history, chosen, name),
  };
}

type Name = (file: number) => string;

function filesAt({ files, fileEnds }: History, commit: number): Uint32Array {
  return files.subarray(fileEnds[commit - 1] ?? 0, fileEnds[commit] ?? 0);
}

function pairsIn(history: History, order: Uint32Array, name: Name) {
  const together = new Map<number, number>();
  const single = new Map<number, number>();
  const add = (counts: Map<number, number>, key: number) => counts.set(key, (counts.get(key) ?? 0) + 1);
  let counted = 0;
  for (let n = order.length - 1; n >= 0 && counted < PAIR_COMMITS; n--) {
    const files = filesAt(history, order[n] ?? 0);
    for (const each of files) add(single, each);
    if (files.length < 2 || files.length > PAIR_FILES) continue;
    counted++;
    for (let one = 0; one < files.length; one++) {
      for (let other = one + 1; other < files.length; other++) {
        const [low, high] = [files[one] ?? 0, files[other] ?? 0].sort((a, b) => a - b) as [number, number];
        add(together, low * 2 ** 26 + high);
      }
    }
  }
  const found = [...together].flatMap(([key, count]) => {
    if (count < 2) return [];
    const [low, high] = [Math.floor(key / 2 ** 26), key % 2 ** 26];
    const of = Math.min(single.get(low) ?? 0, single.get(high) ?? 0);
    return [{ low, high, together: count, of }];
  });
  // Sorts files that nearly always change together before files that just change often.
  found.sort(
    (one, other) =>
      other.together - one.together || one.of - other.of || one.low - other.low || one.high - other.high,
  );
  const pairs = found.slice(0, TOP).map(({ low, high, together: count, of }): FilePair => {
    const files = [name(low), name(high)].sort() as [string, string];
    return { files, together: count, of };
  });
  return { pairs, pairedCommits: counted };
}

function fixesIn(history: History, order: Uint32Array, name: Name): FixesAfter {
  /** For each file, the last feature commit that changed it. */
  const last = new Int32Array(history.paths.ends.length).fill(-1);
  const fixed = new Set<number>();
  const fixes = new Map<number, number>();
  const isCode = codeTest(history);
  let features = 0;
  for (const commit of order) {
    const type = typeAt(history, commit);
    if (type !== "feat" && type !== "fix") continue;
    if (type === "feat") features++;
    for (const file of filesAt(history, commit)) {
      const feature = last[file] ?? -1;
      if (!isCode(file)) continue;
      if (type === "feat") last[file] = commit;
      else if (feature >= 0 && secondsBetween(history, feature, commit) <= FIX_DAYS * 86_400) {
        fixed.add(feature);
        fixes.set(file, (fixes.get(file) ?? 0) + 1);
      }
    }
  }
  const files = [...fixes]
    .sort(([one, n], [other, m]) => m - n || one - other)
    .slice(0, TOP)
    .map(([file, count]) => ({ path: name(file), fixes: count }));
  return { features, fixed: fixed.size, days: FIX_DAYS, files };
}

/** Returns a function that reports whether a file is code, and computes the answer once per file. */
function codeTest({ paths }: History): (file: number) => boolean {
  const known = new Map<number, boolean>();
  return (file) => {
    const before = known.get(file);
    if (before !== undefined) return before;
    const path = nameAt(paths, file);
    const is = isCodeFile(path) && !isTestFile(path);
    known.set(file, is);
    return is;
  };
}

/** Returns the seconds between two commits; undefined without dates, because their order is then unknown. */
function secondsBetween({ times }: History, one: number, other: number): number {
  const [from, to] = [times[one] ?? 0, times[other] ?? 0];
  return from === 0 || to === 0 ? Number.POSITIVE_INFINITY : to - from;
}

function areasIn(history: History, chosen: (at: number) => boolean, name: Name) {
  const counts = new Map<string, number>();
  for (const { commit, decisions } of recordsInOrder(history)) {
    if (decisions === 0 || !chosen(commit)) continue;
    const areas = new Set(Array.from(filesAt(history, commit), name).flatMap((path) => areaOf(path) ?? []));
    for (const area of areas) counts.set(area, (counts.get(area) ?? 0) + decisions);
  }
  return [...counts]
    .map(([area, decisions]) => ({ area, decisions }))
    .sort((one, other) => other.decisions - one.decisions || (one.area < other.area ? -1 : 1))
    .slice(0, TOP);
}

/** Returns the first two folders of a path; undefined for the decision log, which every decision changes. */
function areaOf(path: string): string | undefined {
  if (path.startsWith(".session/")) return undefined;
  const folders = path.split("/").slice(0, -1).slice(0, 2);
  return folders.length === 0 ? "(top)" : `${folders.join("/")}/`;
}
