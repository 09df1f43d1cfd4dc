import type { Place } from "../place/place.ts";
import { noSession } from "../record/find-session.ts";
import type { ChangedRecord } from "../record/metadata.ts";
import { deletedSession, findNamed } from "../record/resolve-session.ts";
import { isSessionId } from "../session/ids.ts";

/** Help text of the argument that names a session; the default is this branch's session. */
export const SESSION = "id or its start, branch, title, @ or - (default: this branch's)";

/**
 * Splits words into a session, if the first word names one, and the rest. Else the session is this branch's.
 * @throws Failure `ambiguous-session`, `no-session`; `unknown-session` for a deleted session.
 */
export async function sessionIn(
  place: Place,
  words: readonly (string | undefined)[],
): Promise<{ readonly session: string; readonly rest: readonly string[] }> {
  const given = words.filter((each) => each !== undefined);
  const [session, ...rest] = given;
  if (session !== undefined && (await isSession(place, session))) return { session, rest };
  const { branch } = place.repository;
  const hasOwn = branch === undefined || (await isSession(place, "@"));
  // On a branch with a session, a tag, key or remote may have the branch or title of a deleted session.
  if (session !== undefined && (!hasOwn || isSessionId(session))) {
    const deleted = await deletedSession(place, session);
    if (deleted) throw deleted;
  }
  return hasOwn ? { session: "@", rest: given } : noSession(place, branch);
}

async function isSession(place: Place, name: string): Promise<boolean> {
  return (await findNamed(place, name)) !== undefined;
}

/** Returns the ids of items, one per line: the output with `--quiet`. */
export function idsOf(items: readonly { readonly id: string }[]): string {
  return items.map((each) => each.id).join("\n");
}

/** Returns title, state, tags and metadata of a session as JSON data. */
export function filedValue({ context, known, changed }: ChangedRecord) {
  const { id, title, state, tags, meta } = context;
  return { id, title, branch: known.branch, state, tags, meta, changed };
}
