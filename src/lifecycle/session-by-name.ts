/**
 * Finds the session for a name that the user typed, or the most recent session without a name. Includes
 * sessions known only from commits.
 */
import { log } from "../git/commits.ts";
import { renameLog } from "../git/history/reflog.ts";
import { refCommit } from "../git/refs.ts";
import { forkOf, refuseRemoteName } from "../history/base.ts";
import { branchReflog, type Offer, offerOn, standingOf } from "../history/branch-identity.ts";
import { type Rebuilt, rebuildSession } from "../history/rebuild.ts";
import type { Place } from "../place/place.ts";
import { findSession, noSession } from "../record/find-session.ts";
import { recordOfHead } from "../record/head/head.ts";
import { isNewer, sessionOfCommits } from "../record/head/session-from-commits.ts";
import { type KnownSession, knownSessions, withFolder } from "../record/known-sessions.ts";
import { expandName, findNamed, resolveSession } from "../record/resolve-session.ts";
import { renamedTo } from "../session/branches.ts";
import { Failure } from "../session/failure.ts";
import { shellWord } from "../text/shell.ts";
import { readCommits } from "../trailers/checkpoints.ts";

/** A session with a record in this clone, or a session rebuilt from commits. */
export type FoundSession = { readonly branch: string } & (
  | { readonly known: KnownSession; readonly rebuilt?: undefined }
  | { readonly rebuilt: Rebuilt; readonly known?: undefined }
);

/**
 * Returns the session of HEAD's record, else the session that was used last.
 * @throws Failure `no-session`
 */
export async function mostRecentSession(place: Place): Promise<FoundSession> {
  const { branch } = place.repository;
  const record = await recordOfHead(place);
  if (branch !== undefined && record.offer?.why === "earlier") return noSession(place, branch);
  const { session, branch: its } = record.parent ?? record;
  // If only commits know this session, this clone has no record with its id.
  if (session)
    return sessionByName(place, session.state.context.id).catch((error: unknown) => {
      if (its !== "" && isMissing(error)) return sessionByName(place, its);
      throw error;
    });
  const last = (await knownSessions(place, { light: true })).find((each) => each.where === "local");
  if (last) return { branch: last.branch, known: last };
  throw new Failure("no-session", "there is no session to resume", { hint: record.command });
}

function isMissing(error: unknown): boolean {
  return error instanceof Failure && (error.code === "no-session" || error.code === "unknown-session");
}

/**
 * Finds a session by any of its names. A branch without a session in this clone may carry one in its
 * commits.
 * @throws Failure `bad-branch` for the name of a remote's branch; as `resolveSession` and `rebuildSession`
 */
export async function sessionByName(place: Place, name: string): Promise<FoundSession> {
  const branch = await expandName(place, name);
  const found = await findNamed(place, branch);
  const rebuilt = found ? undefined : await rebuildSession(place, branch);
  if (rebuilt) return elsewhere(place, branch, rebuilt);
  if (!found) await refuseRemoteName(place, branch, "resume");
  const known = found ?? (await resolveSession(place, branch));
  if (known.where === "local") return { branch: await branchFor(place, known, branch), known };
  return known.branch === branch
    ? newer(place, known)
    : { branch: await nameNow(place, known.branch), known };
}

/** Returns the current name of a renamed branch. */
async function nameNow(place: Place, branch: string): Promise<string> {
  const { root } = place.repository;
  if ((await refCommit(root, `refs/heads/${branch}`)) !== undefined) return branch;
  return renamedTo(branch, await renameLog(root)) ?? branch;
}

/**
 * Returns the branch on which a session is resumed: its own branch; the current branch, if the session
 * belongs to its former name; or the new name of a renamed branch.
 * @throws Failure `no-session` for the name of a branch that was created again
 */
async function branchFor(place: Place, { branch, id, loaded }: KnownSession, name: string): Promise<string> {
  const standing = loaded ? await standingOf(place, loaded) : "own";
  if (standing === "earlier" && name === branch) return noSession(place, branch);
  const current = place.repository.branch;
  if (standing === "own" || (standing === "earlier" && current === branch)) return branch;
  const offer = current === undefined ? undefined : await offerHere(place, current);
  if (current !== undefined && offer?.session.state.context.id === id) return current;
  return renamedTo(branch, await renameLog(place.repository.root)) ?? branch;
}

/** Returns the session that the current branch, which has no session, could resume. */
async function offerHere(place: Place, branch: string): Promise<Offer | undefined> {
  if (await findSession(place, branch)) return undefined;
  const { root, head } = place.repository;
  const { refs } = await forkOf(place, branch, head);
  const own = head === undefined ? [] : [head, ...refs.map((ref) => `^${ref}`)];
  const commits = refs.length === 0 ? [] : await log(root, own, { grep: ["Session-Id:"], limit: 500 });
  return offerOn(place, branch, await branchReflog(place, branch), readCommits(commits));
}

/**
 * Returns the session in the commits of a branch without a local session.
 * @throws Failure `no-session` if it is another branch's session
 */
async function elsewhere(place: Place, branch: string, rebuilt: Rebuilt): Promise<FoundSession> {
  const [sessions, tip] = await Promise.all([
    knownSessions(place, { light: true }),
    // The name of a default branch means the session on its first-parent line; a branch that only a remote
    // has is no child.
    rebuilt.alone || rebuilt.from !== undefined
      ? undefined
      : refCommit(place.repository.root, `refs/heads/${branch}`),
  ]);
  const found = await sessionOfCommits(place, branch, rebuilt, sessions, tip);
  if (found.kind === "commits") return { branch, rebuilt };
  if (found.kind === "known") return { branch, known: found.known };
  const { known, branch: other } = found;
  throw new Failure("no-session", `the commits of ${branch} carry the session of ${other}`, {
    hint: `session resume ${known?.id ?? shellWord(other)}\nsession start ${shellWord(branch)}`,
  });
}

/** After a session ended in this clone, another clone may have started a new session on its branch. */
async function newer(place: Place, known: KnownSession): Promise<FoundSession> {
  const { branch } = known;
  const rebuilt = await rebuildSession(place, branch).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (!rebuilt || !isNewer(rebuilt, known)) return { branch, known };
  const { id } = rebuilt.state.context;
  const other = (await knownSessions(place, { light: true })).find((each) => each.id === id);
  return other ? { branch: other.branch, known: await withFolder(other) } : { branch, rebuilt };
}
