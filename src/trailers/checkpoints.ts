/** What the commits of a branch say about a session. */

import type { CheckpointRecord, Decision } from "../session/session.ts";
import type { SessionState } from "../session/state.ts";
import { normalise, oneLine } from "../text/clean.ts";
import { defined } from "../text/defined.ts";
import { toldOf, withWholeLists } from "./lists.ts";
import { readMessage } from "./read.ts";

export interface CommitLike {
  readonly oid: string;
  readonly message: string;
  readonly committed: number;
  readonly parents?: readonly string[];
}

export interface AuthoredCommit extends CommitLike {
  readonly author: string;
  /** Seconds since the epoch. */
  readonly authored: number;
}

export interface ReadCommit<C extends CommitLike = CommitLike> {
  readonly commit: C;
  readonly subject: string;
  /** What session trailers say; undefined for an ordinary commit. */
  readonly record?: CheckpointRecord;
  readonly recovered: boolean;
  /** This clone wrote it, so it tells nothing new. */
  readonly made?: true;
}

/** Reads the messages of commits, keeping their order; what a record leaves out comes from the commits before it. */
export function readCommits<C extends CommitLike>(commits: readonly C[]): ReadCommit<C>[] {
  const read = commits.map((commit) => {
    const { session, recovered } = readMessage(commit.message);
    const subject = subjectOf(commit.message);
    return session ? { commit, subject, record: session, recovered } : { commit, subject, recovered };
  });
  return withWholeLists(read);
}

/** Returns a commit that this clone made: what its message made of the words of decisions does not count. */
export function asWritten<C extends CommitLike>(
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

/** Whether a text may have come out of another one: half of the words that every encoding keeps are in it. */
function isLike(text: string, other: string): boolean {
  const words = text.match(/\w{2,}/g) ?? [];
  return words.filter((each) => other.includes(each)).length * 2 >= words.length;
}

export function subjectOf(message: string): string {
  return message.trimStart().split("\n", 1)[0]?.trim() ?? "";
}

/** Ids of the decisions of one session that a commit carries. */
export function decisionsOf({ record }: ReadCommit, sessionId: string): string[] {
  return (record?.decisions ?? []).flatMap((each) =>
    (each.session ?? record?.id) === sessionId ? [each.id] : [],
  );
}

/** A decision as commits have it: its newest text and place, and the commit that carried it first. */
interface Carried<C extends CommitLike> {
  readonly decision: Decision;
  readonly newest: C;
  readonly first: C;
}

/** Decisions of one session that commits carry, by id. */
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
 * The state with its decisions as git has them now: what a rewrite dropped is pending again, what commits of another
 * clone brought is there too. One of this clone whose id was given elsewhere to another decision gets a new id.
 * `beyond` are commits that a shallow clone does not have: what they carried, they carry.
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
  // Those are the business of the session in which they were taken.
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
      told: toldOf(commits, context.id),
    },
  };
}

/** Up to which verification the commits carry them: a plain commit takes what is pending as a checkpoint does. */
function carriedUntil({ context }: SessionState, commits: readonly ReadCommit[]): string | undefined {
  const own = checkpointsOf(commits, context.id);
  const carried = context.verified.findLast((each) =>
    own.some(
      ({ commit, record }) =>
        // git keeps whole seconds: only a check that ran at the commit itself can come after it in the same second.
        (commit.committed + (commit.oid === each.commit ? 0 : 1)) * 1000 >= Date.parse(each.added ?? "") &&
        record?.verified.some((one) => one.command === oneLine(each.command) && one.result === each.result),
    ),
  );
  const before = context.checkpointed;
  return before === undefined || (carried?.added !== undefined && carried.added > before)
    ? carried?.added
    : before;
}

/** The state with commits that were rewritten under their new ids, and those of them that it knows: old id to new. */
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

/** Decisions whose id commits use for another one get the next free number, and those that replace them follow. */
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

/** Whether a text is the one that a trailer carries: cut where it is long, and perhaps folded anew by a server. */
export function isSameText(text: string, carried: string): boolean {
  const flat = (each: string) => each.replace(/\s+/g, " ").trim();
  return normalise(text) === carried || flat(text).slice(0, 900) === flat(carried).slice(0, 900);
}

/** When a commit was written, ISO 8601; the author date, which a rebase keeps. Empty where it is damaged. */
export function dateOf(commit: AuthoredCommit): { readonly added?: string } {
  return commit.authored > 0 ? { added: new Date(commit.authored * 1000).toISOString() } : {};
}

/** `dec-12` is 12. */
export function numberOf(id: string): number {
  return Number(id.slice(4)) || 0;
}

/** Commits that are checkpoints of this session. */
export function checkpointsOf<C extends CommitLike>(
  commits: readonly ReadCommit<C>[],
  sessionId: string,
): ReadCommit<C>[] {
  return commits.filter((each) => each.record?.id === sessionId);
}

/** A decision that was taken in another session, and is carried by commits below this one's work. */
export function isInherited(decision: Decision, sessionId: string): boolean {
  return decision.session !== undefined && decision.session !== sessionId;
}

/** A commit as reverts are looked for in it. */
interface Looked<C> {
  readonly commit: C;
  readonly subject: string;
  /** Read where the message says that decisions were reverted before it was folded. */
  readonly record?: CheckpointRecord;
}

/** Returns a commit for `revertedBy`. Its record is read only where it may name reverted decisions: most messages carry none. */
export function takenOf<C extends { readonly message: string }>(commit: C): Looked<C> {
  const { message } = commit;
  const isRead = message.includes("Session-Id") && /Reverted:|This reverts commit|Revert "/.test(message);
  const record = isRead ? readMessage(message).session : null;
  return { commit, subject: subjectOf(message), ...(record ? { record } : {}) };
}
