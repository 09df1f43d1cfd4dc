/** Finds commits and decisions that later commits reverted, by their messages. Pure. */
import type { CheckpointRecord } from "../session/session.ts";
import { decisionKey } from "./keys.ts";

interface Linked {
  readonly oid: string;
  readonly parents: readonly string[];
}

/** A commit to search for reverts. */
export interface SearchedCommit {
  readonly commit: Linked & { readonly message: string };
  readonly subject: string;
  /** A revert that names no commit of the history, with its candidates. */
  readonly record?: CheckpointRecord;
}

/** Candidates for a revert that names no commit of the history. */
export interface Claim {
  readonly by: string;
  /** Id of the revert's first parent; absent for a root commit. */
  readonly parent?: string;
  /** Ids of the commits that may be the reverted one, newest first. */
  readonly candidates: readonly string[];
  /** True if the revert's subject quotes the subject of each candidate. */
  readonly named: boolean;
}

const NAMED = /^This reverts commit ([0-9a-f]{40,64})(?:, reversing\s+changes made to ([0-9a-f]{40,64}))?/gm;
const SUBJECT = /^(Revert|Reapply) "(.*)"(?: \(#\d+\))?$/;
/** Maximum characters of a message to read. */
const MAX_LENGTH = 10_000;
/** Maximum older commits to compare with a revert that quotes no subject. */
const MAX_COMPARED = 200;

/**
 * Returns the commit that reverted a decision, from `revertedBy`: the revert of its carrier, or the carrier
 * itself if it folds both. `key`: from `decisionKey`. Undefined for a decision that was not reverted.
 */
export function revertOf(
  reverted: ReadonlyMap<string, string>,
  carrier: string | undefined,
  key: string,
): string | undefined {
  if (carrier === undefined) return undefined;
  return reverted.get(carrier) ?? reverted.get(`${carrier} ${key}`);
}

/**
 * Returns the reverts that name no commit of this history, each with its candidates. `commits`: newest first.
 */
export function revertClaims(commits: readonly SearchedCommit[]): Claim[] {
  const known = new Set(commits.map((each) => each.commit.oid));
  return commits.flatMap(({ commit, subject }, at): Claim[] => {
    const named = namedBy(commit.message);
    const quoted = quotedBy(subject);
    if (named.some((each) => known.has(each.oid)) || (named.length === 0 && quoted === undefined)) return [];
    const older = commits.slice(at + 1);
    const alike = quoted === undefined ? [] : older.filter((each) => each.subject === quoted);
    const meant = alike.length > 0 || named.length === 0 ? alike : older.slice(0, MAX_COMPARED);
    const [parent] = commit.parents;
    if (meant.length === 0) return [];
    return [
      {
        by: commit.oid,
        ...(parent === undefined ? {} : { parent }),
        candidates: meant.map((each) => each.commit.oid),
        named: alike.length > 0,
      },
    ];
  });
}

/**
 * Returns reverted merges whose merged side is not in this history, each with its mainline commit, newest
 * first.
 */
export function revertedMerges(commits: readonly SearchedCommit[]): { merge: string; mainline: string }[] {
  const known = new Set(commits.map((each) => each.commit.oid));
  const byOid = new Map(commits.map((each) => [each.commit.oid, each.commit]));
  return commits.flatMap(({ commit }) =>
    namedBy(commit.message).flatMap(({ oid, mainline }) => {
      const shown = byOid.get(oid)?.parents.every((each) => known.has(each));
      return mainline === undefined || shown ? [] : [{ merge: oid, mainline }];
    }),
  );
}

/**
 * Returns reverted commits, each with its revert. A revert that was reverted itself does not count. A
 * decision marked as reverted in a folded commit has the key `<commit> <decision key>`, for `revertOf`.
 * `meant`: the commit of each resolved claim. `more`: commits outside of this history.
 */
export function revertedBy(
  commits: readonly SearchedCommit[],
  meant: ReadonlyMap<string, string> = new Map(),
  more: readonly Linked[] = [],
): Map<string, string> {
  const byOid = new Map([...more, ...commits.map((each) => each.commit)].map((each) => [each.oid, each]));
  const reverted = new Map<string, string>();
  // Iterates newest first, so that the revert of a revert comes before it.
  for (const { commit, record } of commits) {
    for (const each of record?.decisions ?? [])
      if (each.undone) reverted.set(`${commit.oid} ${decisionKey(each, record?.id)}`, commit.oid);
    if (reverted.has(commit.oid)) continue;
    const claimed = meant.get(commit.oid);
    if (claimed !== undefined) reverted.set(claimed, commit.oid);
    for (const { oid, mainline } of namedBy(commit.message))
      for (const each of mainline === undefined ? [oid] : broughtBy(oid, mainline, byOid))
        reverted.set(each, commit.oid);
  }
  return reverted;
}

/** Returns the known commits that a merge added to its mainline, and the merge itself. */
function broughtBy(merge: string, mainline: string, byOid: ReadonlyMap<string, Linked>): string[] {
  const kept = ancestors(mainline, byOid);
  return [...ancestors(merge, byOid, kept)];
}

function ancestors(
  from: string,
  byOid: ReadonlyMap<string, Linked>,
  except: ReadonlySet<string> = new Set(),
): Set<string> {
  const seen = new Set<string>();
  const next = [from];
  for (let oid = next.pop(); oid !== undefined; oid = next.pop()) {
    if (seen.has(oid) || except.has(oid)) continue;
    seen.add(oid);
    next.push(...(byOid.get(oid)?.parents ?? []));
  }
  return seen;
}

/** Returns the commits that a revert's message names; for a reverted merge, also the mainline commit. */
export function namedBy(message: string): { oid: string; mainline?: string }[] {
  return [...message.slice(0, MAX_LENGTH).matchAll(NAMED)].flatMap(([, oid, mainline]) =>
    oid === undefined ? [] : [{ oid, ...(mainline === undefined ? {} : { mainline }) }],
  );
}

/** Returns the subject that a revert quotes; "Reapply" quotes a revert. */
export function quotedBy(subject: string): string | undefined {
  const [, verb, quoted] = SUBJECT.exec(subject) ?? [];
  return quoted === undefined || verb === "Revert" ? quoted : `Revert "${quoted}"`;
}
