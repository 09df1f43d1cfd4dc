import { requireBranch } from "../git/repository.ts";
import { branchReflog, offerOn, offerText, standingOf } from "../history/branch.ts";
import { storedSession } from "../history/stored.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import type { LoadedSession } from "../store/state.ts";
import { word } from "../text/shell.ts";
import { unquoted } from "../text/visible.ts";
import { withSpool } from "./spool.ts";

/** The session of a branch, or undefined; what belongs to an earlier branch of that name is none. Failure `other-branch`. */
export async function findSession(place: Place, branch: string): Promise<LoadedSession | undefined> {
  const session = await storedSession(place, branch);
  return session && (await standingOf(place, session)) !== "earlier" ? session : undefined;
}

/** The session of the branch that is checked out, with what is in the spool. Failure `no-session`, `detached-head`. */
export async function currentSession(place: Place): Promise<LoadedSession> {
  const branch = requireBranch(place.repository);
  return withSpool(place, (await findSession(place, branch)) ?? (await noSession(place, branch)));
}

/** Failure `no-session`, which names a stored session that may be meant. */
export async function noSession(place: Place, branch: string): Promise<never> {
  const offer = await offerOn(place, branch, await branchReflog(place, branch));
  throw new Failure(
    "no-session",
    `there is no session on ${branch}${offer ? `. ${unquoted(offerText(offer, branch)).replace(/\.$/, "")}` : ""}`,
    { hint: `session start ${word(branch)}` },
  );
}
