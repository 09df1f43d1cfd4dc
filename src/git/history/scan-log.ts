/** Streams a history of any size with one `git log`, one commit at a time. Keeps no commit in memory. */
import type { ScannedCommit } from "../../insight/counting/history.ts";
import { gitFailure, lacksObjects } from "../failure.ts";
import { isUtf8Path } from "../path-bytes.ts";
import { ask, exitOf, readPaths, SETTINGS_QUERY, start } from "../read.ts";
import { hashOf, logParser } from "./scan-parser.ts";

/** Depths of detail that a scan reads: a partial clone may lack file contents, or trees too. */
export const DEPTHS = ["lines", "files", "messages"] as const;
/** The amount of data that a scan of the history reads. */
export type Depth = (typeof DEPTHS)[number];

const DIFFS: Record<Depth, readonly string[]> = {
  lines: ["--numstat", "--find-renames"],
  files: ["--raw", "--no-renames"],
  messages: [],
};

/** Arguments of git that override user settings which would change the numbers. */
const FIXED = [
  ...["-c", "log.showRoot=true", "log", "-z", "--no-notes", "--encoding=UTF-8", "--date=raw"],
  ...["--no-ext-diff", "--no-textconv", "--no-relative", "--ignore-submodules=dirty"],
  "--diff-algorithm=myers",
];

const FORMAT = "--format=%H%n%P%n%aE%n%ad%n%ct%n%B";

/** Commits to scan: a range, newest first, or a list of full ids, in its order. */
export type Source = readonly string[] | { readonly ids: readonly string[] };

/** A commit whose numbers are left out because git cannot read an object. */
export interface LeftOut {
  /** Full id of the commit. */
  readonly commit: string;
  /**
   * The omitted data. `lines`: the commit counts without its files; `history`: like `lines`, and no earlier
   * commit counts; `commit`: the commit does not count.
   */
  readonly what: "lines" | "commit" | "history";
  /** Full id of the unreadable object, if git names it. */
  readonly object?: string;
}

interface ScanOptions {
  readonly depth: Depth;
  /** Aborts git, and makes the scan throw. */
  readonly signal?: AbortSignal | undefined;
}

/** Maximum commits that a scan leaves out; with more, it gives up this depth. */
const MAX_LEFT_OUT = 20;

/**
 * Passes each commit of a source to `take`. A commit with an unreadable object is passed without its files
 * and reported. Returns undefined if the clone lacks too many objects for this depth: then the caller must
 * discard all passed commits. Throws Failure `git-failed`.
 */
export async function scanLog(
  root: string,
  source: Source,
  options: ScanOptions,
  take: (commit: ScannedCommit) => void,
): Promise<LeftOut[] | undefined> {
  let count = 0;
  let last = "";
  const counted = (commit: ScannedCommit) => {
    count++;
    last = commit.oid;
    take(commit);
  };
  const first = await runLog(root, source, options, counted);
  if (first.code === 0) return [];
  const { ids, end } = await listed(root, source);
  if (ids.length === 0 || (count > 0 && ids[count - 1] !== last)) throw gitFailure(["log"], first.said);
  const leftOut: LeftOut[] = [];
  for (let rest = ids.slice(count); rest.length > 0; ) {
    const [oid = "", ...others] = rest;
    // Scans the commit at which git failed alone: the failure may concern it or the commit before.
    const alone = await runLog(root, { ids: [oid] }, options, counted);
    if (alone.code !== 0) {
      const isPartial = lacksObjects(alone.said) && leftOut.length >= 2 && leftOut.length * 4 > count;
      if (isPartial || leftOut.length >= MAX_LEFT_OUT) return undefined;
      const left = await withoutFiles(root, oid, alone.said, options, counted);
      leftOut.push(end?.commit === oid ? end : left);
    }
    const before = count;
    if (others.length === 0 || (await runLog(root, { ids: others }, options, counted)).code === 0) break;
    rest = others.slice(count - before);
  }
  return leftOut;
}

/**
 * Passes the commits of a tip's history to `take` without their files, newest first by commit date, until it
 * returns false. Returns the point at which the history ended because git cannot read a commit.
 */
export async function walkLog(
  root: string,
  tip: string,
  signal: AbortSignal,
  take: (commit: ScannedCommit, message: string) => boolean,
): Promise<LeftOut[]> {
  const options: ScanOptions = { depth: "messages", signal };
  const { code, said } = await runLog(root, [tip], options, take);
  if (code === 0) return [];
  const end = endOf(said);
  if (end === undefined) throw gitFailure(["log"], said);
  await runLog(root, { ids: [end.commit] }, options, take);
  return [end];
}

/**
 * Runs one `git log`. Does not pass a commit that git did not finish to `take`. `take` ends the run by
 * returning false.
 */
