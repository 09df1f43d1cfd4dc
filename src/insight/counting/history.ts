/**
 * Holds the commits of a history as columns of numbers: small enough to keep on disk, and fast enough to
 * count again for every query. Commits can be added and removed in any order. Pure.
 */
import { commitType } from "../../facts/formats/subject.ts";
import { isCodeFile, isTestFile } from "../../facts/formats/tests.ts";
import type { CheckpointRecord } from "../../session/session.ts";
import { type Column, column, type Table, table } from "./column.ts";

/**
 * Commit types by their stored number. Add new types only at the end: the cached histories store the numbers.
 */
export const TYPES = [
  ...["other", "build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test"],
] as const;

const MERGE = 0x80;

/**
 * A file that a commit changed. Line counts are 0 for a binary file, and if a partial clone lacks the file's
 * contents.
 */
export interface FileChanged {
  /** Path of the file as bytes, one character each. */
  readonly path: string;
  readonly added: number;
  readonly removed: number;
}

/** A commit as the scan of the history reads it. */
export interface ScannedCommit {
  readonly oid: string;
  readonly merge: boolean;
  /** Hash of the author's address. */
  readonly author: string;
  /** Author date in seconds since the epoch; 0 if unknown. */
  readonly time: number;
  /** Time zone of the author date, in minutes east of UTC. */
  readonly zone: number;
  /** Commit date in seconds since the epoch; 0 if unknown. */
  readonly committed?: number;
  readonly subject: string;
  readonly files: readonly FileChanged[];
  readonly record?: CheckpointRecord | undefined;
}

type Columns = ReturnType<typeof columnsOf>;
type Arrays = { readonly [Name in keyof Columns]: ReturnType<Columns[Name]["array"]> };

export interface History extends Arrays {
  /** Bytes of an object id: 20 for SHA-1, 32 for SHA-256. */
  readonly oidBytes: number;
  readonly commits: number;
  readonly paths: Table;
  readonly people: Table;
  readonly sessions: Table;
}

/**
 * Returns a builder of a history. `before`: a known history to start with, and the full ids of its commits to
 * leave out.
 */
export function historyBuilder(
  oidBytes: number,
  before?: { readonly history: History; readonly without: ReadonlySet<string> },
) {
  const of = columnsOf();
  const paths = table(before?.history.paths);
  const people = table(before?.history.people);
  const sessions = table(before?.history.sessions);
  const roles: number[] = [];
  let commits = 0;
  const roleOf = (path: number, name: string) => {
    let role = roles[path];
    if (role === undefined) role = roles[path] = isTestFile(name) ? 2 : isCodeFile(name) ? 1 : 0;
    return role;
  };
  const addItems = (record: CheckpointRecord) => {
    const item = (session: string, code: number) => {
      of.itemSessions.push(sessions.idOf(session));
      of.itemCodes.push(code);
    };
    for (const each of record.objectives)
      if (each.mark === "done" && record.id !== undefined) item(record.id, numberIn(each.id) * 2);
    for (const each of record.decisions) {
      const session = each.session ?? record.id;
      // Records of older tools have neither a session nor a number, so their text identifies a decision.
      if (session === undefined) item(`:${fingerprint(each.text)}`, 1);
      else item(session, numberIn(each.id) * 2 + 1);
    }
    of.records.push(commits);
    of.itemEnds.push(of.itemCodes.length());
  };
  const add = (commit: ScannedCommit) => {
    const sums = [0, 0, 0, 0, 0, 0, 0, 0];
    for (const { path, added, removed } of commit.files) {
      const id = paths.idOf(path);
      const role = roleOf(id, path);
      of.files.push(id);
      of.lines.push(added + removed);
      sums[0] = (sums[0] ?? 0) + added;
      sums[1] = (sums[1] ?? 0) + removed;
      if (role > 0) {
        sums[role * 2] = (sums[role * 2] ?? 0) + added;
        sums[role * 2 + 1] = (sums[role * 2 + 1] ?? 0) + removed;
      }
    }
    of.fileEnds.push(of.files.length());
    pushOid(of.oids, commit.oid);
    of.times.push(commit.time > 0 && commit.time < 2 ** 32 ? commit.time : 0);
    of.zones.push(commit.zone);
    of.authors.push(people.idOf(commit.author));
    const type = Math.max(0, TYPES.indexOf(commitType(commit.subject) as (typeof TYPES)[number]));
    of.kinds.push(type | (commit.merge ? MERGE : 0));
    of.added.push(sums[0] ?? 0);
    of.removed.push(sums[1] ?? 0);
    of.codeAdded.push(sums[2] ?? 0);
    of.codeRemoved.push(sums[3] ?? 0);
    of.testAdded.push(sums[4] ?? 0);
    of.testRemoved.push(sums[5] ?? 0);
    if (commit.record) addItems(commit.record);
    commits++;
  };
  return {
    add,
    build: () => {
      // Puts the known commits last: like git's output, a history has its newest commits first.
      if (before) commits += copy(before.history, before.without, of, commits);
      return {
        oidBytes,
        commits,
        ...(Object.fromEntries(Object.entries(of).map(([name, each]) => [name, each.array()])) as Arrays),
        paths: paths.build(),
        people: people.build(),
        sessions: sessions.build(),
      };
    },
  };
}

