/** Finds work again by what it holds, where no commit names it any more: after a server's squash with a title only. */
import { everywhere, type LineCommit, logLines, logTrees, notIn } from "../git/commits.ts";
import { literal } from "../git/diff.ts";
import { changedPath, patchIds } from "../git/patches.ts";
import { reflog } from "../git/reflog.ts";
import { defaultBranch } from "../git/refs.ts";
import { knownCommits, leftAt, type ReflogEntry } from "../model/branches.ts";
import { decisionsOf, readCommits } from "../model/checkpoints.ts";
import type { SessionEvent } from "../model/events.ts";
import { workFromLines } from "../model/keptwork.ts";
import { branchOf, type SessionState } from "../model/state.ts";
import {
  type Carrier,
  carriersOf,
  choose,
  type Found,
  type LostWork,
  lineOf,
  treeMatches,
} from "../model/trace.ts";
import type { Place } from "./place.ts";
import { snapshotTexts } from "./snapshot.ts";

/** A session whose work is to be found again. */
export interface LostSession {
  readonly state: SessionState;
  readonly events: readonly SessionEvent[];
}

/** What was known of a session's branch when it went away, and who carries its decisions now. */
export interface FoundWork {
  readonly carriers: ReadonlyMap<string, Carrier>;
  readonly work: LostWork;
  /** Where the branch was last; undefined where git does not have that commit any more. */
  readonly tip?: string;
}

interface Search extends FoundWork {
  readonly since: number | undefined;
  /** For `patchIds`: the whole of the work, against each commit that it may have begun at. */
  readonly ranges: readonly string[];
}

/** Looks for the work of all these sessions at once: the number of git processes does not depend on how many. */
export async function findByContent(
  place: Place,
  sessions: readonly LostSession[],
): Promise<Map<string, FoundWork>> {
  const { root } = place.repository;
  const [head, main] = await Promise.all([reflog(root, "HEAD"), defaultBranch(root)]);
  const trunk = main === undefined ? undefined : `refs/heads/${main}`;
  const searches = await searchesOf(root, sessions, head, trunk);
  const open = [...searches.values()].filter((each) => each.work.checkpoints.length > 0);
  const since = earliest(open);
  const candidates =
    open.length === 0
      ? []
      : await logTrees(root, everywhere(), { ...(since === undefined ? {} : { since }) });
  const later = (search: Search) => candidates.filter((each) => each.committed >= (search.since ?? 0));

  const byTree = new Map(open.map((each) => [each, treeMatches(each.work, later(each))]));
  const outside = await notInTrunk(root, [...byTree.values()].flat(), trunk);
  const left: Search[] = [];
  const found = new Map<Search, Carrier>();
  for (const [search, matches] of byTree) {
    const commit = choose(matches, outside);
    if (commit === undefined) left.push(search);
    else found.set(search, { commit, found: "tree" });
  }
  const byPatch = await patchMatches(root, left, since, trunk);
  return new Map(
    [...searches].map(([id, search]) => {
      const whole = found.get(search);
      const carriers = whole ? carriersOf(search.work, { whole }) : (byPatch.get(search) ?? new Map());
      return [id, { carriers, work: search.work, ...(search.tip === undefined ? {} : { tip: search.tip }) }];
    }),
  );
}

function earliest(searches: readonly Search[]): number | undefined {
  const times = searches.map((each) => each.since);
  return times.some((each) => each === undefined) ? undefined : Math.min(...(times as number[]));
}

async function notInTrunk(
  root: string,
  matches: readonly string[],
  trunk: string | undefined,
): Promise<Set<string>> {
  return trunk === undefined ? new Set(matches) : notIn(root, [...new Set(matches)], trunk);
}

