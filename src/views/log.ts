/** Builds a session's timeline from its current commits and its recorded events. Renders nothing. */

import { type Commit, log } from "../git/commits.ts";
import { currentTip, defaultBranch, refCommit } from "../git/refs.ts";
import { requireBranch } from "../git/repository.ts";
import { standingOf } from "../history/branch-identity.ts";
import { updatedFromCommits } from "../history/branch-updates.ts";
import { mergeState, sessionWork } from "../history/range.ts";
import { revertsOf, revertsWith } from "../history/reverts.ts";
import { type Trace, traceSession } from "../history/trace.ts";
import type { Place } from "../place/place.ts";
import { recordOfHead } from "../record/head/head.ts";
import type { RecordSource } from "../session/session.ts";
import { branchOf, type SessionState } from "../session/state.ts";
import type { LoadedSession } from "../store/load.ts";
import { defined } from "../text/defined.ts";
import { withoutMarks } from "../text/foreign-text.ts";
import { decisionsOf, type ReadCommit, readCommits } from "../trailers/checkpoints.ts";
import { decisionKey } from "../trailers/keys.ts";
import { revertOf } from "../trailers/reverts.ts";
import { decisionEnd, successorsOf } from "../trailers/successors.ts";
import { type LogDecision, type LogEntry, timeline } from "./shapes/timeline.ts";

export interface SessionLog {
  /** The session of the log; null on a branch without a session. */
  readonly session: { readonly id: string; readonly title: string; readonly branch: string } | null;
  readonly branch: string;
  /** Source of the session's record. */
  readonly record: RecordSource;
  /** Entries of the log, newest first. */
  readonly entries: readonly LogEntry[];
  /** Decisions that no commit carries yet, newest first. */
  readonly pending: readonly LogDecision[];
  /** Number of entries left out; null if more exist that were not counted. */
  readonly more: number | null;
}

export interface LogRequest {
  readonly events: boolean;
  readonly limit: number;
}

/**
 * Returns the log of a named session, or of the checked-out branch without a name.
 * @throws Failure `unknown-session`, `detached`
 */
export async function sessionLog(
  place: Place,
  name: string | undefined,
  request: LogRequest,
): Promise<SessionLog> {
  if (name !== undefined) {
    const { namedToRead } = await import("../record/resolve-session.ts");
    const named = await namedToRead(place, name);
    if (named) return recordedLog(place, branchOf(named.state.context), named, request);
  }
  const { kind, words, session, branch, parent } = await recordOfHead(place);
  const record = { kind, ...defined({ words: words && withoutMarks(words) }) };
  if (!session) return branchLog(place, requireBranch(place.repository), request);
  // An inherited record has no events: the parent session's log has them.
  const told = kind === "inherited" && parent ? parent.session : session;
  return { ...(await recordedLog(place, branch, told, request, await currentTip(place.repository))), record };
}

/** Returns the log of a loaded session. `tip`: last commit to read, in place of the branch's tip. */
export async function recordedLog(
  place: Place,
  branch: string,
  session: LoadedSession,
  { events, limit }: LogRequest,
  tip?: string,
): Promise<SessionLog> {
  const { state, commits, lost, trace, reverts } = await tracedCommits(place, branch, session, tip);
  const { id, title, decisions } = state.context;
  const texts = new Map(decisions.map((each) => [each.id, each.text]));
  const successors = successorsOf(decisions);
  const ends = new Map(decisions.map((each) => [each.id, decisionEnd(each, successors)]));
  const decision = (dec: string): LogDecision => ({
    id: dec,
    text: texts.get(dec) ?? "",
    ...ends.get(dec),
    ...markOf(trace, dec),
    ...defined({ reverted: revertOf(reverts, trace.carriers.get(dec)?.commit, `${id}/${dec}`) }),
  });
  const carried = new Map<string, LogDecision[]>();
  for (const [dec, { commit }] of trace.carriers) {
    if (texts.has(dec)) carried.set(commit, [...(carried.get(commit) ?? []), decision(dec)]);
  }
  const made = commits.map((each) => ({
    ...commitEntry(each, id, carried.get(each.commit.oid) ?? []),
    ...defined({ reverted: reverts.get(each.commit.oid) }),
  }));
  const unreachable = lost.map((each) => ({
    ...commitEntry(each, id, []),
    commit: null,
    was: each.commit.oid,
  }));
  const isKnown = unreachable.length + made.length + trace.carriers.size > 0;
  const gone = isKnown ? unreachable : await lostEntries(trace, session);
  const all = timeline([...gone, ...made], events ? session.events : []);
  const pending = decisions.filter((each) => !trace.carriers.has(each.id));
  return {
    session: { id, title, branch },
    branch,
    record: { kind: "local" },
    entries: all.slice(0, limit),
    pending: pending.map((each) => decision(each.id)).reverse(),
    more: Math.max(0, all.length - limit),
  };
}

