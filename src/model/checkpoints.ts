/** What the commits of a branch say about a session. */
import type { CheckpointRecord, Decision } from "./session.ts";
import { readMessage } from "./trailers/read.ts";

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

/** Ids of the decisions of one session that a commit carries. */
export function decisionsOf({ record }: ReadCommit, sessionId: string): string[] {
  return (record?.decisions ?? []).flatMap((each) =>
    (each.session ?? record?.id) === sessionId ? [each.id] : [],
  );
}

/** Decisions of one session that commits carry: id of the decision to id of the newest commit with it. */
export function carriedDecisions(commits: readonly ReadCommit[], sessionId: string): Map<string, string> {
  const carried = new Map<string, string>();
  for (const each of commits) {
    for (const id of decisionsOf(each, sessionId)) if (!carried.has(id)) carried.set(id, each.commit.oid);
  }
  return carried;
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
