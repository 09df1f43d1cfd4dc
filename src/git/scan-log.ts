/** Streams a history of any size with one `git log`, one commit at a time. Keeps none in memory. */
import { createHash } from "node:crypto";
import type { FileChanged, ScannedCommit } from "../insight/counting/history.ts";
import { readMessage } from "../trailers/read.ts";
import { gitFailure, lacksObjects } from "./failure.ts";
import { isUtf8Path } from "./path-bytes.ts";
import { ask, exitOf, readPaths, start } from "./read.ts";

/** Depths of detail: a partial clone may lack contents, or trees. */
export const DEPTHS = ["lines", "files", "messages"] as const;
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

const FORMAT = "--format=%H%n%P%n%aE%n%ad%n%B";

/**
 * Yields each commit of a range, newest first. Returns false if the clone lacks objects for
 * this depth: then the commits so far must be dropped. `signal` ends git and makes it throw. @throws
 * Failure `git-failed`
 */
export async function scanLog(
  root: string,
  range: readonly string[],
  options: { readonly depth: Depth; readonly signal?: AbortSignal | undefined },
  take: (commit: ScannedCommit) => void,
): Promise<boolean> {
  const { depth, signal } = options;
  signal?.throwIfAborted();
  // Without a work tree, git reads the mailmap from HEAD's tree, which a partial clone may lack.
  const bare = depth === "messages" ? ["-c", "mailmap.blob="] : [];
  const args = [...bare, ...FIXED, ...DIFFS[depth], FORMAT, ...range, "--"];
  const child = start(root, args, ["ignore", "pipe", "pipe"]);
  const stop = () => child.kill();
  signal?.addEventListener("abort", stop);
  const stderr: Buffer[] = [];
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  const parser = logParser(take);
  // Latin-1, one character per byte: file names are any bytes, and decoding is fastest.
  child.stdout?.setEncoding("latin1").on("data", (piece: string) => {
    if (!signal?.aborted) parser.push(piece);
  });
  try {
    const code = await exitOf(child, root);
    signal?.throwIfAborted();
    const said = Buffer.concat(stderr).toString("utf8");
    if (code === 0) {
      parser.end();
      return true;
    }
    if (lacksObjects(said)) return false;
    throw gitFailure(["log"], said);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
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
  const [replaced, mailmap] = await Promise.all([
    ask(root, ["for-each-ref", "--format=%(refname) %(objectname)", "refs/replace/"]),
    ask(root, ["config", "--get-regexp", "^mailmap\\."]),
  ]);
  return `${replaced.stdout}\n${mailmap.stdout}`;
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

/** Hashes an address: caches tell authors apart without naming them. */
function hashOf(address: string): string {
  return createHash("sha256").update(address.toLowerCase(), "latin1").digest("hex").slice(0, 16);
}

const RAW = /^\n?:\d{6} \d{6} \S+ \S+ \S+$/;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Parses the output of `git log` in chunks. */
export function logParser(take: (commit: ScannedCommit) => void) {
  const hashes = new Map<string, string>();
  let commit: ScannedCommit | undefined;
  let files: FileChanged[] = [];
  let file: Mutable<FileChanged> | undefined;
  /** Number of paths to come that belong to the numbers before them. */
  let paths = 0;
  let rest = "";
  const finish = () => {
    if (commit) take(commit);
    commit = undefined;
  };
  const record = (token: string) => {
    if (paths > 0) {
      // The second path of a rename is the present name.
      if (--paths === 0 && file) files.push({ ...file, path: token });
      return;
    }
    const numbers = numstat(token);
    if (numbers) {
      file = numbers;
      // The old and the new path of a rename follow.
      if (numbers.path === "") paths = 2;
      else files.push(numbers);
    } else if (RAW.test(token)) {
      file = { path: "", added: 0, removed: 0 };
      paths = 1;
    } else if (token !== "") {
      finish();
      files = [];
      commit = header(token, files, hashes);
    }
  };
  return {
    push(piece: string) {
      const tokens = (rest + piece).split("\0");
      rest = tokens.pop() ?? "";
      for (const token of tokens) record(token);
    },
    end() {
      if (rest !== "") record(rest);
      finish();
    },
  };
}

/**
 * Parses a record of `--numstat`: two numbers, or dashes for a binary file, each with a tab. Uses no
 * regular expression: a history may have millions of records.
 */
function numstat(token: string): Mutable<FileChanged> | undefined {
  const begin = token.charCodeAt(0) === 10 ? 1 : 0;
  const first = token.indexOf("\t", begin);
  if (first <= begin || first > begin + 10) return undefined;
  const second = token.indexOf("\t", first + 1);
  if (second <= first + 1 || second > first + 11) return undefined;
  const added = lineCount(token, begin, first);
  const removed = lineCount(token, first + 1, second);
  return added < 0 || removed < 0 ? undefined : { path: token.slice(second + 1), added, removed };
}

/** Returns a number; negative for any other text. */
function lineCount(token: string, begin: number, end: number): number {
  if (end === begin + 1 && token.charCodeAt(begin) === 45) return 0;
  let count = 0;
  for (let at = begin; at < end; at++) {
    const digit = token.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    count = count * 10 + digit;
  }
  return count;
}

function header(token: string, files: readonly FileChanged[], hashes: Map<string, string>): ScannedCommit {
  const ends: number[] = [];
  for (let at = -1; ends.length < 4; ends.push(at)) {
    at = token.indexOf("\n", at + 1);
    if (at < 0) at = token.length;
  }
  const field = (n: number) => token.slice(n === 0 ? 0 : (ends[n - 1] ?? 0) + 1, ends[n]);
  const address = field(2);
  let author = hashes.get(address);
  if (author === undefined) {
    author = hashOf(address);
    hashes.set(Buffer.from(address, "latin1").toString("latin1"), author);
  }
  const date = /^(\d+) ([+-])(\d\d)(\d\d)$/.exec(field(3));
  const message = token.slice((ends[3] ?? 0) + 1);
  const found = /session-/i.test(message)
    ? readMessage(Buffer.from(message, "latin1").toString("utf8")).session
    : null;
  const line = message.trimStart();
  const end = line.indexOf("\n");
  return {
    oid: field(0),
    merge: field(1).includes(" "),
    author,
    time: Number(date?.[1] ?? 0),
    zone: date ? (date[2] === "-" ? -1 : 1) * (Number(date[3]) * 60 + Number(date[4])) : 0,
    subject: end < 0 ? line : line.slice(0, end),
    files,
    ...(found === null ? {} : { record: found }),
  };
}

/** Returns the paths that a commit has. A path that cannot be an argument counts as existing. */
export async function pathsAt(root: string, commit: string, paths: readonly string[]): Promise<Set<string>> {
  const [asked, odd] = [paths.filter(isUtf8Path), paths.filter((each) => !isUtf8Path(each))];
  if (asked.length === 0) return new Set(odd);
  const text = await readPaths(root, ["ls-tree", "-z", "--name-only", "--full-tree", commit, "--", ...asked]);
  return new Set([...text.split("\0"), ...odd]);
}
