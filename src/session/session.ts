/** Defines the data of a session as plain readonly values. Uses no disk, git or terminal. */

/** The state of an objective. */
export type ObjectiveMark = "open" | "active" | "done" | "dropped";

export interface Objective {
  /** Id of the objective, such as `obj-1`: unique in its session, never reused. */
  readonly id: string;
  readonly mark: ObjectiveMark;
  /** Text of the objective; may have several lines, of which the first is the headline. */
  readonly text: string;
  /** Time of creation in ISO 8601, UTC; absent for an item written by hand until a command reads it. */
  readonly added?: string;
  /** Time of completion or drop, in ISO 8601, UTC. */
  readonly finished?: string;
  /** Id of the item's session; set if a folded commit contains an item of another session. */
  readonly session?: string;
}

export interface Blocker {
  /** Id of the blocker, such as `blk-1`. */
  readonly id: string;
  /** True if the blocker is resolved or dropped. */
  readonly resolved: boolean;
  /** Set if the blocker was dropped, not resolved. */
  readonly dropped?: true;
  readonly text: string;
  /** Issue number or address that the work waits for. */
  readonly link?: string;
  /** Description of the resolution, or the reason for the drop. */
  readonly note?: string;
  readonly added?: string;
  readonly finished?: string;
  /** Id of the item's session, as in `Objective`. */
  readonly session?: string;
}

export interface Decision {
  /** Id of the decision, such as `dec-1`. */
  readonly id: string;
  readonly text: string;
  readonly rationale?: string;
  /** Rejected alternatives, each with the reason if one was given. */
  readonly alternatives: readonly string[];
  /** Id of the superseded decision: `dec-1`, or `<session id>/dec-1` of another session. */
  readonly supersedes?: string;
  /** Id of the withdrawn decision, in the form of `supersedes`. */
  readonly withdraws?: string;
  /** Set in the record of several commits if one of them reverted the commit that carried the decision. */
  readonly undone?: true;
  /** Id of the session that made the decision; set if a list contains several sessions. */
  readonly session?: string;
  readonly author?: string;
  readonly added?: string;
}

export type VerificationResult = "passed" | "failed";

export interface Verification {
  /** The command or check, on one line. */
  readonly command: string;
  readonly result: VerificationResult;
  readonly added?: string;
  /** Commit that was checked out during the run. */
  readonly commit?: string;
  /** Id of the tree of the checked files, including untracked files; absent in older records. */
  readonly tree?: string;
  /** Globs of files that cannot change the check's result. */
  readonly apart?: readonly string[];
  /**
   * Set if the commit that carries the check has other files than the check ran on: the id of the checked
   * commit, empty before the first commit.
   */
  readonly earlier?: string;
  /** Exit code of the check, and its duration in seconds, if this program ran it. */
  readonly code?: number;
  readonly seconds?: number;
  /** Last lines of a failed check's output. Stored only in `outputs` of this clone. */
  readonly output?: string;
  /** Names of failing tests. */
  readonly failing?: readonly string[];
}

/** A line of the `Impact` trailer: `Added: src/a.ts`. */
export interface ImpactLine {
  readonly key: string;
  readonly value: string;
}

/** The trailers of one checkpoint as values (docs/trailers.md). */
export interface CheckpointRecord {
  readonly objectives: readonly Objective[];
  readonly blockers: readonly Blocker[];
  readonly decisions: readonly Decision[];
  readonly verified: readonly Verification[];
  readonly impact: readonly ImpactLine[];
  /** Objectives and blockers of other sessions from a folded commit, each with its session. */
  readonly others?: { readonly objectives: readonly Objective[]; readonly blockers: readonly Blocker[] };
  /**
   * Number of items that the record leaves out, because earlier commits list them or the list is too long.
   */
  readonly more?: { readonly objectives?: number; readonly blockers?: number };
  /** Set if the message has no `Session-Id`: the id was found otherwise. */
  readonly nameless?: true;
  readonly label?: string;
  /** Title of the session; absent if it follows from the branch name. */
  readonly title?: string;
  /** Session id; absent only in records recovered from older tools. */
  readonly id?: string;
  /** Working time so far, in minutes. */
  readonly minutes?: number;
}

/**
 * Source of a record. `local`: a session of this clone. `ended`: an ended session, kept in this clone or in a
 * snapshot. `snapshot`: an active session, fetched. `commits`: rebuilt from trailers. `inherited`: the open
 * work of the parent session. `guess`: no record.
 */
type RecordKind = "local" | "ended" | "snapshot" | "commits" | "inherited" | "guess";

/** The source of a session's record. */
export interface RecordSource {
  readonly kind: RecordKind;
  /**
   * Description of the source, such as "from the commits of feature/login", with foreign text marked; absent
   * if this clone has the branch's session.
   */
  readonly words?: string;
}

/** Returns the first line of a text, which lists show; for a text changed in two clones, both versions. */
export function headline(text: string): string {
  const [first = "", ...more] = text.split("\n");
  return [first, ...more.filter((line) => line.startsWith("(or) "))].join(" ");
}