/** What each session's work was: from its old commits where git still has them, else from its snapshot. */
async function searchesOf(
  root: string,
  sessions: readonly LostSession[],
  head: readonly ReflogEntry[],
  trunk: string | undefined,
): Promise<Map<string, Search>> {
  const tips = new Map(sessions.map((each) => [each, tipsOf(each, head)]));
  const bases = sessions.flatMap(({ state }) => state.context.base.commit ?? []);
  const lines = await logLines(
    root,
    [...new Set([...tips.values()].flat())],
    trunk === undefined ? bases : [trunk],
  );
  const commits = new Map(lines.map((each) => [each.oid, each]));
  const tipOf = (session: LostSession) =>
    tips.get(session)?.find((each) => commits.get(each)?.boundary === false);
  const dropped = sessions.filter((each) => tipOf(each) === undefined).map((each) => each.state.context.id);
  const kept = await snapshotTexts(root, dropped, "checkpoints.jsonl");
  return new Map(
    sessions.map((session) => {
      const { id, base, created } = session.state.context;
      const made = Math.floor(Date.parse(created) / 1000);
      const since = Number.isNaN(made) ? undefined : made;
      const tip = tipOf(session);
      const search =
        tip === undefined
          ? { work: workFromLines(kept.get(id) ?? "", id), ranges: [] }
          : searchOf(id, tip, base.commit, commits);
      return [id, { since, carriers: new Map(), ...search }];
    }),
  );
}

/** Commits that may be the last of the branch, the likeliest first: where HEAD left it, else the last one recorded. */
function tipsOf({ state, events }: LostSession, head: readonly ReflogEntry[]): string[] {
  const known = knownCommits(state, events);
  const all = new Set(known);
  // What HEAD did before the session's own commits was done on an earlier branch of that name.
  const last = head.findIndex((each) => all.has(each.oid));
  const left = last < 0 ? [] : leftAt(branchOf(state.context), head.slice(0, last + 1));
  return [...left.slice(-1), ...known.reverse()];
}

/** Where a session's branch was last, as far as git still has that commit. */
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

/** Compares what the works changed, whole and checkpoint by checkpoint, with what later commits changed. */
async function patchMatches(
  root: string,
  searches: readonly Search[],
  since: number | undefined,
  trunk: string | undefined,
): Promise<Map<Search, Map<string, Carrier>>> {
  const works = await withPatches(root, searches);
  const paths = new Set(
    [...works.values()].flatMap((work) => [work.path, ...work.checkpoints.map((each) => each.path)]),
  );
  const specs = [...paths].flatMap((path) => (path === undefined ? [] : [literal(path)]));
  if (specs.length === 0) return new Map();
  const later = await logTrees(root, everywhere(), {
    ...(since === undefined ? {} : { since }),
    paths: specs,
  });
  const made = await patchIds(
    root,
    later.map((each) => each.oid),
  );
  const byPatch = new Map<string, string[]>();
  for (const { commit, patch } of made) byPatch.set(patch, [...(byPatch.get(patch) ?? []), commit]);
  const matchesOf = (work: LostWork, patches: readonly (string | undefined)[]) => {
    const own = new Set(work.checkpoints.map((each) => each.commit));
    return patches.flatMap((each) => byPatch.get(each ?? "") ?? []).filter((oid) => !own.has(oid));
  };
  const all = [...works.values()].flatMap((work) => [
    ...matchesOf(work, work.patches),
    ...work.checkpoints.flatMap((each) => matchesOf(work, [each.patch])),
  ]);
  const outside = await notInTrunk(root, all, trunk);
  const found: Found = "patch";
  const carrier = (matches: readonly string[]): Carrier | undefined => {
    const commit = choose([...new Set(matches)], outside);
    return commit === undefined ? undefined : { commit, found };
  };
  return new Map(
    [...works].map(([search, work]) => {
      const whole = carrier(matchesOf(work, work.patches));
      const checkpoints = new Map(
        work.checkpoints.flatMap((each) => {
          const one = carrier(matchesOf(work, [each.patch]));
          return one ? [[each.commit, one] as const] : [];
        }),
      );
      return [search, carriersOf(work, whole ? { whole } : { checkpoints })];
    }),
  );
}

/** The works with their patch ids and a path of each: asked of git, unless a snapshot had them. */
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
        ...(path === undefined ? {} : { path }),
        checkpoints: work.checkpoints.map((each) => {
          const [patch, changed] = [patchOf.get(each.commit), singlePaths.get(each.commit)];
          return {
            ...each,
            ...(patch === undefined ? {} : { patch }),
            ...(changed === undefined ? {} : { path: changed }),
          };
        }),
      };
      return [search, asked];
    }),
  );
}
