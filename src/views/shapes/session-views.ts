/**
 * View types of status, brief and handoff: all facts are decided, counted and worded, and templates only
 * place them. Moments are ISO 8601 in UTC; the drawing code formats them. Text that people or git wrote is
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
  /** Moment it was added; set if `age` is not. */
  readonly since?: string;
}

/** A decision as views show it. */
export interface DecisionView extends Omit<Decision, "session" | "added" | "undone">, DecisionEnd {
  /** Short id of the carrying commit; absent while the decision is pending. */
  readonly commit?: string;
  /** Kind of content match, if the message of the commit does not name the decision. */
  readonly found?: "tree" | "patch";
  /** Short id of the lost commit that carried the decision before it became pending again. */
  readonly was?: string;
  /** Short id of the commit that reverted the carrying commit. */
  readonly reverted?: string;
  /** Files of this session that the carrying commit changed; set for others' decisions. */
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
  /** Reason why the result may no longer hold: "2 commits since". */
  readonly stale?: string;
  /** Names of failing tests; with `output`, the last lines of the output, only for a failed check. */
  readonly failing?: readonly string[];
  readonly output?: readonly string[];
}

/** A commit of the session, or of the branch. */
export interface CommitView {
  /** A checkpoint carries a record of this session. */
  readonly kind: "checkpoint" | "commit" | "merge";
  readonly commit: string;
  readonly subject: string;
  readonly label?: string;
  readonly when: string;
  /** Author, if another person than the session's author. */
  readonly author?: string;
  /** Objectives that the commit completed. */
  readonly completed: readonly string[];
  readonly files: number;
  readonly added: number;
  readonly removed: number;
  /** Short id of the commit that reverted this commit. */
  readonly reverted?: string;
  /** Set for a commit of the base that changes files of this session. */
  readonly sameFiles?: boolean;
}

/** A changed file. */
export interface FileView {
  readonly path: string;
  /** "added", "changed", "removed", "renamed from src/old.ts", "untracked" */
  readonly change: string;
  readonly added?: number;
  readonly removed?: number;
  /** Number of commits of the session that touched the file. */
  readonly commits?: number;
  /** Name of the base, if commits of the base that this branch lacks changed the file too. */
  readonly elsewhere?: string;
  /** Set if all changes of the file are uncommitted: `dirty` lists the same. */
  readonly uncommitted?: true;
}

/** A note. */
export interface NoteView {
  readonly text: string;
  readonly when?: string;
}

/** File and time of a result. */
interface ResultSource {
  /** Path of the file, or the number of files. */
  readonly from: string;
  readonly when: string;
  /** Reason why the result may no longer hold: "3 files changed since". */
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
  /** Origin: `.session/ci.json`, `gh` or `glab`. */
  readonly source: string;
  readonly stale?: string;
}

/** Results that tools wrote: tests, coverage, build. */
export interface ResultsView {
  readonly tests?: ResultSource & TestResults;
  readonly coverage?: ResultSource & { readonly percent: string };
  readonly build?: BuildView;
  /** Error in `.session/ci.json`, as a sentence. */
  readonly problem?: string;
}

interface CoverageView {
  /** Such as "84.2%"; absent without a report. */
  readonly before?: string;
  readonly after?: string;
  /** Such as "85%". */
  readonly threshold: string;
  readonly below: boolean;
}

/** Head of a view: the session and its branch. */
export interface SessionHeadView {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  readonly state: string;
  /** Source of the record. */
  readonly record: RecordSource;
  /** Base branch; `baseCommit`: short id of the commit that the session started from. */
  readonly baseBranch?: string;
  readonly baseCommit?: string;
  readonly started?: string;
  readonly ended?: string;
  /** Working time, such as "2h 15m". */
  readonly time?: string;
  /** Short id of the newest commit; `subject`: the subject of the commit. */
  readonly commit?: string;
  readonly subject?: string;
  /** Commits against the base: "3 commits ahead of, 1 behind main". */
  readonly drift?: string;
  /** Commits against the upstream branch: "1 ahead of, 2 behind origin/feature/x". */
  readonly upstream?: string;
  readonly tags: readonly string[];
  /** Documents of the workspace: the first names, and the number of others; absent without documents. */
  readonly workspace?: { readonly names: readonly string[]; readonly more: number };
  /** Origin of a record that another clone began: `commits`, `snapshot` or `import`. */
  readonly from?: string;
}

