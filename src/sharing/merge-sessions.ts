/** Merges fetched snapshots of sessions with this clone's sessions. */

import { eachObject, type GitObject, mayBeOversized, oversized } from "../git/cat-file.ts";
import { historyOf, type Parents, parentsOf } from "../git/history/ancestry.ts";
import { listRefs, moveRefs, type RefMove } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { parseContext } from "../session/context.ts";
import { Failure } from "../session/failure.ts";
import { isSessionId } from "../session/ids.ts";
import { branchOf, SCHEMA, type SessionContext } from "../session/state.ts";
import { commitMerged, mergeSnapshots } from "../snapshots/merge-snapshots.ts";
import { SNAPSHOT_FILES, snapshotRef } from "../snapshots/read-snapshot.ts";
import { keptFolder, keptIds, localSessions } from "../store/sessions.ts";
import { type MergedFolder, mergeActive, mergeKept } from "./merge-session-folder.ts";

/** A session and a fetched snapshot of it. */
export interface FetchedSession {
  readonly id: string;
  readonly theirs: string;
}

export interface MergedSessions {
  readonly id: string;
  readonly branch: string;
  readonly title: string;
  /**
   * Result of the merge. `new`: only the remote had the session; `same`: equal; `forward`: theirs continues
   * ours; `ahead`: ours continues theirs; `merged`: both changed; `skipped`: theirs was rejected, see
   * `reason`.
   */
  readonly outcome: "new" | "same" | "forward" | "ahead" | "merged" | "skipped";
  /** Current commit of `refs/sessions/<id>`; for a skipped session, the rejected commit. */
  readonly commit: string;
  /** Sentences about renumbered and duplicated items, one each. */
  readonly notes: readonly string[];
  readonly reason?: string;
  /** Set if the fetched object is not an acceptable snapshot of this session. */
  readonly rejected?: true;
}

/**
 * Merges each session with a fetched snapshot, in the given order. Skips damaged or forged snapshots. Runs
 * each git query once for all sessions; only diverged sessions, or sessions with a folder, cost more.
 * `behind`: sessions whose folder lacks the snapshot on their ref, which are merged too.
 */
export async function mergeSessions(
  place: Place,
  pairs: readonly FetchedSession[],
  behind: ReadonlySet<string>,
): Promise<MergedSessions[]> {
  const ids = new Set<string>();
  const first = pairs.filter(({ id }) => !ids.has(id) && ids.add(id));
  const united = await uniteEach(place, first, behind);
  if (first.length === pairs.length) return united;
  // If several remotes have a session, merges it with each in turn.
  const rest = pairs.filter((each) => !first.includes(each));
  const [done, others] = [united.values(), (await mergeSessions(place, rest, behind)).values()];
  return pairs.flatMap((each) => (first.includes(each) ? done : others).next().value ?? []);
}

async function uniteEach(
  place: Place,
  pairs: readonly FetchedSession[],
  behind: ReadonlySet<string>,
): Promise<MergedSessions[]> {
  const { root } = place.repository;
  const [own, local, kept, incoming] = await Promise.all([
    listRefs(root, "refs/sessions/"),
    localSessions(place.sessionsDir),
    keptIds(place.sessionsDir),
    readIncoming(root, pairs),
  ]);
  const refOf = (id: string) => own.get(snapshotRef(id));
  const differing = incoming.flatMap(({ id, theirs, reason }) => {
    const ours = refOf(id);
    return reason === undefined && ours !== undefined && ours !== theirs ? [ours, theirs] : [];
  });
  const parents = await parentsOf(root, [...new Set(differing)]);
  const live = new Map(local.map(({ state: { context } }) => [context.id, context]));
  const hasFolder = (id: string) => kept.has(id) && keptFolder(place.sessionsDir, id) !== undefined;
  const united: MergedSessions[] = [];
  const moves: RefMove[] = [];
  for (const each of incoming) {
    const ours = refOf(each.id);
    const one = relate(each, ours, parents);
    const isSettled = one.outcome === "same" || one.outcome === "ahead";
    if (one.outcome === "skipped" || (isSettled && !behind.has(each.id))) united.push(one);
    else if (live.has(each.id) || hasFolder(each.id) || one.outcome === "merged")
      united.push(
        await withReason(one, each.theirs, () => uniteOne(place, each, live.get(each.id), ours, parents)),
      );
    else {
      united.push(one);
      moves.push({ ref: snapshotRef(each.id), to: each.theirs, before: ours });
    }
  }
  const refused = await moveAll(root, moves);
  return titled(
    root,
    united.map((each) => (refused.has(snapshotRef(each.id)) ? skipped(each, MOVED) : each)),
  );
}

/** Gives sessions with changes of this clone the title of their own snapshot: the remote may have another. */
async function titled(root: string, united: readonly MergedSessions[]): Promise<MergedSessions[]> {
  const own = united.filter(({ outcome }) => outcome === "merged" || outcome === "ahead");
  const titles = new Map<string, string>();
  const names = own.map(({ commit }) => `${commit}:context.json`);
  await eachObject(root, names, (file, at) => {
    const title = parseContext(file?.text ?? "")?.title;
    if (title !== undefined) titles.set(own[at]?.id ?? "", title);
  });
  return united.map((each) => ({ ...each, title: titles.get(each.id) ?? each.title }));
}

