/** Computes ancestors and merge bases of many commits with one git process. Reads commits only. */
import { ask } from "../read.ts";

/** Maximum commits to read. A chain of snapshots is short, so another program wrote a longer history. */
const MAX_COMMITS = 200_000;

/** Parents of each commit, by commit id. */
export type Parents = ReadonlyMap<string, readonly string[]>;

/**
 * Returns the parents of these commits and of all their ancestors, without commits of a damaged
 * history. Starts one git process, or none if no commit is given.
 */
export async function parentsOf(root: string, tips: readonly string[]): Promise<Parents> {
  if (tips.length === 0) return new Map();
  const args = ["rev-list", "--parents", `--max-count=${MAX_COMMITS}`, "--stdin"];
  const answer = await ask(root, args, `${tips.join("\n")}\n`);
  if (answer.code === 0) {
    const lines = answer.stdout.split("\n").flatMap((line) => {
      const [oid, ...parents] = line.split(" ");
      return oid ? [[oid, parents] as const] : [];
    });
    return new Map(lines);
  }
  if (tips.length === 1) return new Map();
  const half = tips.length >> 1;
  const halves = await Promise.all([parentsOf(root, tips.slice(0, half)), parentsOf(root, tips.slice(half))]);
  return new Map(halves.flatMap((each) => [...each]));
}

/** Returns a commit and all its ancestors; undefined if some of them are unknown. */
export function historyOf(parents: Parents, tip: string): Set<string> | undefined {
  const found = new Set<string>();
  const todo = [tip];
  for (let oid = todo.pop(); oid !== undefined; oid = todo.pop()) {
    if (found.has(oid)) continue;
    const before = parents.get(oid);
    if (!before) return undefined;
    found.add(oid);
    todo.push(...before);
  }
  return found;
}

/** Returns the merge bases of two commits, sorted; empty if they share no history. */
export function mergeBases(parents: Parents, one: string, other: string): string[] {
  const [mine, theirs] = [historyOf(parents, one), historyOf(parents, other)];
  if (!mine || !theirs) return [];
  const common = [...mine].filter((oid) => theirs.has(oid));
  const below = new Set(common.flatMap((oid) => parents.get(oid) ?? []));
  return common.filter((oid) => !below.has(oid)).sort();
}

/** Maximum first-parent commits of a branch to search for a merge. */
const MAX_LINE = 5_000;

/**
 * Returns the merge that brought a commit to the first-parent line of `into`; undefined if `into` lacks the
 * commit, or has the commit itself on that line, as after a fast-forward.
 */
export async function mergeThatBrought(
  root: string,
  commit: string,
  into: string,
): Promise<string | undefined> {
  const list = async (...args: string[]) => {
    const { stdout } = await ask(root, ["rev-list", `--max-count=${MAX_LINE}`, ...args, "--"]);
    return stdout.split("\n").filter(Boolean);
  };
  const [line, after] = await Promise.all([
    list("--first-parent", "--parents", into, `^${commit}`),
    list("--ancestry-path", `${commit}..${into}`),
  ]);
  const descends = new Set(after);
  const first = line.map((each) => each.split(" ")).findLast(([oid = ""]) => descends.has(oid));
  const [merge, before] = first ?? [];
  return before === undefined || before === commit || descends.has(before) ? undefined : merge;
}
