/**
 * What the templates are given: everything is already decided, counted and worded; a template only places it.
 * Moments are ISO 8601 in UTC; who draws a view words them (`withDays`).
 * Text that people or git wrote is plain data here, marked (`foreign-text.ts`) where it was not written in this clone;
 * `render/` makes it inert.
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

export type ObjectiveView = Pick<Objective, "id" | "mark" | "text">;

export interface BlockerView extends Pick<Blocker, "id" | "text" | "link" | "note"> {
  /** "3 days", how long it is or was open; absent when nobody knows. */
  readonly age?: string;
  /** When it came up, where no age is given. */
  readonly since?: string;
}

export interface DecisionView extends Omit<Decision, "session" | "added" | "undone">, DecisionEnd {
  /** Short id of the commit that carries it; absent while it is pending. */
  readonly commit?: string;
  /** How that commit was found, where its message does not name the decision. */
  readonly found?: "tree" | "patch";
  /** Short id of the commit that carried it before it became pending again. */
  readonly was?: string;
  /** Short id of the commit that took back the one which carries it. */
  readonly reverted?: string;
  /** Files in play that its commit changed; set for decisions of others. */
  readonly files?: readonly string[];
  /** Set when the decision comes from another session: its title or branch. */
  readonly from?: string;
}

export interface VerificationView {
  readonly command: string;
  readonly result: VerificationResult;
  readonly when?: string;
  readonly commit?: string;
  /** Why it may no longer hold: "2 commits since". */
  readonly stale?: string;
  /** Of one that failed: names of failing tests, and the last lines of its output. */
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
  /** Author, when it is somebody else than the reader. */
  readonly author?: string;
  /** Objectives completed by it. */
  readonly completed: readonly string[];
  readonly files: number;
  readonly added: number;
  readonly removed: number;
  /** Short id of the commit that took it back. */
  readonly reverted?: string;
  /** A commit of the base that changes files of this session. */
  readonly sameFiles?: boolean;
}

export interface FileView {
  readonly path: string;
  /** "added", "changed", "removed", "renamed from src/old.ts", "untracked" */
  readonly change: string;
  readonly added?: number;
  readonly removed?: number;
  /** How many commits of the session touched it. */
  readonly commits?: number;
  /** The base, where commits that this branch has not changed it too. */
  readonly elsewhere?: string;
  /** Nothing of it is committed, so that the list of uncommitted files says the same. */
  readonly uncommitted?: true;
}

export interface NoteView {
  readonly text: string;
  readonly when?: string;
}

/** When and by what a result was written. */
interface ResultSource {
  /** The file, or how many. */
  readonly from: string;
  readonly when: string;
  /** Why it may no longer hold: "3 files changed since". */
  readonly stale?: string;
}

export interface BuildView {
  readonly status: string;
  readonly name?: string;
  /** Short id of the commit that was built. */
  readonly commit?: string;
  readonly url?: string;
  readonly when?: string;
  /** Jobs that failed. */
  readonly failing: readonly string[];
  readonly tests?: { readonly passed: number; readonly failed: number; readonly skipped: number };
  readonly coverage?: string;
  /** `.session/ci.json`, `gh` or `glab`. */
  readonly source: string;
  readonly stale?: string;
}

/** What tools found out about the work tree. */
export interface ResultsView {
  readonly tests?: ResultSource & TestResults;
  readonly coverage?: ResultSource & { readonly percent: string };
  readonly build?: BuildView;
  /** What is wrong with `.session/ci.json`, in a sentence. */
  readonly problem?: string;
}

interface CoverageView {
  /** "84.2%"; absent when no report was found. */
  readonly before?: string;
  readonly after?: string;
  /** "85%" */
  readonly threshold: string;
  readonly below: boolean;
}

export interface SessionHeadView {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  readonly state: string;
  /** Where the record comes from. */
  readonly record: RecordSource;
  /** Branch it started from, and the short id of that commit. */
  readonly baseBranch?: string;
  readonly baseCommit?: string;
  readonly started?: string;
  readonly ended?: string;
  /** "2h 15m" of working time. */
  readonly time?: string;
  /** Short id and subject of the commit that the text was made at. */
  readonly commit?: string;
  readonly subject?: string;
  /** "3 ahead of, 1 behind main" */
  readonly drift?: string;
  /** "1 ahead of, 2 behind origin/feature/x", against the upstream branch. */
  readonly upstream?: string;
  readonly tags: readonly string[];
  /** Documents beside the record, the first few by name; absent without any. */
  readonly workspace?: { readonly names: readonly string[]; readonly more: number };
  /** Where the record came from, if it was not begun in this clone: `commits`, `snapshot`, `import`. */
  readonly from?: string;
}

/** The session that this one stands on. */
export interface ParentView {
  readonly id: string;
  readonly branch: string;
  /** Absent where its branch has another session now, or none. */
  readonly title?: string;
  readonly state?: string;
}

