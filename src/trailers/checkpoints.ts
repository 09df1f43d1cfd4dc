/** Reads the record of a session from the commits of a branch. Pure. */

import type { CheckpointRecord, Decision } from "../session/session.ts";
import type { SessionState } from "../session/state.ts";
import { defined } from "../text/defined.ts";
import { normalizeText, oneLine } from "../text/trailer-text.ts";
import { committedItems, withWholeLists } from "./complete-lists.ts";
import { readMessage } from "./read.ts";

export interface CommitLike {
  readonly oid: string;
  readonly message: string;
  readonly committed: number;
  readonly parents?: readonly string[];
}

export interface AuthoredCommit extends CommitLike {
  readonly author: string;
  /** Author date in seconds since the epoch. */
  readonly authored: number;
}

export interface ReadCommit<C extends CommitLike = CommitLike> {
  readonly commit: C;
  readonly subject: string;
  /** The record in the session trailers; undefined for an ordinary commit. */
  readonly record?: CheckpointRecord;
  readonly recovered: boolean;
  /** Set if this clone made the commit, so that the commit brings no news. */
  readonly made?: true;
}

/** Reads the messages of commits, in the same order. Earlier commits complete a short record. */
export function readCommits<C extends CommitLike>(commits: readonly C[]): ReadCommit<C>[] {
  const read = commits.map((commit) => {
    const { session, recovered } = readMessage(commit.message);
    const subject = subjectOf(commit.message);
    return session ? { commit, subject, record: session, recovered } : { commit, subject, recovered };
  });
  return withWholeLists(read);
}

/**
 * Returns a commit that this clone made, with the recorded texts of its decisions: its message may have been
 * rewrapped or reencoded.
 */
export function withRecordedWords<C extends CommitLike>(
  each: ReadCommit<C>,
  { decisions }: SessionState["context"],
): ReadCommit<C> {
  if (each.record === undefined) return each;
  const own = new Map(decisions.map((one) => [one.id, one]));
  const carried = each.record.decisions.map((one) => {
    const written = own.get(one.id);
    return written && isLike(written.text, one.text) ? written : one;
  });
  return { ...each, made: true, record: { ...each.record, decisions: carried } };
}

/**
 * Reports whether a text may be a changed form of another: it contains half of the other's ASCII words, which
 * every encoding keeps.
 */
function isLike(text: string, other: string): boolean {
  const words = text.match(/\w{2,}/g) ?? [];
  return words.filter((each) => other.includes(each)).length * 2 >= words.length;
}

/** Returns the first line of a commit message. */
export function subjectOf(message: string): string {
  return message.trimStart().split("\n", 1)[0]?.trim() ?? "";
}

/** Returns the ids of one session's decisions in a commit. */
export function decisionsOf({ record }: ReadCommit, sessionId: string): string[] {
  return (record?.decisions ?? []).flatMap((each) =>
    (each.session ?? record?.id) === sessionId ? [each.id] : [],
  );
}

/** A decision in commits: its newest text and commit, and the first commit that carried it. */
interface Carried<C extends CommitLike> {
  readonly decision: Decision;
  readonly newest: C;
  readonly first: C;
}

/** Returns the decisions of one session in commits, by id. */
function carriedDecisions<C extends CommitLike>(
  commits: readonly ReadCommit<C>[],
  sessionId: string,
): Map<string, Carried<C>> {
  const carried = new Map<string, Carried<C>>();
  for (const { commit, record } of commits) {
    for (const { session, undone: _undone, ...decision } of record?.decisions ?? []) {
      if ((session ?? record?.id) !== sessionId) continue;
      const known = carried.get(decision.id);
      carried.set(
        decision.id,
        known ? { ...known, first: commit } : { decision, newest: commit, first: commit },
      );
    }
  }
  return carried;
}

/**
 * Returns the state with decisions as git has them: a decision dropped by a rewrite is pending again, and a
 * decision from another clone's commits is added. If commits use the id of an own decision for another
 * decision, the own decision gets a new id. `beyond`: commits missing in a shallow clone, which still carry
 * their decisions.
 */
export function withCarried(
  state: SessionState,
  commits: readonly ReadCommit<AuthoredCommit>[],
  beyond: ReadonlySet<string> = new Set(),
): SessionState {
  const { context } = state;
  const carried = carriedDecisions(commits, context.id);
  const last = [...carried.keys()].reduce((most, id) => Math.max(most, numberOf(id)), context.last.dec);
  const [own, dec] = renumbered(context.decisions, carried, last);
  const ids = new Set(own.map((each) => each.id));
  const others = [...carried.values()]
    .filter((each) => !ids.has(each.decision.id))
    .map(({ decision, first }) => ({ ...decision, author: first.author, ...dateOf(first) }));
  const decisions = [...own, ...others].sort((one, other) => numberOf(one.id) - numberOf(other.id));
  // Leaves out inherited decisions, which belong to the session that made them.
  const inherited = new Set(own.filter((each) => isInherited(each, context.id)).map((each) => each.id));
  const committed = Object.fromEntries([
    ...Object.entries(context.committed).filter(([id, oid]) => beyond.has(oid) || inherited.has(id)),
    ...[...carried].map(([id, each]) => [id, each.newest.oid] as const),
  ]);
  const dropped = Object.entries({ ...context.dropped, ...context.committed }).filter(
    ([id]) => ids.has(id) && committed[id] === undefined,
  );
  const checkpointed = carriedUntil(state, commits);
  return {
    ...state,
    context: {
      ...context,
      decisions,
      committed,
      last: { ...context.last, dec },
      dropped: Object.fromEntries(dropped),
      ...defined({ checkpointed }),
      told: committedItems(commits, context.id),
    },
  };
}

