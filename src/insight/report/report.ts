/** The content of a report: the report decides and counts everything, and a format only places it. */

import type { Objective } from "../../session/session.ts";
import type { Forge } from "../../text/forge.ts";
import type { SessionRow } from "../../views/shapes/listing.ts";
import type { BuildView, ResultsView } from "../../views/shapes/session-views.ts";
import type { Totals } from "../counting/metrics.ts";
import type { CommitSums, HotFile } from "../counting/numbers.ts";
import type { Period, PeriodNumbers } from "../counting/periods.ts";
import type { ProjectVelocity } from "../counting/velocity.ts";

export interface Report {
  readonly repository: string;
  /** ISO 8601, as the other moments; days are `2024-01-31`. */
  readonly made: string;
  readonly scope: "period" | "project";
  readonly period: {
    /** Null: there is no commit and no session yet. */
    readonly from: string | null;
    readonly to: string;
    readonly by: Period;
    readonly name: string;
  };
  readonly author: "me" | "all";
  readonly branch: string | null;
  /** Commit whose history it is; null before the first one. */
  readonly tip: string | null;
  readonly shallow: boolean;
  /** Depth of the numbers: a partial clone may lack lines, or files too. */
  readonly depth: "lines" | "files" | "messages";
  readonly forge: Forge | null;
  readonly numbers: CommitSums & {
    readonly authors: number;
    readonly files: number;
    readonly undated: number;
  };
  /** All of them, those without a commit too. */
  readonly periods: readonly ReportPeriodNumbers[];
  /** Commits by weekday (Monday first) and hour. */
  readonly hours: readonly (readonly number[])[];
  readonly hot: readonly (HotFile & { readonly gone: boolean })[];
  /** Of the last weeks, whatever the period is. */
  readonly velocity: ProjectVelocity;
  readonly totals: Totals;
  readonly sessions: readonly ReportSession[];
  /** At the end of each period. */
  readonly objectives: readonly ObjectivesAt[];
  readonly decisions: Listed<ReportDecision>;
  readonly blockers: readonly ReportBlocker[];
  readonly commits: Listed<ReportCommit>;
  readonly results: ReportResults;
}

/** The newest ones, and how many more there are. */
interface Listed<T> {
  readonly items: readonly T[];
  readonly more: number;
}

export type ReportPeriodNumbers = Omit<PeriodNumbers, "last"> & { readonly last: string | null };

export interface ReportSession extends Pick<SessionRow, "id" | "title" | "minutes" | "tags"> {
  /** Null where only commits tell of it. */
  readonly branch: string | null;
  /** `recorded`: only commits tell of it. */
  readonly state: string;
  readonly started: string;
  /** The end, or the last sign of life. */
  readonly until: string;
  /** Null where only commits tell of it. */
  readonly checkpoints: number | null;
  readonly objectives: readonly Objective[];
  readonly progress: SessionRow["objectives"];
  readonly issues: readonly { readonly id: string; readonly url?: string }[];
}

export interface ObjectivesAt {
  /** First day of the period. */
  readonly from: string;
  readonly open: number;
  readonly done: number;
}

export interface ReportDecision {
  readonly id: string;
  /** Id of the session in which it was taken. */
  readonly session: string | null;
  readonly text: string;
  readonly rationale: string | null;
  readonly alternatives: readonly string[];
  readonly supersedes: string | null;
  readonly at: string | null;
  /** Null while no commit carries it. */
  readonly commit: string | null;
}

export interface ReportBlocker {
  readonly id: string;
  readonly session: string;
  readonly text: string;
  readonly link: string | null;
  readonly resolved: boolean;
  readonly note: string | null;
  readonly added: string | null;
  readonly finished: string | null;
  /** Days that it is or was open; null where no date is known. */
  readonly days: number | null;
}

export interface ReportCommit {
  readonly commit: string;
  readonly subject: string;
  readonly at: string | null;
  /** Id of the session whose trailers it carries. */
  readonly session: string | null;
}

export interface ReportResults extends Pick<ResultsView, "tests" | "coverage" | "problem"> {
  readonly build?: BuildView;
}