/** The session that this session was started from. */
export interface ParentView {
  readonly id: string;
  readonly branch: string;
  /** Absent if the branch has another session now, or none. */
  readonly title?: string;
  readonly state?: string;
}

/** A session that was started from this session. */
export interface ChildView {
  readonly id: string;
  readonly branch: string;
  readonly title?: string;
  readonly state?: string;
  /** Such as "2 of 3 done". */
  readonly progress?: string;
  /** The last done objectives. */
  readonly done?: readonly string[];
  /** Number of decisions. */
  readonly decisions?: number;
  /** Summary that `session end` recorded. */
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
  /** Such as "3 of 5 done". */
  readonly progress?: string;
  /** Next steps, most useful first. */
  readonly next: readonly NextStep[];
  /** Unfinished git operations, failed or stale verification, damage: one sentence each. */
  readonly warnings: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly decisions: readonly DecisionView[];
  readonly verified: readonly VerificationView[];
  /** Checks of the session's template, to make before the end. */
  readonly checklist: readonly CheckView[];
  readonly files: readonly FileView[];
}

/** Further fields that brief and handoff share. */
interface WorkView extends SessionView {
  readonly objectives: readonly ObjectiveView[];
  readonly blockers: readonly BlockerView[];
  readonly resolved: readonly BlockerView[];
  /** Commits of the session: newest first in a brief; oldest first, without merges, in a handoff. */
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
  /** Set if objectives were guessed from branch name and commits, since none is recorded. */
  readonly guessed: boolean;
  /** The planned end of the session. */
  readonly ending?: EndingView;
  readonly architecture?: string;
  readonly patterns: readonly string[];
  readonly conventions: readonly string[];
  /** Rules that added lines are checked against. */
  readonly rules: readonly { readonly name: string; readonly say?: string; readonly severity: string }[];
  readonly commands: readonly { readonly name: string; readonly command: string }[];
  /** Texts of `.session/architecture.md` and `.session/conventions.md`, without headings and comments. */
  readonly architectureText?: string;
  readonly conventionsText?: string;
  /** Set if the branch has no known base: `work` lists its newest commits. */
  readonly recent: boolean;
  /** Shown commits of the base that this branch lacks; `upstreamMore` counts the others. */
  readonly upstream: readonly CommitView[];
  readonly upstreamMore: number;
  /** Name of the base. */
  readonly upstreamBase?: string;
  /** Decisions of other sessions about files that this session changes. */
  readonly related: readonly DecisionView[];
  readonly handoff?: LastHandoffView;
}

/** The last written handoff, compared with the present state of git. */
export interface LastHandoffView {
  readonly when: string;
  readonly commit?: string;
  readonly summary?: string;
  /** Changes since the handoff, "5 commits, 12 changed files since", or the reason why they are unknown. */
  readonly since?: string;
  /** The last acknowledgment of the handoff; absent without one. */
  readonly taken?: { readonly by: string; readonly when: string; readonly commit?: string };
}

/** The view of `session handoff`. */
export interface HandoffView extends WorkView {
  /** The handoff written at the end of the session; absent if the session never ended. */
  readonly written?: LastHandoffView;
  /** Recorded summary, else a sentence about objectives. */
  readonly summary: string;
  readonly numbers: {
    readonly time?: string;
    readonly span?: string;
    /** Such as "4 feat, 2 test". */
    readonly commitTypes: string;
    /** Absent for a branch without a known base. */
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
  /** Present only if requested. */
  readonly build?: BuildView;
  readonly upstream?: { readonly name: string; readonly ahead: number; readonly behind: number };
}
