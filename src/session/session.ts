/** The words of the domain as plain readonly values. Nothing here touches a disk, git or a terminal. */

export type ObjectiveMark = "open" | "active" | "done" | "dropped";

export interface Objective {
  /** `obj-1`, unique in its session, never used twice. */
  readonly id: string;
  readonly mark: ObjectiveMark;
  /** May hold several lines; the first one is the headline. */
  readonly text: string;
  /** ISO 8601 UTC; absent for an item written by hand and not seen by a command yet. */
  readonly added?: string;
  /** When it was completed or dropped, ISO 8601 UTC. */
  readonly finished?: string;
  /** Session that it belongs to; set when a folded commit brings along those of another session. */
  readonly session?: string;
}

export interface Blocker {
  /** `blk-1`. */
  readonly id: string;
  /** Blocks no longer: it was resolved, or dropped. */
  readonly resolved: boolean;
  /** It was given up on, not resolved. */
  readonly dropped?: true;
  readonly text: string;
  /** What it waits for: an issue number or an address. */
  readonly link?: string;
  /** How it was resolved. */
  readonly note?: string;
  readonly added?: string;
  readonly finished?: string;
  /** As in `Objective`. */
  readonly session?: string;
}

export interface Decision {
  /** `dec-1`. */
  readonly id: string;
  readonly text: string;
  readonly rationale?: string;
  /** Rejected alternatives, each with the reason if one was given. */
  readonly alternatives: readonly string[];
  /** Id of the decision that this one replaces: `dec-1`, or `<session id>/dec-1` of another session. */
  readonly supersedes?: string;
  /** Id of the decision that this one withdraws, named as in `supersedes`. */
  readonly withdraws?: string;
  /** In a commit made of several: the commit that carried it was reverted by another of them. */
  readonly undone?: true;
  /** Session in which it was taken; set when decisions of several sessions stand side by side. */
  readonly session?: string;
  readonly author?: string;
  readonly added?: string;
}

export type VerificationResult = "passed" | "failed";

export interface Verification {
  /** The command or the check, in one line. */
  readonly command: string;
  readonly result: VerificationResult;
  readonly added?: string;
  /** Commit that was checked out when it ran. */
  readonly commit?: string;
  /** Tree of the files that it ran on, untracked ones included; absent in records of older versions. */
  readonly tree?: string;
  /** Files that do not matter to it, as globs. */
  readonly apart?: readonly string[];
  /** In a commit that carries it and changed the files since: the commit that it ran at, empty before the first one. */
  readonly earlier?: string;
  /** Exit code and seconds, where we ran it. */
  readonly code?: number;
  readonly seconds?: number;
  /** Last lines of a run that failed: kept in `outputs` of this clone's record, never with the check itself. */
  readonly output?: string;
  /** Names of failing tests. */
  readonly failing?: readonly string[];
}

/** A line of the `Impact` trailer: `Added: src/a.ts`. */
export interface ImpactLine {
  readonly key: string;
  readonly value: string;
}

/** What one checkpoint says: the trailers of design section 5 as values. */
export interface CheckpointRecord {
  readonly objectives: readonly Objective[];
  readonly blockers: readonly Blocker[];
  readonly decisions: readonly Decision[];
  readonly verified: readonly Verification[];
  readonly impact: readonly ImpactLine[];
  /** Objectives and blockers of other sessions that a folded commit brought along, each with its session. */
  readonly others?: { readonly objectives: readonly Objective[]; readonly blockers: readonly Blocker[] };
  /** Items of a list that the record does not name, because commits before it do or because they are too many. */
  readonly more?: { readonly objectives?: number; readonly blockers?: number };
  readonly label?: string;
  /** Title of the session; absent where it is the one that the branch's name gives. */
  readonly title?: string;
  /** Session id. Absent only in what the reader recovered from older tools. */
  readonly id?: string;
  /** Working time so far, in minutes. */
  readonly minutes?: number;
}

/**
 * `local`: a session of this clone. `ended`: one that ended, kept here or in a snapshot. `snapshot`: one that goes on, fetched.
 * `commits`: rebuilt from trailers. `inherited`: what the session of the branch below leaves open. `guess`: no record.
 */
type RecordKind = "local" | "ended" | "snapshot" | "commits" | "inherited" | "guess";

export interface RecordSource {
  readonly kind: RecordKind;
  /** "from the commits of feature/login", foreign text marked; absent where the branch has its own session here. */
  readonly words?: string;
}

/** First line of a text: what a list shows of it. Of one that was changed in two clones, that of both. */
export function headline(text: string): string {
  const [first = "", ...more] = text.split("\n");
  return [first, ...more.filter((line) => line.startsWith("(or) "))].join(" ");
}
