/**
 * View types of status, brief and handoff: they contain all facts as numbers and texts, and templates only
 * arrange them. Times are ISO 8601 in UTC; the rendering code formats them. Text that people or git wrote is
 * not escaped in a view, only marked (`foreign-text.ts`) if another clone wrote it; `render/` escapes it.
 */
import type { Annotation } from "../../facts/formats/annotations.ts";
import type { Issue } from "../../facts/formats/issues.ts";
import type { CheckView } from "../../session/checklist.ts";
import type { Blocker, Objective } from "../../session/session.ts";
import type { NextStep } from "./next.ts";
import type {
  BlockerView,
  BuildView,
  ChildView,
  CommitView,
  DecisionView,
  EndingView,
  FileView,
  NoteView,
  ObjectiveView,
  ParentView,
  ResultsView,
  SessionHeadView,
  VerificationView,
} from "./view-parts.ts";

interface CoverageView {
  /** Coverage before the session, such as "84.2%"; absent without a report. */
  readonly before?: string;
  readonly after?: string;
  /** Required coverage, such as "85%". */
  readonly threshold: string;
  readonly below: boolean;
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
  /** Id of a session whose branch is not checked out: a command about its handoff has to name it. */
  readonly id?: string;
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
    /** Number of commits; absent for a branch without a known base, and if git lost the commits. */
    readonly commits?: number;
    /** Number of changed files; this and the numbers below are null if unknown. */
    readonly files: number | null;
    readonly filesAdded: number | null;
    readonly filesRemoved: number | null;
    readonly added: number | null;
    readonly removed: number | null;
    /** Number of tests added, minus tests removed; absent if zero. */
    readonly tests?: number | null;
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
  /** Number of tracked files with staged or unstaged changes. */
  readonly tracked: number;
  /** The state of the build; present only if requested. */
  readonly build?: BuildView;
  /** The upstream branch. The numbers are null if it is gone. */
  readonly upstream?: {
    readonly name: string;
    readonly ahead: number | null;
    readonly behind: number | null;
  };
}
