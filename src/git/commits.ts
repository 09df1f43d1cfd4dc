import { firstLine, gitFailure } from "./failure.ts";
import { ask } from "./read.ts";

export interface Commit {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly email: string;
  /** Seconds since the epoch; 0 where the commit's date is damaged. */
  readonly authored: number;
  readonly committed: number;
  readonly message: string;
}

export interface LogOptions {
  /** Only commits that change one of these pathspecs. */
  readonly paths?: readonly string[];
  readonly limit?: number;
  /** Only commits whose message holds one of these, as plain text. */
  readonly grep?: readonly string[];
  /** For `grep`: the case of letters does not count; the message holds all of them. */
  readonly ignoreCase?: boolean;
  readonly allOf?: boolean;
  readonly firstParent?: boolean;
  /** Take a revision that is not there, as in a shallow clone, for one that excludes nothing. */
  readonly ignoreMissing?: boolean;
  /** Seconds since the epoch: only commits made from then on. */
  readonly since?: number;
  /** Never a commit before its children: after a rebase many have the same date. */
  readonly topological?: boolean;
  /** More revisions, as many as there are: a command line has no room for thousands. */
  readonly stdin?: readonly string[];
}

/** Every branch, tag and remote, and HEAD. Our own snapshots and the stash are no history. */
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

/** Commits of a range, newest first: one git process for all of them. An empty list where a revision is unknown. */
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

/** Damaged dates come out of git empty or as 99999999999999999999. */
function seconds(text: string | undefined): number {
  const value = Number(text);
  return Number.isFinite(value) && Math.abs(value) < 8.64e12 ? value : 0;
}

/** A commit by what it holds. */
export interface TreeCommit {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly committed: number;
}

/** Trees of the commits of a range, newest first; with `paths`, of those that change one of them and are no merges. */
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

/** Which of these commits none of some refs has in its history. */
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

/** A commit on a line of work, or the boundary where that line left what was there before. */
export interface LineCommit extends TreeCommit {
  readonly boundary: boolean;
  readonly message: string;
}

/** What commits have in their history that others have not, and where they left it. Unknown ones are passed over. */
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

/** Full object id of a commit, or undefined. */
export async function resolveCommit(root: string, revision: string): Promise<string | undefined> {
  const answer = await ask(root, [
    ...["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`],
  ]);
  return answer.code === 0 ? answer.stdout.trim() : undefined;
}

/** The commit so many first parents before one; undefined where history is shorter. */
export async function ancestor(root: string, oid: string, generations: number): Promise<string | undefined> {
  return resolveCommit(root, `${oid}~${generations}`);
}

/** Returns the newest commit of a history that was made before a moment, in seconds since the epoch. */
export async function lastBefore(root: string, tip: string, before: number): Promise<string | undefined> {
  const until = `--before=${new Date(before * 1000).toISOString()}`;
  const answer = await ask(root, ["rev-list", "--max-count=1", until, tip, "--"]);
  return answer.code === 0 ? answer.stdout.trim() || undefined : undefined;
}

/** Best common ancestor of a commit with any of the others, or undefined (unrelated, or cut off by a shallow clone). */
export async function mergeBase(
  root: string,
  one: string,
  ...others: readonly string[]
): Promise<string | undefined> {
  const answer = await ask(root, ["merge-base", one, ...others]);
  return answer.code === 0 ? answer.stdout.trim().split("\n")[0] : undefined;
}

/** Commits on `one` that `other` lacks, and the other way round. Undefined where a revision is unknown. */
export async function aheadBehind(root: string, one: string, other: string) {
  const answer = await ask(root, ["rev-list", "--left-right", "--count", `${one}...${other}`, "--"]);
  const match = /^(\d+)\s+(\d+)/.exec(answer.stdout);
  return answer.code === 0 && match ? { ahead: Number(match[1]), behind: Number(match[2]) } : undefined;
}

/** Whether `other` contains the commit `one`. False also where the commit is not there any more. */
export async function isAncestor(root: string, one: string, other: string): Promise<boolean> {
  return (await ask(root, ["merge-base", "--is-ancestor", one, other])).code === 0;
}

/** Those of these full ids that the repository does not have. */
export async function missingCommits(root: string, oids: readonly string[]): Promise<Set<string>> {
  const wanted = oids.filter((each) => /^[0-9a-f]{40,64}$/.test(each));
  if (wanted.length === 0) return new Set();
  const answer = await ask(root, ["cat-file", "--batch-check"], `${wanted.join("\n")}\n`);
  // A partial clone stops at the first one that it would have to fetch.
  if (answer.code !== 0) return new Set(wanted);
  const missing = answer.stdout.split("\n").filter((line) => line.endsWith(" missing"));
  return new Set(missing.map((line) => line.slice(0, -" missing".length)));
}