async function runLog(
  root: string,
  source: Source,
  { depth, signal }: ScanOptions,
  take: (commit: ScannedCommit, message: string) => unknown,
): Promise<{ readonly code: number; readonly said: string }> {
  signal?.throwIfAborted();
  // Without a work tree, git reads the mailmap from HEAD's tree, which a partial clone may lack.
  const bare = depth === "messages" ? ["-c", "mailmap.blob="] : [];
  const isList = "ids" in source;
  const range = isList ? ["--no-walk=unsorted", "--stdin"] : [...source, "--"];
  const args = [...bare, ...FIXED, ...DIFFS[depth], FORMAT, ...range];
  // Uses a pipe, in which git need not flush each commit.
  const stdio: ("pipe" | "ignore")[] = [isList ? "pipe" : "ignore", "pipe", "pipe"];
  const child = start(root, args, stdio, "ask", { GIT_FLUSH: "0" });
  const stop = () => child.kill();
  signal?.addEventListener("abort", stop);
  // git may end before it has read all input; only its exit code matters.
  if (isList) child.stdin?.on("error", () => {}).end(`${source.ids.join("\n")}\n`);
  const stderr: Buffer[] = [];
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  let enough = false;
  const parser = logParser((commit, message) => {
    if (enough || take(commit, message) !== false) return;
    enough = true;
    stop();
  });
  // Latin-1, one character per byte: file names are any bytes, and decoding is fastest.
  child.stdout?.setEncoding("latin1").on("data", (piece: string) => {
    if (!signal?.aborted && !enough) parser.push(piece);
  });
  try {
    const code = await exitOf(child, root);
    signal?.throwIfAborted();
    // When git prints only messages, it fails only between two commits, so the last commit is complete.
    if (code === 0 || depth === "messages") parser.end();
    return { code: enough ? 0 : code, said: Buffer.concat(stderr).toString("utf8") };
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/**
 * Returns the ids of a source in its order, and the point at which its history ends because git cannot read a
 * commit.
 */
async function listed(
  root: string,
  source: Source,
): Promise<{ readonly ids: readonly string[]; readonly end?: LeftOut }> {
  if ("ids" in source) return { ids: source.ids };
  const answer = await ask(root, ["rev-list", ...source, "--"]);
  const ids = answer.stdout.split("\n").filter(Boolean);
  const end = answer.code === 0 ? undefined : endOf(answer.stderr);
  // git fails at the unreadable commit before it lists the commit.
  return end ? { ids: [...ids, end.commit], end } : { ids };
}

function endOf(said: string): LeftOut | undefined {
  const commit = /traverse parents of commit ([0-9a-f]{40,64})/.exec(said)?.[1];
  return commit === undefined ? undefined : { commit, what: "history", ...objectIn(said) };
}

/** Passes a commit to `take` without its files; passes nothing if git cannot read the commit itself. */
async function withoutFiles(
  root: string,
  commit: string,
  said: string,
  { signal }: ScanOptions,
  take: (commit: ScannedCommit) => void,
): Promise<LeftOut> {
  const { code } = await runLog(root, { ids: [commit] }, { depth: "messages", signal }, take);
  return { commit, what: code === 0 ? "lines" : "commit", ...objectIn(said) };
}

/** Returns the first object that a message of git names. */
function objectIn(said: string): { readonly object?: string } {
  const object = /\b[0-9a-f]{40,64}\b/.exec(said)?.[0];
  return object === undefined ? {} : { object };
}

/** Returns the full ids of a range's commits; undefined if git no longer has the first or last commit. */
export async function rangeIds(root: string, range: readonly string[]): Promise<string[] | undefined> {
  const answer = await ask(root, ["rev-list", ...range, "--"]);
  return answer.code === 0 ? answer.stdout.split("\n").filter(Boolean) : undefined;
}

/**
 * Returns git settings that change the scan's result without a new commit: replaced commits, and mailmap
 * settings.
 */
export async function historySettings(root: string): Promise<string> {
  const [replaced, settings] = await Promise.all([
    ask(root, ["for-each-ref", "--format=%(refname) %(objectname)", "refs/replace/"]),
    ask(root, SETTINGS_QUERY),
  ]);
  const mailmap = settings.stdout.split("\0").filter((each) => each.startsWith("mailmap."));
  return [replaced.stdout, ...mailmap].join("\0");
}

/** Returns the hash of the user's own address after the mailmap; undefined without an identity. */
export async function ownHash(root: string): Promise<string | undefined> {
  const answer = await ask(root, ["var", "GIT_AUTHOR_IDENT"]);
  const ident = /^(.*>) \d+ [+-]\d+\s*$/.exec(answer.stdout)?.[1];
  if (answer.code !== 0 || ident === undefined) return undefined;
  const mapped = await ask(root, ["check-mailmap", ident]);
  const address = /<([^<>]*)>\s*$/.exec(mapped.code === 0 ? mapped.stdout : ident)?.[1] ?? "";
  return hashOf(Buffer.from(address, "utf8").toString("latin1"));
}

/** Returns those paths that exist in a commit. A path that cannot be an argument counts as existing. */
export async function pathsAt(root: string, commit: string, paths: readonly string[]): Promise<Set<string>> {
  const [asked, odd] = [paths.filter(isUtf8Path), paths.filter((each) => !isUtf8Path(each))];
  if (asked.length === 0) return new Set(odd);
  const text = await readPaths(root, ["ls-tree", "-z", "--name-only", "--full-tree", commit, "--", ...asked]);
  return new Set([...text.split("\0"), ...odd]);
}
