/** Finds sessions that only fetched remote branches carry. Contacts no remote. */
import { type Commit, log } from "../git/commits.ts";
import { listRefs } from "../git/refs.ts";
import type { Place } from "../place/place.ts";
import type { CheckpointRecord } from "../session/session.ts";
import { titleOfBranch } from "../session/titles.ts";
import { readTrash } from "../store/trash.ts";
import { decisionsOf, type ReadCommit, readCommits } from "../trailers/checkpoints.ts";

/** Maximum commits of unmerged remote work to read. */
const MOST = 5_000;

export interface RemoteSession {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  readonly remote: string;
  /** Time of the newest checkpoint, in ISO 8601. */
  readonly touched: string;
  /** Record of the newest checkpoint. */
  readonly record: CheckpointRecord;
  readonly checkpoints: number;
  readonly decisions: number;
}

type Read = ReadCommit<Commit>;

/**
 * Returns the sessions that only unmerged remote branches carry, newest first, with two git processes for any
 * number of branches.
 */
export async function remoteSessions(
  place: Place,
  known: ReadonlySet<string>,
  refs?: ReadonlyMap<string, string>,
): Promise<RemoteSession[]> {
  const { root } = place.repository;
  const tips = [...(refs ?? (await listRefs(root, "refs/remotes/")))].filter(([ref]) =>
    ref.startsWith("refs/remotes/"),
  );
  const merged = tips
    .filter(([ref]) => /^refs\/remotes\/[^/]+\/(HEAD|main|master)$/.test(ref))
    .map(([, oid]) => oid);
  const branches = tips.filter(([, oid]) => !merged.includes(oid));
  if (branches.length === 0) return [];
  const range = ["--remotes", ...new Set(merged.map((oid) => `^${oid}`))];
  const read = readCommits(await log(root, range, { limit: MOST }));
  const byOid = new Map(read.map((each) => [each.commit.oid, each]));
  const found = new Map<string, Candidate>();
  for (const [ref, tip] of branches) {
    const carrier = carrierBelow(tip, byOid);
    const id = carrier?.record?.id;
    if (!carrier || id === undefined || known.has(id)) continue;
    const candidate = { ref, carrier, ends: tip === carrier.commit.oid };
    if (isBetter(candidate, found.get(id))) found.set(id, candidate);
  }
  const deleted = found.size === 0 ? [] : await readTrash(place.sessionsDir);
  for (const { id } of deleted) found.delete(id);
  return [...found].map(([id, { ref, carrier }]) => sessionOf(id, ref, carrier, read)).sort(newestFirst);
}

/** A branch that may belong to a session. */
interface Candidate {
  readonly ref: string;
  readonly carrier: Read;
  /** True if the last commit of the branch is the checkpoint. */
  readonly ends: boolean;
}

/**
 * Reports whether one candidate fits better: a branch that ends with the newest checkpoint, because a branch
 * cut from it may have more commits.
 */
function isBetter(one: Candidate, other: Candidate | undefined): boolean {
  if (!other) return true;
  const later = one.carrier.commit.committed - other.carrier.commit.committed;
  return later > 0 || (later === 0 && one.ends && !other.ends);
}

/** Returns the newest commit that carries a session on a branch's first-parent line. */
function carrierBelow(tip: string, byOid: ReadonlyMap<string, Read>): Read | undefined {
  let at = byOid.get(tip);
  while (at && at.record?.id === undefined) at = byOid.get(at.commit.parents[0] ?? "");
  return at;
}

function sessionOf(id: string, ref: string, carrier: Read, read: readonly Read[]): RemoteSession {
  const [remote = "", ...name] = ref.slice("refs/remotes/".length).split("/");
  const branch = name.join("/");
  const { commit, record } = carrier;
  return {
    id,
    title: record?.title ?? titleOfBranch(branch),
    branch,
    remote,
    touched: new Date(commit.committed * 1000).toISOString(),
    record: record as CheckpointRecord,
    checkpoints: read.filter((each) => each.record?.id === id).length,
    decisions: new Set(read.flatMap((each) => decisionsOf(each, id))).size,
  };
}

function newestFirst(one: RemoteSession, other: RemoteSession): number {
  return one.touched < other.touched ? 1 : -1;
}
