/**
 * Lists decisions of a session or of the repository, each with the commit that carries it. Adds and
 * changes none.
 */
import { allRefs, type Commit, log } from "../git/commits.ts";
import { currentTip, listRefs } from "../git/refs.ts";
import { currentBranch } from "../git/repository.ts";
import { updatedFromCommits } from "../history/branch-updates.ts";
import { type FoundWork, findByContent } from "../history/find-by-content.ts";
import { mergeState, sessionWork } from "../history/range.ts";
import { revertsOf, revertsWith } from "../history/reverts.ts";
import { lastCarriers, type Trace, traceSession } from "../history/trace.ts";
import type { Place } from "../place/place.ts";
import { findSession, sessionOfHead } from "../record/find-session.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import type { SessionEvent } from "../session/events/events.ts";
import { Failure } from "../session/failure.ts";
import type { Decision, RecordSource } from "../session/session.ts";
import { branchOf, type SessionState } from "../session/state.ts";
import { snapshotSessions } from "../snapshots/read-snapshot.ts";
import { defined } from "../text/defined.ts";
import { isInherited, type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import { decisionKey } from "../trailers/keys.ts";
import type { Carrier, ContentMatch } from "../trailers/match-content.ts";
import { revertOf } from "../trailers/reverts.ts";
import { type DecisionEnd, withEnds } from "../trailers/successors.ts";

/** A decision with the commit that carries it; `commit` is null while no commit carries it. */
export interface FoundDecision extends Omit<Decision, "undone">, DecisionEnd {
  readonly commit: string | null;
  readonly state: "committed" | "pending";
  /** Set if the commit was matched by its content: its message does not name the decision. */
  readonly found?: ContentMatch;
  /** Full id of the lost commit that carried the decision before it became pending again. */
  readonly was?: string;
  /** Full id of the commit that reverted the carrying commit. */
  readonly reverted?: string;
  readonly branch?: string;
}

/**
 * Returns the decisions of the checked-out branch's session, and the source of its record.
 * @throws Failure `no-session`
 */
export async function sessionDecisions(
  place: Place,
): Promise<{ decisions: FoundDecision[]; record: RecordSource }> {
  const { session, record } = await sessionOfHead(place);
  return { decisions: withEnds(await traced(place, record.branch, session)), record };
}

async function traced(
  place: Place,
  branch: string,
  session: Pick<KnownState, "state" | "events">,
): Promise<FoundDecision[]> {
  const { context } = session.state;
  const tip = await currentTip(place.repository);
  const { range, history, beyond } = await sessionWork(place, context, tip);
  const read = readCommits(history);
  const { state } = await updatedFromCommits(place, session, read, beyond);
  const trace = await traceSession(place, {
    state,
    events: session.events,
    range: read,
    branch: mergeState(range),
  });
  return decisionsIn(state, branch, trace, await revertsWith(place.repository.root, read, trace, tip));
}

function decisionsIn(
  { context }: SessionState,
  branch: string,
  trace: Pick<Trace, "carriers" | "was">,
  reverts: ReadonlyMap<string, string>,
): FoundDecision[] {
  return context.decisions.map((each) => ({
    ...found(each, { session: context.id, branch }, trace.carriers.get(each.id), trace.was.get(each.id)),
    ...defined({
      reverted: revertOf(reverts, trace.carriers.get(each.id)?.commit, decisionKey(each, context.id)),
    }),
  }));
}

/**
 * Returns every decision of the repository once: pending decisions first, then the newest first. Reads
 * commits of all branches, tags and remotes, and the records of sessions that this clone knows. `since`:
 * skips commits before this time, in seconds since the epoch; must not be later than the start of the first
 * relevant session.
 */
export async function allDecisions(place: Place, since?: number): Promise<FoundDecision[]> {
  const { root } = place.repository;
  const branch = currentBranch(place.repository);
  const [commits, sessions, refs, current] = await Promise.all([
    log(root, allRefs(), {
      grep: ["Session-Id:", "Session-Objectives:", "This reverts commit"],
      ...defined({ since: since === undefined ? undefined : since - SLACK }),
    }),
    knownSessions(place, { light: true }),
    listRefs(root, "refs/heads/"),
    branch === undefined ? undefined : ofCurrent(place, branch),
  ]);
  const read = readCommits(commits);
  const reverts = await revertsOf(root, sinceFirst(read, sessions));
  const byKey = carriedByKey(read, reverts);
  const known = await statesOf(place, sessions, byKey);
  const others = known.filter((each) => each.state.context.id !== current?.id);
  const isCarried = (each: KnownState, id: string) => byKey.has(`${each.state.context.id}/${id}`);
  const lost = others.filter((each) => {
    const { decisions, ref, committed, dropped } = withoutInherited(each.state).context;
    const isOver = each.ended || !refs.has(ref);
    // The branch exists, but no commit names its decisions: a squash merge may have dropped the trailers.
    const isAbsent =
      Object.keys({ ...committed, ...dropped }).length > 0 &&
      !decisions.some(({ id }) => isCarried(each, id));
    return (isOver || isAbsent) && decisions.some(({ id }) => !isCarried(each, id));
  });
  const works = lost.length === 0 ? new Map<string, FoundWork>() : await findByContent(place, lost);
  const pending: FoundDecision[] = [];
  for (const each of others) {
    const trace = traceOf(each, byKey, works.get(each.state.context.id));
    const own = decisionsIn(withoutInherited(each.state), branchOf(each.state.context), trace, reverts);
    for (const decision of own) {
      // The session's record has the full text; a trailer may be cut.
      if (decision.commit === null) pending.push(decision);
      else byKey.set(decisionKey(decision, decision.session), decision);
    }
  }
  for (const decision of current?.decisions ?? []) {
    if (current === undefined || isInherited(decision, current.id)) continue;
    const key = decisionKey(decision, decision.session);
    if (decision.commit !== null) byKey.set(key, decision);
    else {
      byKey.delete(key);
      pending.push(decision);
    }
  }
  return withEnds([...pending.reverse(), ...byKey.values()]);
}

/** Maximum clock difference between machines to tolerate, in seconds. */
const SLACK = 86_400;

/**
 * Returns the commits since the first session. Leaves out older commits: their reverts cannot concern a
 * decision, and there may be many.
 */
function sinceFirst(read: readonly ReadCommit<Commit>[], sessions: readonly KnownSession[]) {
  const recorded = read.flatMap(({ commit, record }) => (record ? [commit.committed] : []));
  const begun = sessions.map((each) => Date.parse(each.created) / 1000 || Number.POSITIVE_INFINITY);
  const first = [...recorded, ...begun].reduce(
    (one, other) => Math.min(one, other),
    Number.POSITIVE_INFINITY,
  );
  return read.filter(({ commit }) => commit.committed >= first - SLACK);
}

async function ofCurrent(place: Place, branch: string) {
  const session = await findSession(place, branch).catch(() => undefined);
  return session && { id: session.state.context.id, decisions: await traced(place, branch, session) };
}

/** Drops decisions inherited from parent sessions: each is listed with its own session. */
function withoutInherited(state: SessionState): SessionState {
  const { id, decisions } = state.context;
  const own = decisions.filter((each) => !isInherited(each, id));
  return { ...state, context: { ...state.context, decisions: own } };
}

/** Maps `session/id` to the decision, with the newest commit that carries it. */
function carriedByKey(
  commits: readonly ReadCommit<Commit>[],
  reverts: ReadonlyMap<string, string>,
): Map<string, FoundDecision> {
  const byKey = new Map<string, FoundDecision>();
  for (const { commit, record } of commits) {
    for (const decision of record?.decisions ?? []) {
      const key = decisionKey(decision, record?.id);
      if (byKey.has(key)) continue;
      const added = commit.authored > 0 ? new Date(commit.authored * 1000).toISOString() : undefined;
      const dated = { ...decision, author: commit.author, ...defined({ added }) };
      const carried = found(dated, { session: decision.session ?? record?.id }, { commit: commit.oid });
      byKey.set(key, { ...carried, ...defined({ reverted: revertOf(reverts, commit.oid, key) }) });
    }
  }
  return byKey;
}

interface KnownState {
  readonly state: SessionState;
  readonly events: readonly SessionEvent[];
  readonly ended: boolean;
}

/** Returns the state of each session. Opens a snapshot only if it has more decisions than commits carry. */
async function statesOf(
  place: Place,
  sessions: readonly KnownSession[],
  byKey: ReadonlyMap<string, FoundDecision>,
): Promise<KnownState[]> {
  const carried = new Map<string, number>();
  for (const { session = "" } of byKey.values()) carried.set(session, (carried.get(session) ?? 0) + 1);
  const closed = sessions.flatMap(({ id, loaded, snapshot }) =>
    !loaded && snapshot && snapshot.decisions > (carried.get(id) ?? 0) ? [snapshot] : [],
  );
  const opened = await snapshotSessions(place, closed);
  return sessions.flatMap(({ id, loaded, where }) => {
    const each = loaded ?? opened.get(id);
    return each ? [{ state: each.state, events: each.events, ended: where !== "local" }] : [];
  });
}

function traceOf(
  { state }: KnownState,
  byKey: ReadonlyMap<string, FoundDecision>,
  work: FoundWork | undefined,
): Pick<Trace, "carriers" | "was"> {
  const { id, decisions } = state.context;
  const carriers = new Map<string, Carrier>();
  for (const decision of decisions) {
    const named = byKey.get(`${id}/${decision.id}`)?.commit ?? undefined;
    const carrier = named === undefined ? work?.carriers.get(decision.id) : { commit: named };
    if (carrier) carriers.set(decision.id, carrier);
  }
  const left = decisions.flatMap((each) => (carriers.has(each.id) ? [] : [each.id]));
  return { carriers, was: lastCarriers(left, state, work) };
}

function found(
  decision: Decision,
  from: { readonly session?: string | undefined; readonly branch?: string },
  carrier: Carrier | undefined,
  was?: string,
): FoundDecision {
  const { undone: _undone, ...own } = decision;
  return {
    ...own,
    ...(decision.session !== undefined || from.session === undefined ? {} : { session: from.session }),
    ...defined({ branch: from.branch }),
    commit: carrier?.commit ?? null,
    state: carrier === undefined ? "pending" : "committed",
    ...defined({ found: carrier?.found, was }),
  };
}

/**
 * Returns the decision with the full name `key`, such as `k3f9qz/dec-1`.
 * @throws Failure `no-such-item`
 */
export function decisionByKey(decisions: readonly FoundDecision[], key: string): FoundDecision {
  const [session = "", id = ""] = key.split("/");
  const found = decisions.filter((decision) => decision.session?.startsWith(session) && decision.id === id);
  if (found.length === 1 && found[0]) return found[0];
  throw new Failure("no-such-item", `there is no decision ${key}`, { hint: "session decisions list --all" });
}

/**
 * Returns the full id of a decision, with its text if the name is `session/id`.
 * @throws Failure `no-such-item`
 */
export async function namedDecision(
  place: Place,
  id: string,
): Promise<{ readonly id: string; readonly text?: string }> {
  if (!id.includes("/")) return { id };
  const { session, id: own, text } = decisionByKey(await allDecisions(place), id);
  return { id: `${session}/${own}`, text };
}
