/** Describes a deleted session, so that it can be restored completely. Pure. */
import { defined } from "../text/defined.ts";
import { isSessionId } from "./ids.ts";

/** Days that a deleted session is kept. */
export const TRASH_DAYS = 30;

export interface DeletedSession {
  /** Name in the trash: `<id>-1`, or the next number if the session was deleted before. */
  readonly key: string;
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  /** State of the session before the deletion. */
  readonly state: string;
  readonly parent?: string;
  /** Time of the deletion, in ISO 8601, UTC. */
  readonly at: string;
  /** Location of the session before the deletion. */
  readonly where: "local" | "kept" | "snapshot";
  /** Former refs of the session, which are now at `refs/session-trash/<key>/<n>`. */
  readonly refs: readonly { readonly ref: string; readonly oid: string }[];
  /** Current step; the next command finishes an interrupted step. */
  readonly step: "deleting" | "deleted" | "restoring";
}

/**
 * Reports whether a session counts as deleted while its deletion is unfinished: from the moment it left its
 * branch's folder, or at once if it had no folder, unless it was resumed or ended since. `found`: its current
 * record.
 */
export function countsAsDeleted(
  { where, state }: DeletedSession,
  found: Pick<DeletedSession, "where" | "state"> | undefined,
): boolean {
  if (found === undefined) return true;
  return found.where !== "local" && (where !== "local" || found.state === state);
}

/** Parses the note of an entry; undefined for anything that this program would not write. */
export function parseDeleted(key: string, text: string): DeletedSession | undefined {
  try {
    const { id, title, branch, state, parent, at, where, refs, step } = JSON.parse(text) as DeletedSession;
    const texts = [title, branch, state, at].every((each) => typeof each === "string");
    if (!texts || !isSessionId(id) || key.slice(0, 12) !== id || !Array.isArray(refs)) return undefined;
    if (
      !["local", "kept", "snapshot"].includes(where) ||
      !["deleting", "deleted", "restoring"].includes(step)
    )
      return undefined;
    const isOurs = ({ ref, oid }: { ref: string; oid: string }) =>
      /^refs\/(sessions|session-stash|session-remotes\/\S+)\/[0-9a-z]{12}$/.test(ref) &&
      /^[0-9a-f]{40,64}$/.test(oid);
    if (!refs.every(isOurs)) return undefined;
    return { key, id, title, branch, state, at, where, refs, step, ...defined({ parent }) };
  } catch {
    return undefined;
  }
}

/**
 * Reports whether a deleted session has been in the trash long enough. `now`: milliseconds since the epoch.
 */
export function isExpired({ at, step }: DeletedSession, now: number): boolean {
  return step === "deleted" && now - Date.parse(at) > TRASH_DAYS * 86_400_000;
}
