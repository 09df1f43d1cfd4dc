/** Where a session's decisions are now, whatever happened to its branch and its commits. */
import { type Commit, everywhere, log } from "../git/commits.ts";
import type { Place } from "../place/place.ts";
import type { SessionEvent } from "../session/events.ts";
import { branchOf, type SessionState } from "../session/state.ts";
import { decisionsOf, type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import type { Carrier } from "../trailers/trace.ts";
import type { FoundWork } from "./content.ts";

export interface Trace {
  /** Id of a decision to the commit that carries it now. */
  readonly carriers: ReadonlyMap<string, Carrier>;
  /** Of a decision that is pending again: the commit that carried it last. */
  readonly was: ReadonlyMap<string, string>;
  /** Commits that carry the session's record and are not in the range of its branch, newest first. */
  readonly elsewhere: readonly ReadCommit<Commit>[];
  /** Checkpoints that no ref leads to any more, the last one first; only where their work was searched for. */
  readonly lost?: FoundWork;
}

export interface TraceRequest {
  /** As the commits of its branch have it (`takeIn`, `withCarried`). */
  readonly state: SessionState;
  readonly events: readonly SessionEvent[];
  /** Commits of its branch. */
  readonly range: readonly ReadCommit<Commit>[];
  /** `live`: its branch is there and has work of its own; `merged`: there, with nothing of its own; else `gone`. */
  readonly branch: "live" | "merged" | "gone";
  /** Decisions that are to be carried anew, wherever they are: those of a commit that is being amended. */
  readonly anew?: readonly string[];
}

/** Asks git for nothing more where every decision that was ever committed is in the branch's range. */
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
  const known = branch === "gone" ? state.context.decisions.map((each) => each.id) : once;
  const left = known.filter(isMissing);
  const searched = left.length > 0 && branch !== "live";
  // Loaded where it is needed, which is rarely.
  const lost = searched
    ? (await (await import("./content.ts")).findByContent(place, [request])).get(id)
    : undefined;
  if (lost) take(withoutThose(lost.carriers, anew));
  return {
    carriers,
    was: lastCarriers(left.filter(isMissing), state, lost),
    elsewhere,
    ...(lost ? { lost } : {}),
  };
}

/** The commit that carried each of these decisions last, where that is known. */
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

/** The state with `committed` as it is traced: what nothing carries is pending again. */
export function withTraced(state: SessionState, trace: Trace): SessionState {
  const committed = Object.fromEntries([...trace.carriers].map(([id, each]) => [id, each.commit]));
  return { ...state, context: { ...state.context, committed, dropped: Object.fromEntries(trace.was) } };
}

/** Commits anywhere that name the session. What only a remote copy of a live branch still has was taken back here. */
async function commitsOf(place: Place, { context }: SessionState, branch: TraceRequest["branch"]) {
  const copies = branch === "gone" ? [] : [`refs/remotes/*/${branchOf(context)}`];
  // A day of slack for clocks that disagree. Where all depends on it, commits of any date are read.
  const since = Date.parse(context.created) / 1000 - 86_400;
  const bounded = branch === "gone" || Number.isNaN(since) ? {} : { since };
  const { root } = place.repository;
  const found = readCommits(
    await log(root, everywhere(copies), { grep: [context.id], topological: true, ...bounded }),
  );
  return found.filter((each) => each.record?.id === context.id || decisionsOf(each, context.id).length > 0);
}

/** By the newest commit that carries each. */
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
