/** Finds others' decisions and new base commits that concern the files of a session. Fetches nothing. */

import type { Gathered } from "../../facts/gather.ts";
import { log } from "../../git/commits.ts";
import { changedFiles, filesOfCommits, literalPathspec } from "../../git/diff.ts";
import { revertsOf } from "../../history/reverts.ts";
import type { Place } from "../../place/place.ts";
import { defined } from "../../text/defined.ts";
import { markForeign } from "../../text/foreign-text.ts";
import { shortId } from "../../text/time/format-time.ts";
import { readCommits, searchedCommit } from "../../trailers/checkpoints.ts";
import { namedKey } from "../../trailers/keys.ts";
import { successorsOf } from "../../trailers/successors.ts";
import type { CommitView, DecisionView } from "../shapes/view-parts.ts";
import { commitView, revertedAt } from "../view-parts.ts";

/** Maximum commits of the base to search, and maximum commits with decisions whose files are listed. */
const LOOKED_THROUGH = 500;
const WITH_DECISIONS = 100;
const MAX_UPSTREAM = 10;
const MAX_TOUCHING = 3;
/** Maximum files to pass to git as arguments: command lines have a length limit. */
const MAX_SHARED = 50;

/**
 * Returns a function from file paths to decisions of other sessions, newest first: decisions carried by
 * base commits that changed one of the files.
 */
export async function decisionsOfOthers(
  place: Place,
  gathered: Gathered,
): Promise<(inPlay: ReadonlySet<string>) => DecisionView[]> {
  const { root } = place.repository;
  // Returns none on a default branch: all its decisions belong to merged sessions.
  const { drift, from: fork } = gathered.range;
  const isEven = drift?.ahead === 0 && drift.behind === 0;
  const from = gathered.recent || isEven ? gathered.tip : (drift?.ref ?? fork);
  if (from === undefined) return () => [];
  const own = new Set(gathered.recent ? [] : gathered.commits.map((each) => each.commit.oid));
  const { id } = gathered.state.context;
  const before = await log(root, [from], { limit: LOOKED_THROUGH });
  const reverts = await revertsOf(root, before.map(searchedCommit));
  const carriers = readCommits(before.filter((each) => /Decisions:/.test(each.message)))
    .filter(({ commit, record }) => record && record.decisions.length > 0 && !own.has(commit.oid))
    .slice(0, WITH_DECISIONS);
  const oids = carriers.map((each) => each.commit.oid);
  const files = await filesOfCommits(root, oids);
  const replaced = successorsOf(
    carriers.flatMap(({ record }) =>
      (record?.decisions ?? []).map((each) => ({
        ...each,
        ...defined({ session: each.session ?? record?.id }),
      })),
    ),
  );
  return (inPlay) => {
    const seen = new Set<string>();
    return carriers.flatMap(({ commit, record }) => {
      const touched = (files.get(commit.oid) ?? []).filter((file) => inPlay.has(file));
      if (touched.length === 0) return [];
      return (record?.decisions ?? []).flatMap((each): DecisionView[] => {
        const session = each.session ?? record?.id;
        const known = namedKey(each.id, session ?? commit.oid);
        if ((session !== undefined && session === id) || seen.has(known) || replaced.has(known)) return [];
        seen.add(known);
        return [
          {
            id: markForeign(each.id),
            text: markForeign(each.text),
            ...(each.rationale === undefined ? {} : { rationale: markForeign(each.rationale) }),
            alternatives: each.alternatives.map(markForeign),
            commit: shortId(commit.oid),
            ...revertedAt(reverts, commit.oid, known),
            author: markForeign(commit.author),
            files: touched.slice(0, 3),
            ...(session === undefined ? {} : { from: markForeign(session) }),
          },
        ];
      });
    });
  };
}

/**
 * Returns commits of the base that the branch lacks, without the squash of the session itself: first commits
 * that change files of this session, then the newest. `more`: number of the others. Also returns all files
 * that the base changed since the merge base.
 */
export async function upstreamCommits(
  place: Place,
  gathered: Gathered,
  changed: Promise<readonly { readonly path: string }[]>,
): Promise<{ commits: CommitView[]; more: number; files: ReadonlySet<string> }> {
  const { drift } = gathered.range;
  if (!drift || drift.behind === 0 || gathered.tip === undefined)
    return { commits: [], more: 0, files: new Set() };
  const { root } = place.repository;
  const range = [drift.ref, `^${gathered.tip}`];
  const [newest, files] = await Promise.all([
    log(root, range, { limit: MAX_UPSTREAM, firstParent: true }),
    // Without the merge base, as in a shallow clone, these files are unknown.
    changedFiles(root, [`${gathered.tip}...${drift.ref}`]).catch(() => undefined),
  ]);
  const onBase = new Set(files?.map((each) => each.path));
  const shared = (await changed).flatMap((each) =>
    onBase.has(each.path) ? [literalPathspec(each.path)] : [],
  );
  const paths = shared.slice(0, MAX_SHARED);
  const touching = paths.length === 0 ? [] : await log(root, range, { limit: MAX_TOUCHING, paths });
  const commits = new Map([...touching, ...newest].map((each) => [each.oid, each]));
  const touches = new Set(touching.map((each) => each.oid));
  const squash = gathered.merged?.commit;
  if (squash !== undefined) commits.delete(squash);
  const shown = [...commits.values()].slice(0, MAX_UPSTREAM);
  return {
    more: Math.max(0, drift.behind - shown.length - (squash === undefined ? 0 : 1)),
    commits: readCommits(shown).map((each) => ({
      ...commitView(each, "unknown", gathered),
      ...(touches.has(each.commit.oid) ? { sameFiles: true } : {}),
    })),
    files: onBase,
  };
}
