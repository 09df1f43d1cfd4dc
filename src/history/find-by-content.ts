/**
 * Finds work by its content if no commit names its session any more, as after a server's squash with only a
 * title.
 */

import {
  allRefs,
  commitsMissingFrom,
  type LineCommit,
  logLines,
  logTrees,
  type TreeCommit,
} from "../git/commits.ts";
import { literalPathspec } from "../git/diff.ts";
import { changedPath, patchIds } from "../git/history/patch-ids.ts";
import { reflog } from "../git/history/reflog.ts";
import { baseBranch } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import { headDepartures, knownCommits, type ReflogEntry } from "../session/branches.ts";
import type { SessionEvent } from "../session/events/events.ts";
import { branchOf, type SessionState } from "../session/state.ts";
import { listSnapshots } from "../snapshots/list-snapshots.ts";
import { snapshotTexts } from "../snapshots/read-snapshot.ts";
import { keptCheckpoints } from "../store/sessions.ts";
import { defined } from "../text/defined.ts";
import { decisionsOf, readCommits } from "../trailers/checkpoints.ts";
import {
  type Carrier,
  carriersOf,
  chooseMatch,
  type LostWork,
  lineOf,
  patchMatchesOf,
  treeMatches,
} from "../trailers/match-content.ts";
import { workFromLines } from "../trailers/snapshot-work.ts";

/** A session whose work is searched by content. */
export interface LostSession {
  readonly state: SessionState;
  readonly events: readonly SessionEvent[];
}

/** The session's branch at its deletion, and the commits that now carry its decisions. */
export interface FoundWork {
  readonly carriers: ReadonlyMap<string, Carrier>;
  readonly work: LostWork;
  /** Id of the last commit of the branch; undefined if git no longer has it. */
  readonly tip?: string;
}

interface Search extends FoundWork {
  readonly since: number | undefined;
  /** Input for `patchIds`: the whole work, against each commit at which it may have begun. */
  readonly ranges: readonly string[];
}

/** Finds the work of several sessions at once, with a constant number of git processes. */
export async function findByContent(
  place: Place,
  sessions: readonly LostSession[],
): Promise<Map<string, FoundWork>> {
  const { root } = place.repository;
  // Asks for the base of HEAD: no branch can have this name, so the answer is the default branch, in this
  // clone or on origin.
  const [head, base] = await Promise.all([reflog(root, "HEAD"), baseBranch(root, "HEAD")]);
  const trunk = base?.refs ?? [];
  const searches = await searchesOf(place, sessions, head, trunk);
  const works = await withPatches(root, [...searches.values()]);
  const later = await laterCommits(root, works);
  const outside = (oids: readonly string[]) => commitsMissingFrom(root, [...new Set(oids)], trunk);

  const byTree = new Map([...works].map(([each, work]) => [each, treeMatches(work, since(each, later))]));
  const noTree = await outside([...byTree.values()].flat());
  const chosen = new Map([...byTree].map(([each, matches]) => [each, chooseMatch(matches, noTree)]));
  const left = new Map([...works].filter(([each]) => chosen.get(each) === undefined));
  const byPatch = await patchMatches(root, left, later, outside);
  return new Map(
    [...searches].map(([id, search]) => {
      const { work, tip } = search;
      const commit = chosen.get(search);
      const found = commit === undefined ? undefined : carriersOf(work, { whole: { commit, found: "tree" } });
      const carriers = found ?? byPatch.get(search) ?? new Map();
      return [id, { carriers, work, ...defined({ tip }) }];
    }),
  );
}

/** Returns the commits that are not older than the session. */
function since(search: Search, commits: readonly TreeCommit[]): TreeCommit[] {
  return commits.filter((each) => each.committed >= (search.since ?? 0));
}

/** Returns commits on any branch that change a path of the searched work of any session, newest first. */
async function laterCommits(root: string, works: ReadonlyMap<Search, LostWork>): Promise<TreeCommit[]> {
  const paths = new Set(
    [...works.values()].flatMap((work) => [work.path, ...work.checkpoints.map((each) => each.path)]),
  );
  const specs = [...paths].flatMap((path) => (path === undefined ? [] : [literalPathspec(path)]));
  const times = [...works.keys()].map((each) => each.since ?? 0);
  return specs.length === 0 ? [] : logTrees(root, allRefs(), { since: Math.min(...times), paths: specs });
}

/**
 * Returns the searched work of each session: from its old commits if git has them, else from its snapshot.
 */
async function searchesOf(
  place: Place,
  sessions: readonly LostSession[],
  head: readonly ReflogEntry[],
  trunk: readonly string[],
): Promise<Map<string, Search>> {
  const { root } = place.repository;
  const tips = new Map(sessions.map((each) => [each, tipsOf(each, head)]));
  const bases = sessions.flatMap(({ state }) => state.context.base.commit ?? []);
  const lines = await logLines(
    root,
    [...new Set([...tips.values()].flat())],
    trunk.length === 0 ? bases : trunk,
  );
  const commits = new Map(lines.map((each) => [each.oid, each]));
  const tipOf = (session: LostSession) =>
    tips.get(session)?.find((each) => commits.get(each)?.boundary === false);
  const dropped = new Set(
    sessions.filter((each) => tipOf(each) === undefined).map((each) => each.state.context.id),
  );
  const heads = dropped.size === 0 ? [] : await listSnapshots(place);
  const known = heads.filter((each) => dropped.has(each.id));
  const [kept, imported] = await Promise.all([
    snapshotTexts(root, known, "checkpoints.jsonl", place.notices),
    keptCheckpoints(place.sessionsDir, dropped),
  ]);
  return new Map(
    sessions.map((session) => {
      const { id, base, created } = session.state.context;
      const made = Math.floor(Date.parse(created) / 1000);
      const since = Number.isNaN(made) ? undefined : made;
      const tip = tipOf(session);
      const search =
        tip === undefined
          ? { work: workFromLines(kept.get(id) ?? imported.get(id) ?? "", id), ranges: [] }
          : searchOf(id, tip, base.commit, commits);
      return [id, { since, carriers: new Map(), ...search }];
    }),
  );
}

