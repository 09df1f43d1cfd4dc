/** Chooses the sessions that a push sends. */
import type { Remote } from "../git/remote/refs.ts";
import { currentBranch } from "../git/repository.ts";
import type { Place } from "../place/place.ts";
import { findSession } from "../record/find-session.ts";
import { isShared, type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { deletedSession, expandName, pickSession, unknownSession } from "../record/resolve-session.ts";
import { Failure } from "../session/failure.ts";
import { isEnded } from "../session/state.ts";
import { shellWord } from "../text/shell.ts";
import { type Refs, remotesHere, sessionRefs } from "./remote.ts";

/**
 * Returns the sessions to push: the named sessions, else this branch's session and the shared sessions; with
 * `all`, every session of this clone.
 * @throws Failure `unknown-session`, `ambiguous-session`; `no-session` if no session can be pushed
 */
export async function sessionsToPush(
  place: Place,
  remote: Remote,
  { names, all }: { readonly names: readonly string[]; readonly all: boolean },
): Promise<KnownSession[]> {
  const [known, refs] = await Promise.all([
    knownSessions(place, { light: true }),
    sessionRefs(place, remote),
  ]);
  // Leaves out sessions that this clone only fetched from another remote.
  if (all) return known.filter((each) => each.loaded || each.folder !== undefined || refs.own.has(each.id));
  if (names.length > 0) {
    const found = await Promise.all(names.map((name) => namedSession(place, known, name)));
    return [...new Map(found.map((each) => [each.id, each])).values()];
  }
  const branch = currentBranch(place.repository);
  const here = branch === undefined ? undefined : await findSession(place, branch);
  const id = here?.state.context.id;
  const shared = sharedToPush(known, refs);
  const own = known.filter((each) => each.id === id && !shared.includes(each));
  if (own.length + shared.length > 0 || known.some(isShared)) return [...own, ...shared];
  const ended = known.find((each) => each.branch === branch && isEnded(each.state));
  if (ended)
    throw new Failure("no-session", `no session to push: ${ended.title} has ended, and none is shared`, {
      hint: `session push ${ended.id} ${shellWord(remote.shown)}`,
    });
  throw new Failure("no-session", "no session to push: this branch has none, and none is shared", {
    hint: "session list\nsession push --all",
  });
}

async function namedSession(
  place: Place,
  known: readonly KnownSession[],
  name: string,
): Promise<KnownSession> {
  const wanted = await expandName(place, name);
  const local = known.find((each) => each.where === "local" && each.branch === wanted);
  const found = local ?? pickSession(known, wanted);
  if (found) return found;
  const deleted = await deletedSession(place, wanted);
  if (deleted) throw deleted;
  const remotes = await remotesHere(place);
  const { message, hint } = unknownSession(known, wanted, "session list");
  throw new Failure("unknown-session", message, {
    advice: remotes.includes(wanted) ? `${wanted} is a remote: name it last` : "",
    hint: hint ?? "session list",
  });
}

/** Returns the shared sessions with changes that the remote did not have when this clone last saw it. */
function sharedToPush(known: readonly KnownSession[], refs: Refs): KnownSession[] {
  return known.filter((each) => isShared(each) && hasNews(each, refs));
}

/** Reports whether the remote may lack a part of a session. */
export function hasNews({ id, where }: KnownSession, { own, seen }: Refs): boolean {
  const last = seen.get(id);
  return where === "local" || last === undefined || own.get(id) !== last;
}
