import { firstLine, gitFailure } from "./failure.ts";
import { ask } from "./read.ts";

export interface Commit {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly email: string;
  /** Author date in seconds since the epoch; 0 for a damaged date. */
  readonly authored: number;
  readonly committed: number;
  readonly message: string;
}

export interface LogOptions {
  /** Lists only commits that change a file matching one of these pathspecs. */
  readonly paths?: readonly string[];
  readonly limit?: number;
  /** Lists only commits whose message contains one of these texts, taken literally. */
  readonly grep?: readonly string[];
  /** With `grep`: ignores case, and requires all texts. */
  readonly ignoreCase?: boolean;
  readonly allOf?: boolean;
  readonly firstParent?: boolean;
  /** Ignores an unknown excluded revision, as in a shallow clone. */
  readonly ignoreMissing?: boolean;
  /** Lists only commits made at or after this time, in seconds since the epoch. */
  readonly since?: number;
  /** True to list children before their parents: after a rebase many commits have the same date. */
  readonly topological?: boolean;
  /** More revisions, passed on standard input, which allows any number of them. */
  readonly stdin?: readonly string[];
}

/**
 * Returns the arguments for HEAD and all branches, tags and remote branches, without snapshots and
 * stash refs.
 */
export function allRefs(except: readonly string[] = []): string[] {
  const refs = [
    "refs/sessions/*",
    "refs/session-remotes/*",
    "refs/session-trash/*",
    "refs/session-stash/*",
    "refs/stash",
    ...except,
  ];
  return [...refs.map((ref) => `--exclude=${ref}`), "--all"];
}

const FORMAT = "--format=%H%n%P%n%an%n%ae%n%at%n%ct%n%B";

/** Returns the commits of a range, newest first, with one git process. Empty if a revision is unknown. */
export async function log(
  root: string,
  range: readonly string[],
  options: LogOptions = {},
): Promise<Commit[]> {
  const args = ["log", "-z", "--no-show-signature", "--no-notes", "--encoding=UTF-8", FORMAT];
  if (options.limit !== undefined) args.push(`--max-count=${options.limit}`);
  if (options.firstParent) args.push("--first-parent");
  if (options.ignoreMissing) args.push("--ignore-missing");
  if (options.since !== undefined) args.push(sinceOption(options.since));
  if (options.topological) args.push("--topo-order");
  if (options.ignoreCase) args.push("--regexp-ignore-case");
  if (options.allOf) args.push("--all-match");
  for (const text of options.grep ?? []) args.push("--fixed-strings", `--grep=${text}`);
  if (options.stdin) args.push("--stdin");
  args.push(...range, "--", ...(options.paths ?? []));
  const answer = await ask(root, args, options.stdin?.join("\n"));
  if (answer.code === 0) return parseLog(answer.stdout);
  if (/bad revision|unknown revision|bad object|does not have any commits/.test(firstLine(answer.stderr)))
    return [];
  throw gitFailure(args, answer.stderr);
}

/** Parses the NUL-separated records of `log`. */
export function parseLog(text: string): Commit[] {
  const commits: Commit[] = [];
  for (const record of text.split("\0")) {
    const lines = record.split("\n", 6);
    const [oid, parents, author, email, authored, committed] = lines;
    if (!oid || committed === undefined) continue;
    const headLength = lines.reduce((sum, line) => sum + line.length + 1, 0);
    commits.push({
      oid,
      parents: (parents ?? "").split(" ").filter(Boolean),
      author: author ?? "",
      email: email ?? "",
      authored: seconds(authored),
      committed: seconds(committed),
      message: record.slice(headLength),
    });
  }
  return commits;
}

/** git prints a damaged date as an empty text or as 99999999999999999999. */
function seconds(text: string | undefined): number {
  const value = Number(text);
  return Number.isFinite(value) && Math.abs(value) < 8.64e12 ? value : 0;
}

/** The ids of a commit and of its tree. */
export interface TreeCommit {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly committed: number;
}

/**
 * Returns the trees of a range's commits, newest first. With `paths`, only of non-merge commits that
 * change one of them.
 */
export async function logTrees(
  root: string,
  range: readonly string[],
  options: { since?: number; paths?: readonly string[] } = {},
): Promise<TreeCommit[]> {
  const { since, paths = [] } = options;
  const answer = await ask(root, [
    ...["log", "--format=%H %T %ct %P", ...(since === undefined ? [] : [sinceOption(since)])],
    ...(paths.length === 0 ? [] : ["--no-merges", "--full-history"]),
    ...[...range, "--", ...paths],
  ]);
  return answer.stdout.split("\n").flatMap((line) => {
    const [oid, tree, committed, ...parents] = line.split(" ");
    return oid && tree
      ? [{ oid, tree, committed: seconds(committed), parents: parents.filter(Boolean) }]
      : [];
  });
}

