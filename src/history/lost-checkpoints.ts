/** Finds checkpoints whose content the branch lost. A rewrite that keeps the content loses nothing. */
import { type Commit, log } from "../git/commits.ts";
import { patchIds } from "../git/history/patch-ids.ts";
import type { Place } from "../place/place.ts";
import { lastForm, loggedRewrites } from "../session/events/rewrites.ts";
import { readRewrites } from "../store/hooks/hook-notes.ts";
import type { LoadedSession } from "../store/load.ts";

/** Maximum checkpoints and branch commits to compare. */
const MAX_COMPARED = 100;

/**
 * Returns the logged checkpoints whose changes no commit of the branch has. `commits`: of the branch, newest
 * first. Runs git only if the log does not name the replacement of a checkpoint.
 */
export async function lostCheckpoints(
  place: Place,
  session: LoadedSession,
  commits: readonly Commit[],
): Promise<string[]> {
  const here = new Set(commits.map((each) => each.oid));
  const logged = session.events.flatMap((each) =>
    each.type === "checkpoint" && typeof each.commit === "string" ? [each.commit] : [],
  );
  const away = [...new Set(logged)].filter((oid) => !here.has(oid));
  if (away.length === 0) return [];
  const rewrites = new Map([
    ...loggedRewrites(session.events),
    ...((await readRewrites(session.folder)) ?? []),
  ]);
  const unknown = away.filter((oid) => !here.has(lastForm(oid, rewrites))).slice(-MAX_COMPARED);
  if (unknown.length === 0) return [];
  const { notPulled } = await import("./not-pulled.ts");
  const coming = new Set((await notPulled(place, session.state.context)).map((each) => each.oid));
  return withoutContent(
    place,
    unknown.filter((oid) => !coming.has(oid)),
    commits,
  );
}

/**
 * Returns the checkpoints without content on the branch. A checkpoint that git no longer has does not count.
 */
async function withoutContent(place: Place, oids: readonly string[], commits: readonly Commit[]) {
  const { root, head } = place.repository;
  const tip = commits[0]?.oid ?? head;
  const dropped = await log(root, [...oids, ...(tip === undefined ? [] : [`^${tip}`])], {
    ignoreMissing: true,
  });
  const byOid = new Map(dropped.map((each) => [each.oid, each]));
  const left = oids.filter((oid) => {
    const lost = byOid.get(oid);
    return lost && !commits.some((each) => isRewriteOf(lost, each));
  });
  if (left.length === 0) return [];
  const compared = commits.slice(0, MAX_COMPARED);
  const base = compared.at(-1)?.parents[0];
  // Compares each commit alone and all changes up to it: a squash contains several commits.
  const [mine, theirs] = await Promise.all([
    patchIds(root, [...compared.map((each) => each.oid), ...spans(compared, base)]),
    patchIds(root, [...left, ...left.flatMap((oid) => spans([byOid.get(oid)], forkOf(oid, byOid)))]),
  ]);
  const held = new Set(mine.map((each) => each.patch));
  const kept = new Set(theirs.filter((each) => held.has(each.patch)).map((each) => each.commit));
  return left.filter((oid) => !kept.has(oid));
}

/**
 * Reports whether a commit may be a rewrite: a rebase keeps author, date and subject; an amended commit keeps
 * author, date and parents.
 */
function isRewriteOf(lost: Commit, commit: Commit): boolean {
  if (lost.authored !== commit.authored || lost.email !== commit.email) return false;
  const subject = (each: Commit) => each.message.trimStart().split("\n", 1)[0];
  return subject(lost) === subject(commit) || lost.parents.join() === commit.parents.join();
}

/** Returns lines for `patchIds`: the changes from one commit to each of the others. */
function spans(commits: readonly (Commit | undefined)[], from: string | undefined): string[] {
  return from === undefined ? [] : commits.flatMap((each) => (each ? [`${each.oid} ${from}`] : []));
}

/** Returns the commit at which a line of dropped commits left the branch. */
function forkOf(oid: string, dropped: ReadonlyMap<string, Commit>): string | undefined {
  let at: string | undefined = oid;
  for (let commit = dropped.get(oid); commit; commit = at === undefined ? undefined : dropped.get(at))
    at = commit.parents[0];
  return at;
}
