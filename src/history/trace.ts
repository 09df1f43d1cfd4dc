/** Finds the commits that carry a session's decisions, after any rewrite or deletion. */
import { allRefs, type Commit, log } from "../git/commits.ts";
import type { Place } from "../place/place.ts";
import type { SessionEvent } from "../session/events/events.ts";
import { branchOf, type SessionState } from "../session/state.ts";
import { decisionsOf, type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import type { Carrier } from "../trailers/match-content.ts";
import type { FoundWork } from "./find-by-content.ts";

/** The commits that carry each decision. */
export interface Trace {
  /** The commit that now carries each decision, by decision id. */
  readonly carriers: ReadonlyMap<string, Carrier>;
  /** The last commit that carried each decision that is pending again. */
  readonly was: ReadonlyMap<string, string>;
  /** Commits with the session's record outside of its branch, newest first. */
  readonly elsewhere: readonly ReadCommit<Commit>[];
  /** Unreachable checkpoints, newest first; set only if their work was searched. */
  readonly lost?: FoundWork;
}

export interface TraceRequest {
  /** State of the session, updated by `takeIn` or `withCarried`. */
  readonly state: SessionState;
  readonly events: readonly SessionEvent[];
  /** Commits of the branch. */
  readonly range: readonly ReadCommit<Commit>[];
  /**
   * State of the branch. `live`: it exists with own commits; `merged`: without own commits; `gone`: it does
   * not exist.
   */
  readonly branch: "live" | "merged" | "gone";
  /**
   * Ids of decisions to carry again even if another commit carries them: the decisions of an amended commit.
   */
  readonly anew?: readonly string[];
}

/**
 * Finds the carriers of decisions. Runs no further git process if the branch carries every decision that was
 * ever committed.
 */
export async function traceSession(place: Place, request: TraceRequest): Promise<Trace> {
  const { state, range, branch } = request;
  const { id, committed, dropped = {} } = state.context;
  const carriers = new Map<string, Carrier>();
  const take = (found: ReadonlyMap<string, Carrier>) => {
    for (const [decision, carrier] of found) if (!carriers.has(decision)) carriers.set(decision, carrier);
  };
  take(new Map(Object.entries(committed).map(([each, commit]) => [each, { commit }])));
  const anew = new Set(request.anew);
  const isMissing = (each: string) => !carriers.has(each) && !anew.has(each);
  const once = Object.keys(dropped).filter(isMissing);
  if (branch !== "gone" && once.length === 0) return { carriers, was: new Map(), elsewhere: [] };

  const inRange = new Set(range.map((each) => each.commit.oid));
  const elsewhere = (await commitsOf(place, state, branch)).filter((each) => !inRange.has(each.commit.oid));
  take(withoutThose(carriersIn(elsewhere, id), anew));
  // Imported on demand, because this search is rare.
  if (branch !== "gone" && once.some(isMissing)) {
    const { notPulled } = await import("./not-pulled.ts");
    take(withoutThose(carriersIn(readCommits(await notPulled(place, state.context)), id), anew));
  }
  const known = branch === "gone" ? state.context.decisions.map((each) => each.id) : once;
  const left = known.filter(isMissing);
  const searched = left.length > 0 && branch !== "live";
  const lost = searched
    ? (await (await import("./find-by-content.ts")).findByContent(place, [request])).get(id)
    : undefined;
  if (lost) take(withoutThose(lost.carriers, anew));
  return {
    carriers,
    was: lastCarriers(left.filter(isMissing), state, lost),
    elsewhere,
    ...(lost ? { lost } : {}),
  };
}

/** Returns the commit that last carried each of these decisions. */
export function lastCarriers(
  decisions: readonly string[],
  state: SessionState,
  lost: FoundWork | undefined,
): Map<string, string> {
  return new Map(
    decisions.flatMap((id) => {
      const checkpoint = lost?.work.checkpoints.find((each) => each.decisions.includes(id));
      const { committed, dropped } = state.context;
      const commit = checkpoint?.commit ?? dropped?.[id] ?? committed[id];
      return commit === undefined ? [] : [[id, commit] as const];
    }),
  );
}

/** Returns the state with traced carriers: a decision without one is pending again. */
export function withTraced(state: SessionState, trace: Trace): SessionState {
  const committed = Object.fromEntries([...trace.carriers].map(([id, each]) => [id, each.commit]));
  return { ...state, context: { ...state.context, committed, dropped: Object.fromEntries(trace.was) } };
}

/**
 * Returns commits on any branch that name the session, except on the remote copies of a live branch.
 */
async function commitsOf(place: Place, { context }: SessionState, branch: TraceRequest["branch"]) {
  const copies = branch === "gone" ? [] : [`refs/remotes/*/${branchOf(context)}`];
  // Allows a day for clocks that differ. For a deleted branch, commits of any date count.
  const since = Date.parse(context.created) / 1000 - 86_400;
  const bounded = branch === "gone" || Number.isNaN(since) ? {} : { since };
  const { root } = place.repository;
  const found = readCommits(
    await log(root, allRefs(copies), { grep: [context.id], topological: true, ...bounded }),
  );
  return found.filter((each) => each.record?.id === context.id || decisionsOf(each, context.id).length > 0);
}

/** Returns the newest commit that carries each decision, by decision id. */
function carriersIn(commits: readonly ReadCommit[], id: string): Map<string, Carrier> {
  const carriers = new Map<string, Carrier>();
  for (const each of commits) {
    for (const decision of decisionsOf(each, id))
      if (!carriers.has(decision)) carriers.set(decision, { commit: each.commit.oid });
  }
  return carriers;
}

function withoutThose(found: ReadonlyMap<string, Carrier>, ids: ReadonlySet<string>): Map<string, Carrier> {
  return new Map([...found].filter(([id]) => !ids.has(id)));
}
