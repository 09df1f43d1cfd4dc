/** Finds the decisions, objectives and sessions behind lines of a file, with git-blame(1). Reads only. */
import { lstatSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { type Commit, log } from "../git/commits.ts";
import { type BlamedLines, blame, type LinesToBlame } from "../git/lines/blame.ts";
import { currentBranch } from "../git/repository.ts";
import type { Place } from "../place/place.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { Failure } from "../session/failure.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";
import { dateOf, subjectOf } from "../trailers/checkpoints.ts";
import { decisionKey } from "../trailers/keys.ts";
import { readMessage } from "../trailers/read.ts";
import { namedBy } from "../trailers/reverts.ts";
import { allDecisions, type FoundDecision } from "./decisions.ts";
import { joinLines, type Origin, type Why, type WhyDecision } from "./shapes/why.ts";

/** All decisions and sessions, indexed to explain the commits that `git blame` names. */
interface Known {
  readonly decisions: readonly FoundDecision[];
  readonly byKey: ReadonlyMap<string, FoundDecision>;
  /** Decisions that a commit carries or reverted, by commit id. */
  readonly byCommit: ReadonlyMap<string, readonly FoundDecision[]>;
  readonly sessions: readonly KnownSession[];
  readonly shallow: boolean;
}

/**
 * Returns the origin of each line, newest first. `target`: a file relative to `folder`, optionally with a
 * colon and lines: `12`, `12-20` or the name of a function.
 * @throws Failure `no-such-path` outside of the repository, `no-such-file`, `not-text`, `usage`, and those of
 * `blame`
 */
export async function whyOf(place: Place, folder: string, target: string): Promise<Why> {
  const { root } = place.repository;
  const { name, lines } = partsOf(folder, target);
  const file = path.relative(root, path.resolve(folder, name)).split(path.sep).join("/");
  if (file === ".." || file.startsWith("../") || path.isAbsolute(file))
    throw new Failure("no-such-path", `${name} is outside this repository`, { hint: "git ls-files" });
  await requireText(path.join(root, file), name);
  const sessions = await knownSessions(place, { light: true });
  const began = Math.min(...sessions.map((each) => Date.parse(each.created) / 1000 || 0));
  // Reads decisions while the blame runs: if the repository has sessions, most lines need them.
  const [{ groups, commits }, early] = await Promise.all([
    blamedCommits(root, { file, name, lines }),
    sessions.length === 0 ? [] : allDecisions(place, began),
  ]);
  const first = await firstRecord(root, commits);
  const decisions = first < began ? await allDecisions(place, first) : early;
  const byCommit = grouped(decisions, (each) => [each.commit ?? "", each.reverted ?? ""]);
  const byKey = new Map(decisions.map((each) => [decisionKey(each, each.session), each]));
  const known = { decisions, byKey, byCommit, sessions, shallow: place.repository.shallow };
  const mine = groups.get("");
  return {
    file,
    origins: [
      ...(mine === undefined ? [] : [uncommitted(place, mine, known)]),
      ...commits.map((each) => originOf(each, groups.get(each.oid) ?? [], file, known)),
    ],
  };
}

/** Returns blamed lines by commit id, uncommitted lines under "", and the commits, newest first. */
async function blamedCommits(root: string, asked: LinesToBlame) {
  const groups = grouped(await blame(root, asked), (each) => [each.commit ?? ""]);
  const oids = [...groups.keys()].filter((each) => each !== "");
  return { groups, commits: oids.length === 0 ? [] : await log(root, ["--no-walk"], { stdin: oids }) };
}

/**
 * Returns the date of the oldest of these commits that carries or reverts a decision, in seconds since the
 * epoch. Only later commits can change such a decision. Returns Infinity without such a commit.
 */
async function firstRecord(root: string, commits: readonly Commit[]): Promise<number> {
  const named = commits.flatMap(({ message }) => namedBy(message).map(({ oid }) => oid));
  const options = { stdin: named, ignoreMissing: true };
  const reverted = named.length === 0 ? [] : await log(root, ["--no-walk"], options);
  const carrying = [...commits, ...reverted].filter(({ message }) => readMessage(message).session);
  return Math.min(...carrying.map((each) => each.committed));
}

function grouped<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items)
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
  return groups;
}

