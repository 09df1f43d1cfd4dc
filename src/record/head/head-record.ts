/** Defines the record that belongs to a HEAD, as `head.ts` returns it. */
import type { Offer } from "../../history/branch-identity.ts";
import type { RecordSource } from "../../session/session.ts";
import type { SessionContext } from "../../session/state.ts";
import type { LoadedSession } from "../../store/load.ts";

/** The record of a branch, and the source of the record. */
export interface HeadRecord extends RecordSource {
  /** Branch of HEAD, or the branch that is being rebased or bisected; empty without one. */
  readonly branch: string;
  readonly detached: boolean;
  /** True if local state has the branch's session, to which commands write. */
  readonly recorded: boolean;
  /** Content of the record; undefined for a guess. */
  readonly session?: LoadedSession;
  /** Command with which the user continues the work. */
  readonly command: string;
  /** A stored session with another branch name that the user may have meant. */
  readonly offer?: Offer;
  /** For a guessed record: the commit at which the branch left its base, if known. */
  readonly base?: SessionContext["base"];
  /** The session from which a new session on this HEAD would inherit. */
  readonly parent?: ParentRecord;
}

/** A session from which another one inherits. */
export interface ParentRecord {
  readonly session: LoadedSession;
  /** Branch of the parent session; empty if no branch has its commits. */
  readonly branch: string;
  /** The commit at which the work of the new session begins. */
  readonly base: SessionContext["base"];
}