/** A session that was started from this one. */
export interface ChildView {
  readonly id: string;
  readonly branch: string;
  readonly title?: string;
  readonly state?: string;
  /** "2 of 3 done" */
  readonly progress?: string;
  /** Its done objectives, the last ones. */
  readonly done?: readonly string[];
  /** How many decisions it took. */
  readonly decisions?: number;
  /** What its end said of it. */
  readonly summary?: string;
}

export interface EndingView {
  readonly command: string;
  /** What the merge needs: "85% coverage". */
  readonly needs: readonly string[];
}

/** What status, brief and handoff say of a session. */
interface SessionView {
  readonly session: SessionHeadView;
  /** "3 of 5 done" */
  readonly progress?: string;
  /** What to do next, most useful first. */
  readonly next: readonly NextStep[];
  /** Unfinished git operations, failed or stale verification, damage: one sentence each. */
  readonly warnings: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly decisions: readonly DecisionView[];
  readonly verified: readonly VerificationView[];
  /** What its template wants checked before it ends. */
  readonly checklist: readonly CheckView[];
  readonly files: readonly FileView[];
}

/** What brief and handoff also say. */
interface WorkView extends SessionView {
  readonly objectives: readonly ObjectiveView[];
  readonly blockers: readonly BlockerView[];
  readonly resolved: readonly BlockerView[];
  /** Commits of the session: newest first in a brief; oldest first, without merges, in a handoff. */
  readonly work: readonly CommitView[];
  readonly results: ResultsView;
  readonly issues: readonly Issue[];
  /** Changes not committed yet. */
  readonly dirty: readonly FileView[];
  /** Entries of `git stash` that were made on this branch, newest first. */
  readonly stashed: readonly string[];
  readonly children: readonly ChildView[];
  readonly notes: readonly NoteView[];
}

export interface BriefView extends WorkView {
  /** Objectives were guessed from the branch name and commits: nobody recorded any. */
  readonly guessed: boolean;
  /** How the session is meant to end. */
  readonly ending?: EndingView;
  readonly architecture?: string;
  readonly patterns: readonly string[];
  readonly conventions: readonly string[];
  /** What added lines are checked by, each in one line. */
  readonly rules: readonly { readonly name: string; readonly say?: string; readonly severity: string }[];
  readonly commands: readonly { readonly name: string; readonly command: string }[];
  /** Text of `.session/architecture.md` and `.session/conventions.md`, headings and comments removed. */
  readonly architectureText?: string;
  readonly conventionsText?: string;
  /** Nothing says where work began here: the commits are the newest ones. */
  readonly recent: boolean;
  /** What the base has that this branch has not, as far as it is shown. */
  readonly upstream: readonly CommitView[];
  readonly upstreamMore: number;
  /** Name of the base. */
  readonly upstreamBase?: string;
  /** Decisions of others that touch the files in play. */
  readonly related: readonly DecisionView[];
  readonly handoff?: LastHandoffView;
}

/** The handoff that was written last, against git as it is now. */
export interface LastHandoffView {
  readonly when: string;
  readonly commit?: string;
  readonly summary?: string;
  /** "5 commits and 12 files since", or why that cannot be told. */
  readonly since?: string;
  /** Who took it up last; absent where nobody has. */
  readonly taken?: { readonly by: string; readonly when: string; readonly commit?: string };
}

export interface HandoffView extends WorkView {
  /** The one that was written when it ended; absent where it never ended: then this is derived. */
  readonly written?: LastHandoffView;
  /** What the person who ended it wrote, or a sentence made from the objectives. */
  readonly summary: string;
  readonly numbers: {
    readonly time?: string;
    readonly span?: string;
    /** "4 feat, 2 test" */
    readonly commitTypes: string;
    /** Undefined on a branch that nothing says the beginning of. */
    readonly commits?: number;
    readonly files: number;
    readonly filesAdded: number;
    readonly filesRemoved: number;
    readonly added: number;
    readonly removed: number;
    readonly tests?: number;
    readonly coverage?: CoverageView;
  };
  /** The one command to take it up. */
  readonly command: string;
}

export interface StatusView extends SessionView {
  readonly parent?: ParentView;
  /** Sessions that were started from this one, the newest ones. */
  readonly children: readonly ChildView[];
  readonly recorded: boolean;
  readonly objectives: readonly Objective[];
  readonly blockers: readonly (Blocker & { readonly age?: string })[];
  /** Ids of decisions that no commit carries yet. */
  readonly pending: readonly string[];
  readonly checkpoints: number;
  /** Other commits; undefined on a branch that nothing says the beginning of. */
  readonly commits?: number;
  readonly lastCheckpoint?: CommitView;
  readonly staged: number;
  readonly changed: number;
  readonly untracked: number;
  /** Only where it was asked for. */
  readonly build?: BuildView;
  readonly upstream?: { readonly name: string; readonly ahead: number; readonly behind: number };
}
