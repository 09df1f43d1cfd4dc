/**
 * Chooses the record that belongs to HEAD, for every view, error, tool and hook: local state; else the newest
 * snapshot; else the commits, as `resume` would rebuild them; else a guess. Changes nothing.
 */
import { standingOf } from "../../history/branch-identity.ts";
import { storedSession } from "../../history/stored-session.ts";
import type { Place } from "../../place/place.ts";
import type { LoadedSession } from "../../store/load.ts";
import { shellWord } from "../../text/shell.ts";
import { withSpool } from "../spool.ts";
import type { HeadRecord } from "./head-record.ts";

/** Returns the record of HEAD; during a rebase or bisect, of its branch. */
export async function recordOfHead(place: Place): Promise<HeadRecord> {
  const { branch, about } = place.repository;
  if (branch !== undefined) return recordOf(place, branch);
  if (about !== undefined) return { ...(await recordOf(place, about)), detached: true };
  const { recordOfDetached } = await import("./head-fallback.ts");
  return recordOfDetached(place);
}

/** Returns the record of a branch. @throws Failure `ambiguous-branch` if several remotes have it */
export async function recordOf(place: Place, branch: string): Promise<HeadRecord> {
  const stored = await storedSession(place, branch);
  if (stored && (await standingOf(place, stored)) !== "earlier")
    return localRecord(branch, await withSpool(place, stored));
  const { fallbackRecord: recordElsewhere } = await import("./head-fallback.ts");
  return recordElsewhere(place, branch);
}

/** Returns the record of a branch whose session is in local state. */
export function localRecord(branch: string, session: LoadedSession): HeadRecord {
  const command = `session resume ${shellWord(branch)}`;
  return { kind: "local", branch, detached: false, recorded: true, session, command };
}