/**
 * Returns commits that may be the last commit of the branch, likeliest first: the commit at which HEAD left
 * the branch, then the last recorded commit.
 */
function tipsOf({ state, events }: LostSession, head: readonly ReflogEntry[]): string[] {
  const known = knownCommits(state, events);
  const all = new Set(known);
  // Ignores HEAD's moves before the session's first commit: they concern an earlier branch of that name.
  const last = head.findIndex((each) => all.has(each.oid));
  const left = last < 0 ? [] : headDepartures(branchOf(state.context), head.slice(0, last + 1));
  return [...left.slice(-1), ...known.reverse()];
}

/** Returns the last commit of a session's branch that git still has. */
export async function lastTip(place: Place, session: LostSession): Promise<string | undefined> {
  const { root } = place.repository;
  const tips = tipsOf(session, await reflog(root, "HEAD"));
  if (tips.length === 0) return undefined;
  const there = new Set(
    (await logTrees(root, ["--no-walk=unsorted", "--ignore-missing", ...tips])).map((each) => each.oid),
  );
  return tips.find((each) => there.has(each));
}

function searchOf(
  id: string,
  tip: string,
  base: string | undefined,
  commits: ReadonlyMap<string, LineCommit>,
) {
  const { line, begins } = lineOf(tip, commits);
  const own = readCommits(line).map((each) => ({ ...each, decisions: decisionsOf(each, id) }));
  const began = [begins[0], base === undefined ? undefined : commits.get(base)].filter(
    (each) => each !== undefined,
  );
  const tree = commits.get(tip)?.tree ?? "";
  const isNew = began.every((each) => each.tree !== tree);
  return {
    tip,
    work: {
      ...(isNew ? { tree } : {}),
      patches: [],
      checkpoints: own
        .filter((each) => each.record?.id === id || each.decisions.length > 0)
        .map(({ commit, subject, decisions }) => ({ commit: commit.oid, subject, decisions })),
    },
    ranges: isNew ? [...new Set(began.map((each) => `${tip} ${each.oid}`))] : [],
  };
}

/** Compares the searched work of each session, whole and by checkpoint, with the changes of later commits. */
async function patchMatches(
  root: string,
  works: ReadonlyMap<Search, LostWork>,
  later: readonly TreeCommit[],
  outside: (oids: readonly string[]) => Promise<Set<string>>,
): Promise<Map<Search, Map<string, Carrier>>> {
  if (works.size === 0 || later.length === 0) return new Map();
  const ids = later.map((each) => each.oid);
  const made = await patchIds(root, ids);
  const patchOf = new Map(made.map((each) => [each.commit, each.patch]));
  const matches = new Map(
    [...works].map(([search, work]) => [search, patchMatchesOf(work, since(search, later), patchOf)]),
  );
  const oids = [...matches.values()].flatMap((each) => [
    ...each.whole,
    ...[...each.checkpoints.values()].flat(),
  ]);
  const beside = await outside(oids);
  const carrier = (found: readonly string[]): Carrier | undefined => {
    const commit = chooseMatch(found, beside);
    return commit === undefined ? undefined : { commit, found: "patch" };
  };
  return new Map(
    [...works].map(([search, work]) => {
      const match = matches.get(search);
      const whole = carrier(match?.whole ?? []);
      const checkpoints = new Map(
        [...(match?.checkpoints ?? [])].flatMap(([commit, found]) => {
          const one = carrier(found);
          return one ? [[commit, one] as const] : [];
        }),
      );
      return [search, carriersOf(work, whole ? { whole } : { checkpoints })];
    }),
  );
}

/** Adds patch ids and a path to each session's work: from the snapshot if it has them, else from git. */
async function withPatches(root: string, searches: readonly Search[]): Promise<Map<Search, LostWork>> {
  const ranges = searches.flatMap((each) => each.ranges);
  const there = searches.filter((each) => each.tip !== undefined);
  const checkpoints = [...new Set(there.flatMap((each) => each.work.checkpoints.map((one) => one.commit)))];
  const [whole, single, wholePaths, singlePaths] = await Promise.all([
    patchIds(root, ranges),
    patchIds(root, checkpoints),
    changedPath(root, ranges),
    changedPath(root, checkpoints),
  ]);
  const patchOf = new Map(single.map((each) => [each.commit, each.patch]));
  return new Map(
    searches.map((search) => {
      const { work, tip } = search;
      if (tip === undefined) return [search, work];
      const path = wholePaths.get(tip);
      const asked: LostWork = {
        ...work,
        patches: whole.filter((each) => each.commit === tip).map((each) => each.patch),
        ...defined({ path }),
        checkpoints: work.checkpoints.map((each) => {
          const [patch, changed] = [patchOf.get(each.commit), singlePaths.get(each.commit)];
          return { ...each, ...defined({ patch, path: changed }) };
        }),
      };
      return [search, asked];
    }),
  );
}
