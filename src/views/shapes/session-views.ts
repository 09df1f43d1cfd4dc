/**
 * View types of status, brief and handoff: they contain all facts as numbers and texts, and templates only
 * arrange them. Times are ISO 8601 in UTC; the rendering code formats them. Text that people or git wrote is
 * not escaped in a view, only marked (`foreign-text.ts`) if another clone wrote it; `render/` escapes it.
 */
import type { Annotation } from "../../facts/formats/annotations.ts";
import type { Issue } from "../../facts/formats/issues.ts";
import type { TestResults } from "../../facts/formats/junit.ts";
import type { CheckView } from "../../session/checklist.ts";
import type {
  Blocker,
  Decision,
  Objective,
  RecordSource,
  VerificationResult,
} from "../../session/session.ts";
import type { DecisionEnd } from "../../trailers/successors.ts";
import type { NextStep } from "./next.ts";

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
  readonly files: number;
  readonly added: number;
  readonly removed: number;
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

interface CoverageView {
  /** Coverage before the session, such as "84.2%"; absent without a report. */
  readonly before?: string;
  readonly after?: string;
  /** Required coverage, such as "85%". */
  readonly threshold: string;
  readonly below: boolean;
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
  /** Title of the parent session; absent if its branch has another session now, or none. */
  readonly title?: string;
  readonly state?: string;
}

/** A session that was started from this session. */
export interface ChildView {
  readonly id: string;
  readonly branch: string;
  readonly title?: string;
  readonly state?: string;
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

/** Fields that status, brief and handoff share. */
interface SessionView {
  readonly session: SessionHeadView;
  /** Progress of the objectives, such as "3 of 5 done". */
  readonly progress?: string;
  /** Next steps, most useful first. */
  readonly next: readonly NextStep[];
  /** Warnings, one sentence each: unfinished git operations, failed or outdated checks, damage. */
  readonly warnings: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly decisions: readonly DecisionView[];
  readonly verified: readonly VerificationView[];
  /** Checks of the session's template, which must pass before the end. */
  readonly checklist: readonly CheckView[];
  readonly files: readonly FileView[];
}

/** Further fields that brief and handoff share. */
interface WorkView extends SessionView {
  readonly objectives: readonly ObjectiveView[];
  readonly blockers: readonly BlockerView[];
  readonly resolved: readonly BlockerView[];
  /** Commits of the session. In a brief: newest first; in a handoff: oldest first, without merges. */
  readonly work: readonly CommitView[];
  readonly results: ResultsView;
  readonly issues: readonly Issue[];
  /** Uncommitted files. */
  readonly dirty: readonly FileView[];
  /** Messages of `git stash` entries made on this branch, newest first. */
  readonly stashed: readonly string[];
  readonly children: readonly ChildView[];
  readonly notes: readonly NoteView[];
}

/** The view of `session brief`. */
export interface BriefView extends WorkView {
  /** True if objectives were guessed from branch name and commits, because none is recorded. */
  readonly guessed: boolean;
  /** The planned merge at the end of the session. */
  readonly ending?: EndingView;
  readonly architecture?: string;
  readonly patterns: readonly string[];
  readonly conventions: readonly string[];
  /** Rules for added lines. */
  readonly rules: readonly { readonly name: string; readonly say?: string; readonly severity: string }[];
  readonly commands: readonly { readonly name: string; readonly command: string }[];
  /** Texts of `.session/architecture.md` and `.session/conventions.md`, without headings and comments. */
  readonly architectureText?: string;
  readonly conventionsText?: string;
  /** True if the branch has no known base: `work` then lists its newest commits. */
  readonly recent: boolean;
  /**
   * Commits of the base that this branch lacks. `upstreamMore`: number of commits that the list leaves out.
   */
  readonly upstream: readonly CommitView[];
  readonly upstreamMore: number;
  /** Name of the base branch. */
  readonly upstreamBase?: string;
  /** Decisions of other sessions about files that this session changes. */
  readonly related: readonly DecisionView[];
  readonly handoff?: LastHandoffView;
}

/** The last written handoff, compared with the current state of git. */
export interface LastHandoffView {
  readonly when: string;
  readonly commit?: string;
  readonly summary?: string;
  /**
   * Changes since the handoff, such as "5 commits, 12 changed files since", or the reason why they are
   * unknown.
   */
  readonly since?: string;
  /** The last acknowledgment of the handoff; absent without one. */
  readonly taken?: { readonly by: string; readonly when: string; readonly commit?: string };
}

/** The view of `session handoff`. */
export interface HandoffView extends WorkView {
  /** The handoff that was written at the end of the session; absent if the session never ended. */
  readonly written?: LastHandoffView;
  /** The recorded summary, else a sentence about objectives. */
  readonly summary: string;
  readonly numbers: {
    readonly time?: string;
    readonly span?: string;
    /** Number of commits by type, such as "4 feat, 2 test". */
    readonly commitTypes: string;
    /** Number of commits; absent for a branch without a known base. */
    readonly commits?: number;
    readonly files: number;
    readonly filesAdded: number;
    readonly filesRemoved: number;
    readonly added: number;
    readonly removed: number;
    readonly tests?: number;
    readonly coverage?: CoverageView;
  };
  /** The command that resumes the session. */
  readonly command: string;
}

/** The view of `session status`. */
export interface StatusView extends SessionView {
  readonly parent?: ParentView;
  /** The newest sessions that were started from this session. */
  readonly children: readonly ChildView[];
  readonly recorded: boolean;
  readonly objectives: readonly Objective[];
  readonly blockers: readonly (Blocker & { readonly age?: string })[];
  /** Ids of decisions that no commit carries yet. */
  readonly pending: readonly string[];
  readonly checkpoints: number;
  /** Number of commits that are not checkpoints; absent for a branch without a known base. */
  readonly commits?: number;
  readonly lastCheckpoint?: CommitView;
  readonly staged: number;
  readonly changed: number;
  readonly untracked: number;
  /** The state of the build; present only if requested. */
  readonly build?: BuildView;
  readonly upstream?: { readonly name: string; readonly ahead: number; readonly behind: number };
}