/**
 * Returns the session's current commits up to `at` or the tip of its branch, with commits that contain its
 * work but do not name the session.
 */
async function tracedCommits(
  place: Place,
  branch: string,
  session: LoadedSession,
  at: string | undefined,
): Promise<{
  state: SessionState;
  commits: ReadCommit<Commit>[];
  /** Checkpoints of the deleted branch that no ref leads to, and whose work no other commit has. */
  lost: ReadCommit<Commit>[];
  trace: Trace;
  reverts: ReadonlyMap<string, string>;
}> {
  const { root } = place.repository;
  const own = at !== undefined || (await standingOf(place, session)) === "own";
  const tip = at ?? (own ? await refCommit(root, `refs/heads/${branch}`) : undefined);
  const work = await sessionWork(place, session.state.context, tip);
  const history = readCommits(work.history);
  const { state } = await updatedFromCommits(place, session, history, work.beyond);
  const trace = await traceSession(place, {
    state,
    events: session.events,
    range: history,
    branch: !own ? "gone" : mergeState(work.range),
  });
  const known = [...history, ...trace.elsewhere].filter(
    (each) => each.record || each.commit.parents.length < 2,
  );
  const oids = new Set(known.map((each) => each.commit.oid));
  const others = [...trace.carriers.values()].map((each) => each.commit).filter((oid) => !oids.has(oid));
  const found = others.length === 0 ? [] : await log(root, ["--no-walk=unsorted", ...new Set(others)]);
  const commits = [...known, ...readCommits(found)];
  const isFound = [...trace.carriers.values()].some((each) => each.found !== undefined);
  const isLost = !own && !isFound;
  const lost = isLost
    ? await (await import("../history/last-work.ts")).unreachableCheckpoints(place, session, trace.elsewhere)
    : [];
  return { state, commits, lost, trace, reverts: await revertsWith(root, known, trace, tip) };
}

function markOf(trace: Trace, id: string): Pick<LogDecision, "found" | "was"> {
  const [carrier, was] = [trace.carriers.get(id), trace.was.get(id)];
  return { ...defined({ found: carrier?.found, was }) };
}

function commitEntry(each: ReadCommit<Commit>, id: string, decisions: readonly LogDecision[]): LogEntry {
  const { commit, subject, record } = each;
  const isOurs = record?.id === id || decisions.length > 0 || decisionsOf(each, id).length > 0;
  return {
    kind: isOurs ? "checkpoint" : "commit",
    at: commit.authored > 0 ? new Date(commit.authored * 1000).toISOString() : null,
    commit: commit.oid,
    subject,
    author: commit.author,
    ...(isOurs && record?.label !== undefined ? { label: record.label } : {}),
    decisions,
  };
}

/** Returns entries for checkpoints that git no longer has: from the snapshot, else from the session's log. */
async function lostEntries({ lost }: Trace, { events }: LoadedSession): Promise<LogEntry[]> {
  const entry = { kind: "checkpoint", at: null, commit: null, decisions: [] } as const;
  const kept = lost?.work.checkpoints ?? [];
  if (kept.length > 0) return kept.map(({ commit, subject }) => ({ ...entry, was: commit, subject }));
  const { loggedCheckpoints } = await import("../session/events/checkpoints.ts");
  return loggedCheckpoints(events)
    .map(({ oid, subject }) => ({ ...entry, was: oid, subject }))
    .reverse();
}

/** Returns the log of a branch without a session. Reads one commit more than it shows. */
async function branchLog(place: Place, branch: string, { limit }: LogRequest): Promise<SessionLog> {
  const { root } = place.repository;
  const head = await currentTip(place.repository);
  const record = { kind: "guess" } as const;
  const nothing = { session: null, branch, record, entries: [], pending: [], more: 0 };
  if (head === undefined) return nothing;
  const main = await defaultBranch(root);
  const read = (range: readonly string[]) => log(root, range, { limit: limit + 1 });
  const own = main === undefined || main === branch ? [] : await read([head, `^refs/heads/${main}`]);
  const commits = readCommits(own.length > 0 ? own : await read([head]));
  const reverts = await revertsOf(root, commits);
  const entries = commits.slice(0, limit).map((each) => {
    const reverted = defined({ reverted: reverts.get(each.commit.oid) });
    const decisions = (each.record?.decisions ?? []).map((one) => ({
      id: one.session === undefined ? one.id : `${one.session}/${one.id}`,
      text: one.text,
      ...defined({ reverted: revertOf(reverts, each.commit.oid, decisionKey(one, each.record?.id)) }),
    }));
    return { ...commitEntry(each, each.record?.id ?? "", decisions), ...reverted };
  });
  return { ...nothing, entries, more: commits.length > limit ? null : 0 };
}
