/**
 * Parses the commits that `git log -z` prints for a scan: header, message, and `--numstat` or `--raw`.
 * Pure.
 */
import { createHash } from "node:crypto";
import type { FileChanged, ScannedCommit } from "../../insight/counting/history.ts";
import type { CheckpointRecord } from "../../session/session.ts";
import { readMessage } from "../../trailers/read.ts";

/** Returns an address as a hash, which distinguishes authors without naming them. */
export function hashOf(address: string): string {
  return createHash("sha256").update(address.toLowerCase(), "latin1").digest("hex").slice(0, 16);
}

const RAW = /^\n?:\d{6} \d{6} \S+ \S+ \S+$/;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Parses the output of a scan's `git log` piece by piece; passes each commit to `take` when the next commit
 * begins, with its message in Latin-1.
 */
export function logParser(take: (commit: ScannedCommit, message: string) => void) {
  const hashes = new Map<string, string>();
  let commit: ScannedCommit | undefined;
  let message = "";
  let files: FileChanged[] = [];
  let file: Mutable<FileChanged> | undefined;
  /** Number of paths that still follow and belong to the last counted file. */
  let paths = 0;
  let rest = "";
  const finish = () => {
    if (commit) take(commit, message);
    commit = undefined;
  };
  const record = (token: string) => {
    if (paths > 0) {
      // The second path of a renamed file is its current name.
      if (--paths === 0 && file) files.push({ ...file, path: token });
      return;
    }
    const numbers = numstat(token);
    if (numbers) {
      file = numbers;
      // An empty path means a rename: the old and the new path follow.
      if (numbers.path === "") paths = 2;
      else files.push(numbers);
    } else if (RAW.test(token)) {
      file = { path: "", added: 0, removed: 0 };
      paths = 1;
    } else if (token !== "") {
      finish();
      files = [];
      [commit, message] = header(token, files, hashes);
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
 * Parses a record of `--numstat`: numbers, or a dash for a binary file, each followed by a tab. Uses no
 * regular expressions, for speed: a scan reads millions of records.
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

/** Parses a line count. Returns a negative number for text that is no number. */
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

/** Returns a commit and its message. Parses the record on first access: a walk reads few of them. */
function header(
  token: string,
  files: readonly FileChanged[],
  hashes: Map<string, string>,
): [ScannedCommit, string] {
  const ends: number[] = [];
  for (let at = -1; ends.length < 5; ends.push(at)) {
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
  const message = token.slice((ends[4] ?? 0) + 1);
  let found: CheckpointRecord | null | undefined = /session-/i.test(message) ? undefined : null;
  const line = message.trimStart();
  const end = line.indexOf("\n");
  const commit = {
    oid: field(0),
    merge: field(1).includes(" "),
    author,
    time: Number(date?.[1] ?? 0),
    zone: date ? (date[2] === "-" ? -1 : 1) * (Number(date[3]) * 60 + Number(date[4])) : 0,
    committed: Number(field(4)) || 0,
    subject: end < 0 ? line : line.slice(0, end),
    files,
    get record() {
      if (found === undefined) found = readMessage(Buffer.from(message, "latin1").toString("utf8")).session;
      return found ?? undefined;
    },
  };
  return [commit, message];
}
