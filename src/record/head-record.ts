/** The record that belongs to a HEAD, as `head.ts` finds it. */
import type { Offer } from "../history/branch-identity.ts";
import type { RecordSource } from "../session/session.ts";
import type { SessionContext } from "../session/state.ts";
import type { LoadedSession } from "../store/load.ts";

export interface HeadRecord extends RecordSource {
  /** The branch of HEAD, or the one that is being rebased or bisected; empty where there is none. */
  readonly branch: string;
  readonly detached: boolean;
  /** The branch has the session in local state, and commands write to it. */
  readonly recorded: boolean;
  /** What the record holds; undefined for a guess. */
  readonly session?: LoadedSession;
  /** The command with which work goes on. */
  readonly command: string;
  /** A stored session that is not this branch's by its name, and may be meant. */
  readonly offer?: Offer;
  /** For a guess: where the branch left the branch that it is based on, if that was looked up. */
  readonly base?: SessionContext["base"];
  /** The session that a new one on this HEAD begins with. */
  readonly parent?: ParentRecord;
}

/** A session that another one takes over from. */
export interface ParentRecord {
  readonly session: LoadedSession;
  /** Its branch; empty where no branch has its commits. */
  readonly branch: string;
  /** Where the work of the new one begins. */
  readonly base: SessionContext["base"];
}
