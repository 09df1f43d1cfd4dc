/** Taking in what other clones made of sessions: each snapshot from there with what this clone has. */
import { historyOf, type Parents, parentsOf } from "../git/ancestry.ts";
import { readObjects } from "../git/cat-file.ts";
import { listRefs, moveRefs, type RefMove } from "../git/refs.ts";
import { isSessionId } from "../model/ids.ts";
import { parseContext } from "../model/reading.ts";
import { branchOf, SCHEMA, type SessionContext } from "../model/state.ts";
import type { Place } from "./place.ts";
import { snapshotRef } from "./snapshot.ts";

/** A session, and the commit of a snapshot of it that came from elsewhere. */
export interface Pair {
  readonly id: string;
  readonly theirs: string;
}

export interface United {
  readonly id: string;
  readonly branch: string;
  readonly title: string;
  /**
   * `new`: it was not here; `same`: both have the same; `forward`: theirs goes on from ours; `ahead`: ours goes on from
   * theirs; `merged`: both went on; `skipped`: theirs was not taken, and `reason` says why.
   */
  readonly outcome: "new" | "same" | "forward" | "ahead" | "merged" | "skipped";
  /** Where `refs/sessions/<id>` is now; of a skipped one, what was not taken. */
  readonly commit: string;
  /** What was renumbered, and what is kept twice: a sentence each. */
  readonly notes: readonly string[];
  readonly reason?: string;
}

/**
 * Unites each session with a snapshot of it from elsewhere, in the order given. What is damaged or forged is skipped,
 * and the others go on. One git process for each question about all of them; only those that went apart cost more.
 */
export async function uniteSessions(place: Place, pairs: readonly Pair[]): Promise<United[]> {
  const { root } = place.repository;
  const [own, incoming] = await Promise.all([listRefs(root, "refs/sessions/"), readIncoming(root, pairs)]);
  const differing = incoming.flatMap(({ id, theirs, context }) => {
    const ours = own.get(snapshotRef(id));
    return context && ours !== undefined && ours !== theirs ? [ours, theirs] : [];
  });
  const parents = await parentsOf(root, [...new Set(differing)]);
  const united = incoming.map((each) => relate(each, own.get(snapshotRef(each.id)), parents));
  const moves = united.flatMap(({ id, outcome, commit }): RefMove[] =>
    outcome === "new" || outcome === "forward"
      ? [{ ref: snapshotRef(id), to: commit, before: own.get(snapshotRef(id)) }]
      : [],
  );
  if (await moveRefs(root, moves)) return united;
  // One of them was moved meanwhile: each by itself.
  const refused = new Set<string>();
  for (const move of moves) if (!(await moveRefs(root, [move]))) refused.add(move.ref);
  return united.map((each) =>
    refused.has(snapshotRef(each.id))
      ? { ...each, outcome: "skipped", reason: "another process changed it meanwhile: try again" }
      : each,
  );
}

interface Incoming extends Pair {
  readonly context?: SessionContext;
  readonly reason?: string;
}

/** What the snapshots from elsewhere say they are, or why one is not taken. */
async function readIncoming(root: string, pairs: readonly Pair[]): Promise<Incoming[]> {
  const sound = pairs.filter(({ id, theirs }) => isSessionId(id) && /^[0-9a-f]{40,64}$/.test(theirs));
  const objects = await readObjects(
    root,
    sound.flatMap(({ theirs }) => [theirs, `${theirs}:context.json`]),
  );
  const read = new Map(
    sound.map((pair, at) => [pair, { commit: objects[at * 2], file: objects[at * 2 + 1] }] as const),
  );
  return pairs.map((pair) => {
    const found = read.get(pair);
    if (found?.commit?.type !== "commit") return { ...pair, reason: "it is no commit" };
    const context = found.file?.type === "blob" ? parseContext(found.file.text ?? "") : undefined;
    if (context?.id !== pair.id || !context.ref.startsWith("refs/heads/"))
      return { ...pair, reason: "its commit does not hold this session" };
    if (context.schema > SCHEMA)
      return { ...pair, reason: `it was written by a newer session (schema ${context.schema})` };
    return { ...pair, context };
  });
}

function relate(
  { id, theirs, context, reason }: Incoming,
  ours: string | undefined,
  parents: Parents,
): United {
  const session = { id, branch: context ? branchOf(context) : "", title: context?.title ?? "", notes: [] };
  if (reason !== undefined) return { ...session, outcome: "skipped", commit: theirs, reason };
  if (ours === undefined) return { ...session, outcome: "new", commit: theirs };
  if (ours === theirs) return { ...session, outcome: "same", commit: ours };
  if (historyOf(parents, theirs)?.has(ours)) return { ...session, outcome: "forward", commit: theirs };
  if (historyOf(parents, ours)?.has(theirs)) return { ...session, outcome: "ahead", commit: ours };
  return { ...session, outcome: "skipped", commit: theirs, reason: "it went another way than ours" };
}
