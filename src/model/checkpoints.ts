/** What the commits of a branch say about a session. */
import type { CheckpointRecord, Decision } from "./session.ts";
import type { SessionState } from "./state.ts";
import { readMessage } from "./trailers/read.ts";
import { oneLine } from "./trailers/text.ts";

export interface CommitLike {
  readonly oid: string;
  readonly message: string;
  readonly committed: number;
}

export interface ReadCommit<C extends CommitLike = CommitLike> {
  readonly commit: C;
  readonly subject: string;
  /** What session trailers say; undefined for an ordinary commit. */
  readonly record?: CheckpointRecord;
  readonly recovered: boolean;
}

/** Reads the messages of commits, keeping their order. */
export function readCommits<C extends CommitLike>(commits: readonly C[]): ReadCommit<C>[] {
  return commits.map((commit) => {
    const { session, recovered } = readMessage(commit.message);
    const subject = subjectOf(commit.message);
    return session ? { commit, subject, record: session, recovered } : { commit, subject, recovered };
  });
}

export function subjectOf(message: string): string {
  return message.trimStart().split("\n", 1)[0]?.trim() ?? "";
}

/** Decisions of one session that commits carry: id of the decision to id of the newest commit with it. */
function carriedDecisions(commits: readonly ReadCommit[], sessionId: string): Map<string, string> {
  const carried = new Map<string, string>();
  for (const { commit, record } of commits) {
    for (const decision of record?.decisions ?? []) {
      if ((decision.session ?? record?.id) === sessionId && !carried.has(decision.id))
        carried.set(decision.id, commit.oid);
    }
  }
  return carried;
}

/** The state with `committed` as git has it now: what a rewrite dropped is pending again. */
export function withCarried(state: SessionState, commits: readonly ReadCommit[]): SessionState {
  const committed = Object.fromEntries(carriedDecisions(commits, state.context.id));
  const checkpointed = carriedUntil(state, commits);
  return {
    ...state,
    context: { ...state.context, committed, ...(checkpointed === undefined ? {} : { checkpointed }) },
  };
}

/** Up to which verification the commits carry them: a plain commit takes what is pending as a checkpoint does. */
function carriedUntil({ context }: SessionState, commits: readonly ReadCommit[]): string | undefined {
  const own = checkpointsOf(commits, context.id);
  const carried = context.verified.findLast((each) =>
    own.some(
      ({ commit, record }) =>
        (commit.committed + 1) * 1000 >= Date.parse(each.added ?? "") &&
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

/** Commits that are checkpoints of this session. */
export function checkpointsOf<C extends CommitLike>(
  commits: readonly ReadCommit<C>[],
  sessionId: string,
): ReadCommit<C>[] {
  return commits.filter((each) => each.record?.id === sessionId);
}

/** A decision's place in all of the repository: two sessions may both have a `dec-1`. */
export function decisionKey(decision: Decision, sessionId: string | undefined): string {
  const session = decision.session ?? sessionId;
  return session === undefined ? `:${decision.text}` : `${session}/${decision.id}`;
}
