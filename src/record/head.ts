/**
 * Which record belongs to the commits that are checked out, and where it comes from. Every view, error, tool and hook asks
 * here: local state; else the newest snapshot; else what the commits carry, as `resume` would rebuild it; else a guess.
 */
import { standingOf } from "../history/branch-identity.ts";
import { storedSession } from "../history/stored-session.ts";
import type { Place } from "../place/place.ts";
import type { LoadedSession } from "../store/load.ts";
import { shellWord } from "../text/shell.ts";
import type { HeadRecord } from "./head-record.ts";
import { withSpool } from "./spool.ts";

/** The record of what is checked out; of a branch that is being rebased or bisected, that branch's. */
export async function recordOfHead(place: Place): Promise<HeadRecord> {
  const { branch, about } = place.repository;
  if (branch !== undefined) return recordOf(place, branch);
  if (about !== undefined) return { ...(await recordOf(place, about)), detached: true };
  const { recordOfDetached } = await import("./head-fallback.ts");
  return recordOfDetached(place);
}

/** The record of a branch. Failure `ambiguous-branch` where several remotes have it. */
export async function recordOf(place: Place, branch: string): Promise<HeadRecord> {
  const stored = await storedSession(place, branch);
  if (stored && (await standingOf(place, stored)) !== "earlier")
    return localRecord(branch, await withSpool(place, stored));
  const { fallbackRecord: recordElsewhere } = await import("./head-fallback.ts");
  return recordElsewhere(place, branch);
}

/** The record of a branch that has its session in local state. */
export function localRecord(branch: string, session: LoadedSession): HeadRecord {
  const command = `session resume ${shellWord(branch)}`;
  return { kind: "local", branch, detached: false, recorded: true, session, command };
}
