/** Which commits and decisions others take back, by what their messages say. Pure. */
import type { CheckpointRecord } from "../session/session.ts";
import { decisionKey } from "./keys.ts";

interface Linked {
  readonly oid: string;
  readonly parents: readonly string[];
}

/** What of a commit is looked at. */
export interface Taken {
  readonly commit: Linked & { readonly message: string };
  readonly subject: string;
  /** Read where the message says that decisions were reverted before it was folded. */
  readonly record?: CheckpointRecord;
}

/** Commits that a revert may mean, where the history does not have the commit that its message names. */
export interface Claim {
  readonly by: string;
  /** First parent of the revert; absent for a root commit. */
  readonly parent?: string;
  /** Newest first. */
  readonly candidates: readonly string[];
  /** The subject in the revert's own subject names each candidate. */
  readonly named: boolean;
}

const NAMED = /^This reverts commit ([0-9a-f]{40,64})(?:, reversing\s+changes made to ([0-9a-f]{40,64}))?/gm;
const SUBJECT = /^(Revert|Reapply) "(.*)"(?: \(#\d+\))?$/;
/** Messages are read this far. */
const MAX_LENGTH = 10_000;
/** Older commits that a revert without a quoted subject is compared with. */
const MAX_COMPARED = 200;

/**
 * Returns the commit that took back a decision, out of `revertedBy`: the one that reverted its carrier, or the carrier
 * itself where that folds both. `key`: as `decisionKey` gives it. Undefined for a decision that stands.
 */
export function revertOf(
  reverted: ReadonlyMap<string, string>,
  carrier: string | undefined,
  key: string,
): string | undefined {
  if (carrier === undefined) return undefined;
  return reverted.get(carrier) ?? reverted.get(`${carrier} ${key}`);
}

/** Returns each revert that names no commit of this history, with the commits that it may mean. `commits` are newest first. */
export function revertClaims(commits: readonly Taken[]): Claim[] {
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

/** Returns the merges that were reverted and whose side this history does not show, each with its mainline, newest first. */
export function revertedMerges(commits: readonly Taken[]): { merge: string; mainline: string }[] {
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
 * Returns reverted commits, each with the commit that reverted it. A revert that was itself reverted takes nothing back.
 * A decision that a folded commit says was reverted is there as `<commit> <decision key>`, for `revertOf`.
 * `meant`: the commit that each claim turned out to mean; `more`: commits that are no part of this history.
 */
export function revertedBy(
  commits: readonly Taken[],
  meant: ReadonlyMap<string, string> = new Map(),
  more: readonly Linked[] = [],
): Map<string, string> {
  const byOid = new Map([...more, ...commits.map((each) => each.commit)].map((each) => [each.oid, each]));
  const reverted = new Map<string, string>();
  // Newest first: a revert of a revert is read before it.
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

/** A merge and the commits that it brought to its mainline, as far as they are known. */
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

export function namedBy(message: string): { oid: string; mainline?: string }[] {
  return [...message.slice(0, MAX_LENGTH).matchAll(NAMED)].flatMap(([, oid, mainline]) =>
    oid === undefined ? [] : [{ oid, ...(mainline === undefined ? {} : { mainline }) }],
  );
}

/** Subject of the commit that a revert's subject quotes; reapplying takes the revert back. */
function quotedBy(subject: string): string | undefined {
  const [, verb, quoted] = SUBJECT.exec(subject) ?? [];
  return quoted === undefined || verb === "Revert" ? quoted : `Revert "${quoted}"`;
}
