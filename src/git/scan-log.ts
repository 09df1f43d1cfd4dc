/** Streams a history of any size with one `git log`, one commit at a time. Keeps none in memory. */
import type { ScannedCommit } from "../insight/counting/history.ts";
import { gitFailure, lacksObjects } from "./failure.ts";
import { isUtf8Path } from "./path-bytes.ts";
import { ask, exitOf, readPaths, SETTINGS_QUERY, start } from "./read.ts";
import { hashOf, logParser } from "./scan-parser.ts";

/** Depths of detail: a partial clone may lack contents, or trees. */
export const DEPTHS = ["lines", "files", "messages"] as const;
/** The amount of data that a scan of the history reads. */
export type Depth = (typeof DEPTHS)[number];

const DIFFS: Record<Depth, readonly string[]> = {
  lines: ["--numstat", "--find-renames"],
  files: ["--raw", "--no-renames"],
  messages: [],
};

/** Overrides user settings that would change the numbers. */
const FIXED = [
  ...["-c", "log.showRoot=true", "log", "-z", "--no-notes", "--encoding=UTF-8", "--date=raw"],
  ...["--no-ext-diff", "--no-textconv", "--no-relative", "--ignore-submodules=dirty"],
  "--diff-algorithm=myers",
];

const FORMAT = "--format=%H%n%P%n%aE%n%ad%n%ct%n%B";

/** Commits of a range, newest first, or the commits of a list in its order (full ids). */
export type Source = readonly string[] | { readonly ids: readonly string[] };

/** A commit whose numbers are left out because git cannot read an object. */
export interface LeftOut {
  /** Full id. */
  readonly commit: string;
  /**
   * `lines`: counted without its files; `history`: as `lines`, and no commit before it counts;
   * `commit`: not counted.
   */
  readonly what: "lines" | "commit" | "history";
  /** Full id of the object, where git names it. */
  readonly object?: string;
}

interface ScanOptions {
  readonly depth: Depth;
  /** Ends git, and makes the scan throw. */
  readonly signal?: AbortSignal | undefined;
}

/** More commits than this are not left out one by one. */
const MAX_LEFT_OUT = 20;

/**
 * Passes each commit of a source to `take`. A commit with an object that git cannot read is passed
 * without its files and reported. Returns undefined where the clone lacks so many objects that this
 * depth is the wrong one: then no commit counts that was passed. Throws Failure `git-failed`.
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
    // The last commit that was begun before the failure, or the commit at which git failed.
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
 * Passes the commits of a tip's history to `take` without their files, newest first by commit date,
 * until it returns false. Returns where the history ended because git cannot read a commit.
 */
export async function walkLog(
  root: string,
  tip: string,
  signal: AbortSignal,
  take: (commit: ScannedCommit) => boolean,
): Promise<LeftOut[]> {
  const options: ScanOptions = { depth: "messages", signal };
  const { code, said } = await runLog(root, [tip], options, take);
  if (code === 0) return [];
  const end = endOf(said);
  if (end === undefined) throw gitFailure(["log"], said);
  await runLog(root, { ids: [end.commit] }, options, take);
  return [end];
}

/** Runs one `git log`; a commit that git did not finish is not passed on. `take` may end it with false. */
async function runLog(
  root: string,
  source: Source,
  { depth, signal }: ScanOptions,
  take: (commit: ScannedCommit) => unknown,
): Promise<{ readonly code: number; readonly said: string }> {
  signal?.throwIfAborted();
  // Without a work tree, git reads the mailmap from HEAD's tree, which a partial clone may lack.
  const bare = depth === "messages" ? ["-c", "mailmap.blob="] : [];
  const isList = "ids" in source;
  const range = isList ? ["--no-walk=unsorted", "--stdin"] : [...source, "--"];
  const args = [...bare, ...FIXED, ...DIFFS[depth], FORMAT, ...range];
  // git need not write commit by commit.
  const stdio: ("pipe" | "ignore")[] = [isList ? "pipe" : "ignore", "pipe", "pipe"];
  const child = start(root, args, stdio, "ask", { GIT_FLUSH: "0" });
  const stop = () => child.kill();
  signal?.addEventListener("abort", stop);
  // git may have ended early; its exit code tells what matters.
  if (isList) child.stdin?.on("error", () => {}).end(`${source.ids.join("\n")}\n`);
  const stderr: Buffer[] = [];
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  let enough = false;
  const parser = logParser((commit) => {
    if (enough || take(commit) !== false) return;
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
    // Without files, a commit that was begun is whole: git fails between commits.
    if (code === 0 || depth === "messages") parser.end();
    return { code: enough ? 0 : code, said: Buffer.concat(stderr).toString("utf8") };
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** Returns the ids of a source in its order, and where its history ends because git cannot read a commit. */
async function listed(
  root: string,
  source: Source,
): Promise<{ readonly ids: readonly string[]; readonly end?: LeftOut }> {
  if ("ids" in source) return { ids: source.ids };
  const answer = await ask(root, ["rev-list", ...source, "--"]);
  const ids = answer.stdout.split("\n").filter(Boolean);
  const end = answer.code === 0 ? undefined : endOf(answer.stderr);
  // git gives up on the commit before it lists it.
  return end ? { ids: [...ids, end.commit], end } : { ids };
}

function endOf(said: string): LeftOut | undefined {
  const commit = /traverse parents of commit ([0-9a-f]{40,64})/.exec(said)?.[1];
  return commit === undefined ? undefined : { commit, what: "history", ...objectIn(said) };
}

/** Passes a commit on without its files; nothing, where git cannot read the commit itself. */
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

/** Returns the first object that git's words name. */
function objectIn(said: string): { readonly object?: string } {
  const object = /\b[0-9a-f]{40,64}\b/.exec(said)?.[0];
  return object === undefined ? {} : { object };
}

/** Returns the full ids of a range's commits; undefined if git no longer has one of its ends. */
export async function rangeIds(root: string, range: readonly string[]): Promise<string[] | undefined> {
  const answer = await ask(root, ["rev-list", ...range, "--"]);
  return answer.code === 0 ? answer.stdout.split("\n").filter(Boolean) : undefined;
}

/**
 * Returns settings that change a history without changing its tip: replaced commits, and mailmap
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

/** Returns the paths that a commit has. A path that cannot be an argument counts as existing. */
export async function pathsAt(root: string, commit: string, paths: readonly string[]): Promise<Set<string>> {
  const [asked, odd] = [paths.filter(isUtf8Path), paths.filter((each) => !isUtf8Path(each))];
  if (asked.length === 0) return new Set(odd);
  const text = await readPaths(root, ["ls-tree", "-z", "--name-only", "--full-tree", commit, "--", ...asked]);
  return new Set([...text.split("\0"), ...odd]);
}
