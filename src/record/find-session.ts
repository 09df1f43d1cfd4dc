import { currentBranch, requireBranch } from "../git/repository.ts";
import { offerOf, standingOf } from "../history/branch-identity.ts";
import { storedSession } from "../history/stored-session.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import type { LoadedSession } from "../store/load.ts";
import { withoutMarks } from "../text/foreign-text.ts";
import { recordOfHead } from "./head/head.ts";
import type { HeadRecord } from "./head/head-record.ts";
import type { KnownSession } from "./known-sessions.ts";
import { withSpool } from "./spool.ts";

/**
 * Returns the session of a branch; undefined if it has none.
 * @throws Failure `other-branch` if the session belongs to an earlier branch of that name
 */
export async function findSession(place: Place, branch: string): Promise<LoadedSession | undefined> {
  const session = await storedSession(place, branch);
  return session && (await standingOf(place, session)) !== "earlier" ? session : undefined;
}

/**
 * Returns the session of the checked-out branch, including spooled changes.
 * @throws Failure `no-session`, `detached-head`
 */
export async function currentSession(place: Place): Promise<LoadedSession> {
  const branch = requireBranch(place.repository);
  return withSpool(place, (await findSession(place, branch)) ?? (await noSession(place, branch)));
}

/**
 * Finds a session by name; without a name, returns the session of this branch.
 * @throws as `resolveSession`; Failure `no-session`, which names a record that the user may mean
 */
export async function sessionNamed(place: Place, name = "@"): Promise<KnownSession> {
  const branch = currentBranch(place.repository);
  const { resolveSession } = await import("./resolve-session.ts");
  try {
    return await resolveSession(place, name);
  } catch (error) {
    const isHere = name === "@" && error instanceof Failure && error.code === "unknown-session";
    if (!isHere || branch === undefined) throw error;
    return noSession(place, branch);
  }
}

/**
 * Returns the session whose record belongs to HEAD, for reading.
 * @throws Failure `no-session`, `detached-head`
 */
export async function sessionOfHead(place: Place): Promise<{ session: LoadedSession; record: HeadRecord }> {
  const record = await recordOfHead(place);
  const { session } = record;
  if (session) return { session, record };
  const branch = requireBranch(place.repository);
  throw noSessionOn(branch, record);
}

/**
 * Returns Failure `no-session`, with a record that the user may have meant and the command that resumes it.
 */
export async function noSession(place: Place, branch: string): Promise<never> {
  const { fallbackRecord: recordElsewhere } = await import("./head/head-fallback.ts");
  throw noSessionOn(branch, await recordElsewhere(place, branch));
}

function noSessionOn(branch: string, { offer, words, command }: HeadRecord): Failure {
  const offered = offer && offerOf(offer, branch);
  const what = offered ? `. ${offered.sentence.replace(/\.$/, "")}` : words ? `: ${words}` : "";
  const hint = offered?.commands.join("\n") ?? command;
  return new Failure("no-session", `there is no session on ${branch}${withoutMarks(what)}`, { hint });
}