const MOVED = "another process changed it meanwhile: try again";

/** Returns the refs that could not be moved. */
async function moveAll(root: string, moves: readonly RefMove[]): Promise<Set<string>> {
  const refused = new Set<string>();
  if (await moveRefs(root, moves)) return refused;
  // A ref moved meanwhile, so moves each ref alone.
  for (const move of moves) if (!(await moveRefs(root, [move]))) refused.add(move.ref);
  return refused;
}

async function uniteOne(
  place: Place,
  { id, theirs }: FetchedSession,
  live: SessionContext | undefined,
  ours: string | undefined,
  parents: Parents,
): Promise<MergedFolder> {
  if (live) return mergeActive(place, live, theirs);
  const folder = keptFolder(place.sessionsDir, id);
  if (folder !== undefined) return mergeKept(place, folder, id, theirs);
  if (ours === undefined) throw new Error(`this clone has no snapshot of ${id} to merge with`);
  const { files, notes } = await mergeSnapshots(place, { ours, theirs, parents });
  const commit = await commitMerged(place, { ours, theirs }, files);
  const refused = await moveAll(place.repository.root, [{ ref: snapshotRef(id), to: commit, before: ours }]);
  if (refused.size > 0) throw new Failure("ref-moved", MOVED);
  return { outcome: "merged", commit, notes };
}

/** Runs a merge. A failed merge counts as skipped, so that other sessions continue. */
async function withReason(
  one: MergedSessions,
  theirs: string,
  action: () => Promise<MergedFolder>,
): Promise<MergedSessions> {
  try {
    return { ...one, ...(await action()) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return skipped({ ...one, commit: theirs }, error.message);
  }
}

function skipped({ id, branch, title, commit }: MergedSessions, reason: string): MergedSessions {
  return { id, branch, title, outcome: "skipped", commit, notes: [], reason };
}

/** The identity that a fetched snapshot declares, or the reason to reject it. */
interface Incoming extends FetchedSession {
  readonly branch: string;
  readonly title: string;
  readonly reason?: string;
  readonly rejected?: true;
}

async function readIncoming(root: string, pairs: readonly FetchedSession[]): Promise<Incoming[]> {
  const sound = pairs.filter(({ id, theirs }) => isSessionId(id) && /^[0-9a-f]{40,64}$/.test(theirs));
  const names = sound.flatMap(({ theirs }) => [theirs, `${theirs}:context.json`]);
  const found = new Map<FetchedSession, Incoming>();
  let type = "missing";
  const take = (object: GitObject | undefined, at: number) => {
    const pair = sound[at >> 1];
    // Reads commit and file in turn: in git's output, each commit comes before its file.
    if (at % 2 === 0) type = object?.type ?? "missing";
    else if (pair) found.set(pair, incoming(pair, type, object));
  };
  const commits = sound.map((each) => each.theirs);
  const [mayBeLarge] = await Promise.all([mayBeOversized(root, commits), eachObject(root, names, take)]);
  const large = mayBeLarge ? await oversized(root, commits.flatMap(filesOf)) : new Map<string, number>();
  return pairs.map((pair) => {
    const file = filesOf(pair.theirs).find((each) => large.has(each));
    if (file === undefined) return found.get(pair) ?? incoming(pair, "missing", undefined);
    const why = `${file.slice(file.indexOf(":") + 1)} has ${large.get(file)} bytes, which is too large`;
    return rejected(pair, why);
  });
}

const filesOf = (commit: string) => SNAPSHOT_FILES.map((name) => `${commit}:${name}`);

function incoming(pair: FetchedSession, type: string, file: GitObject | undefined): Incoming {
  if (type === "missing" || type === "damaged") return rejected(pair, `its commit is ${type}`);
  if (type !== "commit") return rejected(pair, "it is not a commit");
  const context = file?.type === "blob" ? parseContext(file.text ?? "") : undefined;
  if (context?.id !== pair.id || !context.ref.startsWith("refs/heads/"))
    return rejected(pair, "its commit does not hold this session");
  if (context.schema <= SCHEMA) return { ...pair, branch: branchOf(context), title: context.title };
  const reason = `it was written by a newer session (schema ${context.schema})`;
  return { ...pair, branch: "", title: "", reason };
}

function rejected(pair: FetchedSession, reason: string): Incoming {
  return { ...pair, branch: "", title: "", reason, rejected: true };
}

function relate(
  { id, theirs, branch, title, reason, rejected }: Incoming,
  ours: string | undefined,
  parents: Parents,
): MergedSessions {
  const session = { id, branch, title, notes: [] };
  const one = { ...session, commit: theirs };
  if (reason !== undefined)
    return { ...skipped({ ...one, outcome: "skipped" }, reason), ...(rejected ? { rejected } : {}) };
  if (ours === undefined) return { ...one, outcome: "new" };
  if (ours === theirs) return { ...one, outcome: "same" };
  const [mine, its] = [historyOf(parents, ours), historyOf(parents, theirs)];
  if (!its) return skipped({ ...one, outcome: "skipped" }, "its history is damaged");
  if (its.has(ours)) return { ...one, outcome: "forward" };
  return mine?.has(theirs) ? { ...session, outcome: "ahead", commit: ours } : { ...one, outcome: "merged" };
}