function sinceOption(since: number): string {
  return `--since=${new Date(since * 1000).toISOString()}`;
}

/** Returns the commits that are in the history of none of these refs. */
export async function commitsMissingFrom(
  root: string,
  commits: readonly string[],
  refs: readonly string[],
): Promise<Set<string>> {
  if (commits.length === 0 || refs.length === 0) return new Set(commits);
  const answer = await ask(root, ["rev-list", ...commits, "--not", ...refs, "--"]);
  const outside = new Set(answer.stdout.split("\n"));
  return new Set(commits.filter((oid) => answer.code !== 0 || outside.has(oid)));
}

/** A commit in the history of some revisions, or the boundary commit at which that history began. */
export interface LineCommit extends TreeCommit {
  readonly boundary: boolean;
  readonly message: string;
}

/**
 * Returns commits in the history of some revisions but not of others, with the boundary commits.
 * Ignores unknown revisions.
 */
export async function logLines(
  root: string,
  tips: readonly string[],
  not: readonly string[],
): Promise<LineCommit[]> {
  if (tips.length === 0) return [];
  const answer = await ask(root, [
    ...["log", "-z", "--topo-order", "--boundary", "--ignore-missing", "--no-notes", "--encoding=UTF-8"],
    ...["--format=%m%n%H%n%T%n%ct%n%P%n%B", ...tips, "--not", ...not, "--"],
  ]);
  return answer.stdout.split("\0").flatMap((record) => {
    const [mark, oid, tree, committed, parents, ...message] = record.split("\n");
    if (!oid || !tree) return [];
    const holds = {
      oid,
      tree,
      committed: seconds(committed),
      parents: (parents ?? "").split(" ").filter(Boolean),
    };
    return [{ ...holds, boundary: mark === "-", message: message.join("\n") }];
  });
}

/** Returns the full id of a commit; undefined if the revision names no commit. */
export async function resolveCommit(root: string, revision: string): Promise<string | undefined> {
  const answer = await ask(root, [
    ...["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`],
  ]);
  return answer.code === 0 ? answer.stdout.trim() : undefined;
}

/** Returns the n-th first-parent ancestor of a commit; undefined if history is shorter. */
export async function ancestor(root: string, oid: string, generations: number): Promise<string | undefined> {
  return resolveCommit(root, `${oid}~${generations}`);
}

/** Returns the newest commit of a history that was made before a moment, in seconds since the epoch. */
export async function lastBefore(root: string, tip: string, before: number): Promise<string | undefined> {
  const until = `--before=${new Date(before * 1000).toISOString()}`;
  const answer = await ask(root, ["rev-list", "--max-count=1", until, tip, "--"]);
  return answer.code === 0 ? answer.stdout.trim() || undefined : undefined;
}

/**
 * Returns the best common ancestor of a commit and any of the others; undefined for unrelated
 * histories, or if a shallow clone lacks it.
 */
export async function mergeBase(
  root: string,
  one: string,
  ...others: readonly string[]
): Promise<string | undefined> {
  const answer = await ask(root, ["merge-base", one, ...others]);
  return answer.code === 0 ? answer.stdout.trim().split("\n")[0] : undefined;
}

/** Counts the commits that only `one` has, and that only `other` has. Undefined if a revision is unknown. */
export async function aheadBehind(root: string, one: string, other: string) {
  const answer = await ask(root, ["rev-list", "--left-right", "--count", `${one}...${other}`, "--"]);
  const match = /^(\d+)\s+(\d+)/.exec(answer.stdout);
  return answer.code === 0 && match ? { ahead: Number(match[1]), behind: Number(match[2]) } : undefined;
}

/** Reports whether `other` contains the commit `one`; false if the commit no longer exists. */
export async function isAncestor(root: string, one: string, other: string): Promise<boolean> {
  return (await ask(root, ["merge-base", "--is-ancestor", one, other])).code === 0;
}

/** Returns the ids of those commits that the repository lacks. */
export async function missingCommits(root: string, oids: readonly string[]): Promise<Set<string>> {
  const wanted = oids.filter((each) => /^[0-9a-f]{40,64}$/.test(each));
  if (wanted.length === 0) return new Set();
  const answer = await ask(root, ["cat-file", "--batch-check"], `${wanted.join("\n")}\n`);
  // A partial clone stops at the first commit that it has to fetch, so all commits count as missing.
  if (answer.code !== 0) return new Set(wanted);
  const missing = answer.stdout.split("\n").filter((line) => line.endsWith(" missing"));
  return new Set(missing.map((line) => line.slice(0, -" missing".length)));
}