function columnsOf() {
  const [bytes, words] = [() => column(Uint8Array), () => column(Uint32Array)];
  return {
    oids: bytes(),
    times: words(),
    zones: column(Int16Array),
    authors: words(),
    /** Index of the commit's type in `TYPES`, with a flag for a merge. */
    kinds: bytes(),
    added: words(),
    removed: words(),
    testAdded: words(),
    testRemoved: words(),
    codeAdded: words(),
    codeRemoved: words(),
    /** For each commit, the index at which its files end in the next two columns. */
    fileEnds: words(),
    files: words(),
    /** Number of added and removed lines of each file. */
    lines: words(),
    /** Commits that are checkpoints; for each, the index at which its items end in the next two columns. */
    records: words(),
    itemEnds: words(),
    itemSessions: words(),
    /** Item numbers: twice the number of a finished objective, or twice the number of a decision plus one. */
    itemCodes: words(),
  };
}

/** Names of the columns with one value per commit. */
const ONE_EACH = [
  ...(["times", "zones", "authors", "kinds", "added", "removed"] as const),
  ...(["testAdded", "testRemoved", "codeAdded", "codeRemoved"] as const),
] as const;

/**
 * Appends the commits of a history, except some, to the `there` commits that are in the columns. Returns the
 * number of copied commits.
 */
function copy(from: History, without: ReadonlySet<string>, to: ReturnType<typeof columnsOf>, there: number) {
  const { oidBytes } = from;
  let kept = 0;
  let record = 0;
  for (let at = 0; at < from.commits; at++) {
    const mine = from.records[record] === at ? record++ : undefined;
    if (without.size > 0 && without.has(oidAt(from, at))) continue;
    for (const name of ONE_EACH) to[name].push(from[name][at] ?? 0);
    for (let byte = at * oidBytes; byte < (at + 1) * oidBytes; byte++) to.oids.push(from.oids[byte] ?? 0);
    for (let n = from.fileEnds[at - 1] ?? 0; n < (from.fileEnds[at] ?? 0); n++) {
      to.files.push(from.files[n] ?? 0);
      to.lines.push(from.lines[n] ?? 0);
    }
    to.fileEnds.push(to.files.length());
    if (mine !== undefined) {
      for (let n = from.itemEnds[mine - 1] ?? 0; n < (from.itemEnds[mine] ?? 0); n++) {
        to.itemSessions.push(from.itemSessions[n] ?? 0);
        to.itemCodes.push(from.itemCodes[n] ?? 0);
      }
      to.records.push(there + kept);
      to.itemEnds.push(to.itemCodes.length());
    }
    kept++;
  }
  return kept;
}

/** Returns the full id of a commit. */
export function oidAt({ oids, oidBytes }: History, commit: number): string {
  return Buffer.from(oids.buffer, oids.byteOffset + commit * oidBytes, oidBytes).toString("hex");
}

/** Reports whether a commit has more than one parent. `commit`: index in the history. */
export function isMerge({ kinds }: History, commit: number): boolean {
  return ((kinds[commit] ?? 0) & MERGE) !== 0;
}

/** Returns the conventional type of a commit's subject, else `other`. `commit`: index in the history. */
export function typeAt({ kinds }: History, commit: number): (typeof TYPES)[number] {
  return TYPES[(kinds[commit] ?? 0) & ~MERGE] ?? "other";
}

function pushOid(oids: Column, oid: string): void {
  for (let at = 0; at < oid.length; at += 2)
    oids.push((hexValue(oid.charCodeAt(at)) << 4) | hexValue(oid.charCodeAt(at + 1)));
}

/** Returns the value of a hexadecimal digit, `0` to `9` or `a` to `f`. */
function hexValue(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

/** Returns the number in an item's id: 12 for `dec-12`. */
function numberIn(id: string): number {
  const number = Number(id.slice(id.indexOf("-") + 1));
  return Number.isInteger(number) && number > 0 && number < 2 ** 30 ? number : 0;
}

/**
 * Returns a 64-bit hash of a text as hexadecimal digits, to distinguish texts. Not secure: it hides nothing.
 */
export function fingerprint(text: string): string {
  let one = 0x811c9dc5;
  let other = 0x9747b28c;
  for (let at = 0; at < text.length; at++) {
    one = Math.imul(one ^ text.charCodeAt(at), 0x01000193);
    other = Math.imul(other ^ text.charCodeAt(at), 0x5bd1e995);
    other ^= other >>> 15;
  }
  return [one, other].map((each) => (each >>> 0).toString(16).padStart(8, "0")).join("");
}
