/** A session out of the trailers of its commits: for a clone that has the branch and nothing else. */
import type { CommitLike, ReadCommit } from "./checkpoints.ts";
import { SCHEMA, type SessionContext, type SessionState, titleOfBranch } from "./state.ts";

/** Undefined where no commit carries a session id. `commits` are newest first; the newest session on the branch counts. */
export function stateFromCommits(
  branch: string,
  commits: readonly ReadCommit<
    CommitLike & { readonly parents: readonly string[]; readonly author: string }
  >[],
  now: string,
): SessionState | undefined {
  const newest = commits.find((each) => each.record?.id !== undefined);
  const id = newest?.record?.id;
  if (newest?.record === undefined || id === undefined) return undefined;
  const mine = commits.filter((each) => each.record?.id === id);
  const oldest = mine.at(-1) ?? newest;
  const decisions = mine.flatMap((each) =>
    (each.record?.decisions ?? []).map((decision) => ({ decision, commit: each.commit })),
  );
  const known = new Map(decisions.map((each) => [each.decision.id, each]));
  const context: SessionContext = {
    schema: SCHEMA,
    id,
    title: titleOfBranch(branch),
    ref: `refs/heads/${branch}`,
    base: oldest.commit.parents[0] === undefined ? {} : { commit: oldest.commit.parents[0] },
    state: "active",
    created: date(oldest.commit.committed) ?? now,
    author: newest.commit.author,
    tags: [],
    meta: {},
    decisions: [...known.values()]
      .map(({ decision, commit }) => ({
        ...decision,
        ...(date(commit.committed) === undefined ? {} : { added: date(commit.committed) as string }),
      }))
      .sort((a, b) => number(a.id) - number(b.id)),
    verified: mine
      .flatMap((each) =>
        (each.record?.verified ?? []).map((verified) => ({ ...verified, commit: each.commit.oid })),
      )
      .reverse(),
    notes: [],
    items: {},
    committed: Object.fromEntries([...known].map(([decision, each]) => [decision, each.commit.oid])),
    last: { obj: 0, blk: 0, dec: Math.max(0, ...[...known.keys()].map(number)) },
  };
  const { objectives, blockers } = newest.record;
  const last = {
    ...context.last,
    obj: Math.max(0, ...objectives.map((each) => number(each.id))),
    blk: Math.max(0, ...blockers.map((each) => number(each.id))),
  };
  return { context: { ...context, last }, objectives, blockers };
}

function date(seconds: number): string | undefined {
  return seconds > 0 ? new Date(seconds * 1000).toISOString() : undefined;
}

function number(id: string): number {
  return Number(id.slice(4)) || 0;
}
