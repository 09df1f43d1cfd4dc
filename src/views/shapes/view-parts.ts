/** Defines the parts of views: items, checks, commits, files, results and heads of sessions. */
import type { TestResults } from "../../facts/formats/junit.ts";
import type {
  Blocker,
  Decision,
  Objective,
  RecordSource,
  VerificationResult,
} from "../../session/session.ts";
import type { DecisionEnd } from "../../trailers/successors.ts";

/** An objective as views show it. */
export type ObjectiveView = Pick<Objective, "id" | "mark" | "text">;

/** A blocker as views show it. */
export interface BlockerView extends Pick<Blocker, "id" | "text" | "link" | "note"> {
  /** Time that the blocker is or was open, such as "3 days"; absent if unknown. */
  readonly age?: string;
  /** Time at which the blocker was added; set if `age` is not. */
  readonly since?: string;
}

/** A decision as views show it. */
export interface DecisionView extends Omit<Decision, "session" | "added" | "undone">, DecisionEnd {
  /** Short id of the commit that carries the decision; absent while no commit does. */
  readonly commit?: string;
  /** Method of the content match, if the message of the commit does not name the decision. */
  readonly found?: "tree" | "patch";
  /** Short id of the lost commit that carried the decision before it became pending again. */
  readonly was?: string;
  /** Short id of the commit that reverted the decision's commit. */
  readonly reverted?: string;
  /** Files of this session that the decision's commit changed; set for decisions of others. */
  readonly files?: readonly string[];
  /** Title or branch of the session, if it is another session. */
  readonly from?: string;
}

/** The last result of a check. */
export interface VerificationView {
  readonly command: string;
  readonly result: VerificationResult;
  readonly when?: string;
  readonly commit?: string;
  /** Reason why the result may be out of date, such as "2 commits since". */
  readonly stale?: string;
  /** Names of failing tests, for a failed check; and the last lines of its output. */
  readonly failing?: readonly string[];
  readonly output?: readonly string[];
}

/** A commit of the session, or of the branch. */
export interface CommitView {
  /** Kind of the commit. `checkpoint`: it carries a record of this session. */
  readonly kind: "checkpoint" | "commit" | "merge";
  readonly commit: string;
  readonly subject: string;
  readonly label?: string;
  readonly when: string;
  /** Name of the author, if it is not the session's author. */
  readonly author?: string;
  /** Objectives that the commit completed. */
  readonly completed: readonly string[];
  /** Numbers of changed files and lines; absent if the commit does not record them. */
  readonly files?: number;
  readonly added?: number;
  readonly removed?: number;
  /** Short id of the commit that reverted this commit. */
  readonly reverted?: string;
  /** True for a commit of the base that changes files of this session. */
  readonly sameFiles?: boolean;
}

/** A changed file. */
export interface FileView {
  readonly path: string;
  /** Kind of the change: "added", "changed", "removed", "renamed from src/old.ts", "untracked". */
  readonly change: string;
  readonly added?: number;
  readonly removed?: number;
  /** Number of commits of the session that changed the file. */
  readonly commits?: number;
  /** Name of the base branch, if the base has commits with changes to the file that this branch lacks. */
  readonly elsewhere?: string;
  /** Set if all changes of the file are uncommitted: `dirty` then lists the same changes. */
  readonly uncommitted?: true;
}

/** A note of a session. */
export interface NoteView {
  readonly text: string;
  readonly when?: string;
}

/** File and time of a tool's result. */
interface ResultSource {
  /** Path of the result's file, or the number of files. */
  readonly from: string;
  readonly when: string;
  /** Reason why the result may be out of date, such as "3 files changed since". */
  readonly stale?: string;
}

/** The state of a CI build. */
export interface BuildView {
  readonly status: string;
  readonly name?: string;
  /** Short id of the built commit. */
  readonly commit?: string;
  readonly url?: string;
  readonly when?: string;
  /** Names of failed jobs. */
  readonly failing: readonly string[];
  readonly tests?: { readonly passed: number; readonly failed: number; readonly skipped: number };
  readonly coverage?: string;
  /** Source of the state: `.session/ci.json`, `gh` or `glab`. */
  readonly source: string;
  readonly stale?: string;
}

/** Results that tools wrote: tests, coverage and build. */
export interface ResultsView {
  readonly tests?: ResultSource & TestResults;
  readonly coverage?: ResultSource & { readonly percent: string };
  readonly build?: BuildView;
  /** Error in `.session/ci.json`, as a sentence. */
  readonly problem?: string;
}

/** The head of a view: session and branch. */
export interface SessionHeadView {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  readonly state: string;
  /** Source of the session's record. */
  readonly record: RecordSource;
  /** Name of the base branch. `baseCommit`: short id of the commit from which the session started. */
  readonly baseBranch?: string;
  readonly baseCommit?: string;
  readonly started?: string;
  readonly ended?: string;
  /** Working time, such as "2h 15m". */
  readonly time?: string;
  /** Short id of the newest commit, and its subject. */
  readonly commit?: string;
  readonly subject?: string;
  /** Number of commits compared with the base branch: "3 commits ahead of, 1 behind main". */
  readonly drift?: string;
  /** Number of commits compared with the upstream branch: "1 ahead of, 2 behind origin/feature/x". */
  readonly upstream?: string;
  readonly tags: readonly string[];
  /** Documents in the workspace: the first names, and the number of the others; absent without documents. */
  readonly workspace?: { readonly names: readonly string[]; readonly more: number };
  /** Source of a record that another clone created: `commits`, `snapshot` or `import`. */
  readonly from?: string;
}

/** The session from which this session was started. */
export interface ParentView {
  readonly id: string;
  readonly branch: string;
  /** Title of the session; absent if its branch has another session now, or none. */
  readonly title?: string;
  readonly state?: string;
}

/** A session that was started from this session. */
export interface ChildView extends ParentView {
  /** Progress of the child session, such as "2 of 3 done". */
  readonly progress?: string;
  /** Texts of the last finished objectives. */
  readonly done?: readonly string[];
  /** Number of decisions of the child session. */
  readonly decisions?: number;
  /** Summary that `session end` recorded for the child session. */
  readonly summary?: string;
}

/** The command that ends the session by a merge. */
export interface EndingView {
  readonly command: string;
  /** Conditions of the merge, such as "coverage of 85%". */
  readonly needs: readonly string[];
}
