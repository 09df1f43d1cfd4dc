/** Defines the record that belongs to a HEAD, as `head.ts` returns it. */
import type { Offer } from "../history/branch-identity.ts";
import type { RecordSource } from "../session/session.ts";
import type { SessionContext } from "../session/state.ts";
import type { LoadedSession } from "../store/load.ts";

/** The record of a branch, and its source. */
export interface HeadRecord extends RecordSource {
  /** Branch of HEAD, or the branch that is being rebased or bisected; empty without one. */
  readonly branch: string;
  readonly detached: boolean;
  /** Session of the branch in local state, to which commands write. */
  readonly recorded: boolean;
  /** Content of the record; undefined for a guess. */
  readonly session?: LoadedSession;
  /** Command that continues the work. */
  readonly command: string;
  /** A stored session with another branch name that the user may mean. */
  readonly offer?: Offer;
  /** For a guess: where the branch left its base, if that is known. */
  readonly base?: SessionContext["base"];
  /** The session from which a new one on this HEAD inherits. */
  readonly parent?: ParentRecord;
}

/** A session from which another one inherits. */
export interface ParentRecord {
  readonly session: LoadedSession;
  /** Its branch; empty if no branch has its commits. */
  readonly branch: string;
  /** The commit at which the work of the new session begins. */
  readonly base: SessionContext["base"];
}