/**
 * Returns the time up to which commits carry the recorded checks: a plain commit carries pending checks too.
 */
function carriedUntil({ context }: SessionState, commits: readonly ReadCommit[]): string | undefined {
  const own = checkpointsOf(commits, context.id);
  const carried = context.verified.findLast((each) =>
    own.some(
      ({ commit, record }) =>
        // git stores whole seconds: only a check run at the commit itself can be later within one second.
        (commit.committed + (commit.oid === each.commit ? 0 : 1)) * 1000 >= Date.parse(each.added ?? "") &&
        record?.verified.some((one) => one.command === oneLine(each.command) && one.result === each.result),
    ),
  );
  const before = context.checkpointed;
  return before === undefined || (carried?.added !== undefined && carried.added > before)
    ? carried?.added
    : before;
}

/** Returns the state after commits were rewritten, and the rewrites as old id to new id. */
export function withRewrites(
  state: SessionState,
  rewrites: ReadonlyMap<string, string>,
): { state: SessionState; rewritten: Readonly<Record<string, string>> } {
  if (rewrites.size === 0) return { state, rewritten: {} };
  const verified = state.context.verified.map((each) => {
    const commit = rewrites.get(each.commit ?? "");
    return commit === undefined ? each : { ...each, commit };
  });
  return {
    state: { ...state, context: { ...state.context, verified } },
    rewritten: Object.fromEntries(rewrites),
  };
}

/**
 * Assigns an unused number to each decision whose id commits use for another decision, and updates references
 * to it.
 */
function renumbered(
  decisions: readonly Decision[],
  carried: ReadonlyMap<string, { readonly decision: Decision }>,
  last: number,
): [Decision[], number] {
  const renamed = new Map<string, string>();
  let next = last;
  for (const each of decisions) {
    const other = carried.get(each.id)?.decision;
    if (other && !isSameText(each.text, other.text)) renamed.set(each.id, `dec-${++next}`);
  }
  if (renamed.size === 0) return [[...decisions], last];
  const after = decisions.map((each) => {
    const named = (id: string | undefined) => (id === undefined ? undefined : renamed.get(id));
    const [supersedes, withdraws] = [named(each.supersedes), named(each.withdraws)];
    return { ...each, id: renamed.get(each.id) ?? each.id, ...defined({ supersedes, withdraws }) };
  });
  return [after, next];
}

/** Reports whether a trailer carries this text, which may be cut, or refolded by a server. */
export function isSameText(text: string, carried: string): boolean {
  const flat = (each: string) => each.replace(/\s+/g, " ").trim();
  return normalizeText(text) === carried || flat(text).slice(0, 900) === flat(carried).slice(0, 900);
}

/** Returns the author date of a commit in ISO 8601, which a rebase keeps; empty for a damaged commit. */
export function dateOf(commit: AuthoredCommit): { readonly added?: string } {
  return commit.authored > 0 ? { added: new Date(commit.authored * 1000).toISOString() } : {};
}

/** Returns the number in an item's id: 12 for `dec-12`. */
export function numberOf(id: string): number {
  return Number(id.slice(4)) || 0;
}

/** Returns the commits that are checkpoints of this session. */
export function checkpointsOf<C extends CommitLike>(
  commits: readonly ReadCommit<C>[],
  sessionId: string,
): ReadCommit<C>[] {
  return commits.filter((each) => each.record?.id === sessionId);
}

/** Reports whether another session made the decision: commits before this session's work carry it. */
export function isInherited(decision: Decision, sessionId: string): boolean {
  return decision.session !== undefined && decision.session !== sessionId;
}

/** A commit to search for reverts. */
interface Looked<C> {
  readonly commit: C;
  readonly subject: string;
  /** The record; set if the message names decisions that were reverted before the commit was folded. */
  readonly record?: CheckpointRecord;
}

/**
 * Returns a commit for `revertedBy`. Reads the record only if it may name reverted decisions: most messages
 * name none.
 */
export function searchedCommit<C extends { readonly message: string }>(commit: C): Looked<C> {
  const { message } = commit;
  const isRead = message.includes("Session-Id") && /Reverted:|This reverts commit|Revert "/.test(message);
  const record = isRead ? readMessage(message).session : null;
  return { commit, subject: subjectOf(message), ...(record ? { record } : {}) };
}