/**
 * Splits a target into file and lines. A file named `a:3` has precedence over line 3 of `a`.
 * @throws Failure `usage`
 */
function partsOf(folder: string, target: string): { name: string; lines?: string } {
  const [, name, asked = ""] = /^(.+):([^:]+)$/.exec(target) ?? [];
  if (name === undefined || statOf(path.resolve(folder, target))) return { name: target };
  const [, from, to = from] = /^(\d+)(?:[-,](\d+))?$/.exec(asked) ?? [];
  if (from === undefined) return { name, lines: `:${asked}` };
  if (Number(from) > 0 && Number(to) > 0) return { name, lines: `${from},${to}` };
  throw new Failure("usage", `lines count from 1: ${asked}`, {
    hint: `session why ${shellWord(`${name}:1`)}`,
  });
}

function statOf(file: string) {
  return lstatSync(file, { throwIfNoEntry: false });
}

/** Number of bytes in which git looks for a NUL to recognize a binary file. */
const LOOKED_AT = 8000;

/**
 * Checks that a file is text. Throws Failure `no-such-file`, `usage` for a folder, or `not-text` for a binary
 * file.
 */
async function requireText(file: string, name: string): Promise<void> {
  const stat = statOf(file);
  if (!stat) throw new Failure("no-such-file", `there is no file ${name}`, { hint: "git ls-files" });
  if (stat.isDirectory())
    throw new Failure("usage", `${name} is a folder, not a file`, {
      hint: `git ls-files ${shellWord(name)}`,
    });
  if (!stat.isFile()) return;
  const handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, 0);
  await handle.close();
  if (buffer.subarray(0, bytesRead).includes(0))
    throw new Failure("not-text", `${name} is a binary file`, { hint: `git log -- ${shellWord(name)}` });
}

function originOf(commit: Commit, group: readonly BlamedLines[], file: string, known: Known): Origin {
  const told = {
    commit: commit.oid,
    subject: subjectOf(commit.message),
    author: commit.author,
    at: dateOf(commit).added ?? null,
    lines: joinLines(group),
    ...defined({ path: group.find((each) => each.path !== file)?.path }),
  };
  if (known.shallow && group.some((each) => each.isFirst))
    return { ...told, older: true, session: null, objectives: [], decisions: [] };
  const { session: record } = readMessage(commit.message);
  const carried = (record?.decisions ?? []).map(({ undone, ...each }): [string, WhyDecision] => {
    const key = decisionKey(each, record?.id);
    const found = known.byKey.get(key);
    if (found?.commit === commit.oid) return [key, found];
    // Copies only these fields: `found` may be a copy on another branch, and a revert of the copy does not
    // concern this commit.
    const { supersededBy, withdrawnBy } = found ?? {};
    const reverted = undone ? commit.oid : undefined;
    return [key, { ...each, ...defined({ reverted, supersededBy, withdrawnBy }) }];
  });
  const about = known.byCommit.get(commit.oid) ?? [];
  const all = new Map<string, WhyDecision>([
    ...about.map((each): [string, WhyDecision] => [decisionKey(each, each.session), each]),
    ...carried,
  ]);
  const id = record?.id ?? about.find((each) => each.commit === commit.oid)?.session;
  return {
    ...told,
    session: sessionView(id, known.sessions),
    objectives: (record?.objectives ?? [])
      .filter(({ mark }) => mark === "active" || mark === "done")
      .map(({ id: name, mark, text }) => ({ id: name, mark, text })),
    decisions: [...all.values()],
  };
}

function uncommitted(place: Place, group: readonly BlamedLines[], known: Known): Origin {
  const branch = currentBranch(place.repository);
  const session = known.sessions.find((each) => each.where === "local" && each.branch === branch);
  return {
    ...{ commit: null, subject: null, author: null, at: null, lines: joinLines(group) },
    session: sessionView(session?.id, known.sessions),
    objectives: [],
    decisions: known.decisions.filter((each) => each.commit === null && each.session === session?.id),
  };
}

function sessionView(id: string | undefined, sessions: readonly KnownSession[]): Origin["session"] {
  if (id === undefined) return null;
  const known = sessions.find((each) => each.id === id);
  return { id, title: known?.title ?? null, branch: known?.branch ?? null };
}
