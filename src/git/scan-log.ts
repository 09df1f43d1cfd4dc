/** One streaming `git log` over a history, whatever its size: a commit at a time, and none is kept. */
import { createHash } from "node:crypto";
import type { FileChanged, ScannedCommit } from "../insight/counting/history.ts";
import { readMessage } from "../trailers/read.ts";
import { gitFailure, lacksObjects } from "./failure.ts";
import { isUtf8Path } from "./path-bytes.ts";
import { ask, exitOf, readPaths, start } from "./read.ts";

/** What a clone can tell of each commit: a partial one may lack contents, or trees. */
export const DEPTHS = ["lines", "files", "messages"] as const;
export type Depth = (typeof DEPTHS)[number];

const DIFFS: Record<Depth, readonly string[]> = {
  lines: ["--numstat", "--find-renames"],
  files: ["--raw", "--no-renames"],
  messages: [],
};

/** Settings of the user's that would change what is counted. */
const FIXED = [
  ...["-c", "log.showRoot=true", "log", "-z", "--no-notes", "--encoding=UTF-8", "--date=raw"],
  ...["--no-ext-diff", "--no-textconv", "--no-relative", "--ignore-submodules=dirty"],
  "--diff-algorithm=myers",
];

const FORMAT = "--format=%H%n%P%n%aE%n%ad%n%B";

/**
 * Gives each commit of a range, newest first. False where the clone lacks what this depth takes: nothing that was given
 * counts then. Failure `git-failed`; `signal` ends git and makes it throw.
 */
export async function scanLog(
  root: string,
  range: readonly string[],
  options: { readonly depth: Depth; readonly signal?: AbortSignal | undefined },
  take: (commit: ScannedCommit) => void,
): Promise<boolean> {
  const { depth, signal } = options;
  signal?.throwIfAborted();
  // Without a work tree git reads the mailmap out of HEAD's tree, which such a clone may lack.
  const bare = depth === "messages" ? ["-c", "mailmap.blob="] : [];
  const args = [...bare, ...FIXED, ...DIFFS[depth], FORMAT, ...range, "--"];
  const child = start(root, args, ["ignore", "pipe", "pipe"]);
  const stop = () => child.kill();
  signal?.addEventListener("abort", stop);
  const stderr: Buffer[] = [];
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  const parser = logParser(take);
  // One character a byte: file names are any bytes, and this is the fastest text there is.
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

/** Full ids of the commits of a range; undefined where git does not have one of its ends any more. */
export async function rangeIds(root: string, range: readonly string[]): Promise<string[] | undefined> {
  const answer = await ask(root, ["rev-list", ...range, "--"]);
  return answer.code === 0 ? answer.stdout.split("\n").filter(Boolean) : undefined;
}

/** What may change a history without its tip: replaced commits, and settings that name a mailmap. */
export async function historySettings(root: string): Promise<string> {
  const [replaced, mailmap] = await Promise.all([
    ask(root, ["for-each-ref", "--format=%(refname) %(objectname)", "refs/replace/"]),
    ask(root, ["config", "--get-regexp", "^mailmap\\."]),
  ]);
  return `${replaced.stdout}\n${mailmap.stdout}`;
}

/** Hash of the user's own address, as the mailmap says it; undefined where git knows no identity. */
export async function ownHash(root: string): Promise<string | undefined> {
  const answer = await ask(root, ["var", "GIT_AUTHOR_IDENT"]);
  const ident = /^(.*>) \d+ [+-]\d+\s*$/.exec(answer.stdout)?.[1];
  if (answer.code !== 0 || ident === undefined) return undefined;
  const mapped = await ask(root, ["check-mailmap", ident]);
  const address = /<([^<>]*)>\s*$/.exec(mapped.code === 0 ? mapped.stdout : ident)?.[1] ?? "";
  return hashOf(Buffer.from(address, "utf8").toString("latin1"));
}

/** An address as a hash: what is kept tells authors apart, and names nobody. */
function hashOf(address: string): string {
  return createHash("sha256").update(address.toLowerCase(), "latin1").digest("hex").slice(0, 16);
}

const RAW = /^\n?:\d{6} \d{6} \S+ \S+ \S+$/;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Takes the answer of `git log` piece by piece. */
export function logParser(take: (commit: ScannedCommit) => void) {
  const hashes = new Map<string, string>();
  let commit: ScannedCommit | undefined;
  let files: FileChanged[] = [];
  let file: Mutable<FileChanged> | undefined;
  /** Paths that belong to the numbers before them, and are still to come. */
  let paths = 0;
  let rest = "";
  const finish = () => {
    if (commit) take(commit);
    commit = undefined;
  };
  const record = (token: string) => {
    if (paths > 0) {
      // Of a renamed file the second one is its name now.
      if (--paths === 0 && file) files.push({ ...file, path: token });
      return;
    }
    const numbers = numstat(token);
    if (numbers) {
      file = numbers;
      // A rename: the old and the new path follow.
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

/** A record of `--numstat`: numbers, or a dash for a binary file, each with a tab. Without regular expressions: there are millions. */
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

/** Negative where this is no number. */
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

/** Which of these paths a commit has. Those that cannot be an argument are taken to be there. */
export async function pathsAt(root: string, commit: string, paths: readonly string[]): Promise<Set<string>> {
  const [asked, odd] = [paths.filter(isUtf8Path), paths.filter((each) => !isUtf8Path(each))];
  if (asked.length === 0) return new Set(odd);
  const text = await readPaths(root, ["ls-tree", "-z", "--name-only", "--full-tree", commit, "--", ...asked]);
  return new Set([...text.split("\0"), ...odd]);
}
