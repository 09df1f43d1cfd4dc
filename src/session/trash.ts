/** What is noted of a session that was deleted, so that it can come back whole. */
import { defined } from "../text/defined.ts";
import { isSessionId } from "./ids.ts";

/** How long it is kept, in days. */
export const TRASH_DAYS = 30;

export interface DeletedSession {
  /** Its name in the trash: `<id>-1`, or with the next number where it was deleted before. */
  readonly key: string;
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  /** The state that it had. */
  readonly state: string;
  readonly parent?: string;
  /** When it was deleted, ISO 8601 UTC. */
  readonly at: string;
  /** Where it was. */
  readonly where: "local" | "kept" | "snapshot";
  /** Its refs; each is at `refs/session-trash/<key>/<n>` now. */
  readonly refs: readonly { readonly ref: string; readonly oid: string }[];
  /** What was begun is finished by whoever comes next. */
  readonly step: "deleting" | "deleted" | "restoring";
}

/**
 * Whether a session counts as deleted while its entry is not finished: it does from when it left its branch's folder, or at
 * once where it had none; not where it was taken up or ended since. `found`: what is there of it.
 */
export function isOut(
  { where, state }: DeletedSession,
  found: Pick<DeletedSession, "where" | "state"> | undefined,
): boolean {
  if (found === undefined) return true;
  return found.where !== "local" && (where !== "local" || found.state === state);
}

/** Reads the note of an entry; undefined for what we would not write. */
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

/** Whether it has been kept as long as promised. `now`: milliseconds. */
export function isExpired({ at, step }: DeletedSession, now: number): boolean {
  return step === "deleted" && now - Date.parse(at) > TRASH_DAYS * 86_400_000;
}
