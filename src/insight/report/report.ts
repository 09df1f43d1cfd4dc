/** Defines the content of a report. All selection and counting happens before: a format only renders it. */

import type { Objective } from "../../session/session.ts";
import type { Forge } from "../../text/forge.ts";
import type { SessionRow } from "../../views/shapes/listing.ts";
import type { BuildView, ResultsView } from "../../views/shapes/view-parts.ts";
import type { Totals } from "../counting/metrics.ts";
import type { CommitSums, HotFile } from "../counting/numbers.ts";
import type { Period, PeriodNumbers } from "../counting/periods.ts";
import type { ProjectVelocity } from "../counting/velocity.ts";

export interface Report {
  readonly repository: string;
  /** Time of the report in ISO 8601, as all its times; days are written as `2024-01-31`. */
  readonly made: string;
  readonly scope: "period" | "project";
  readonly period: {
    /** First day of the report; null without commits and sessions. */
    readonly from: string | null;
    readonly to: string;
    readonly by: Period;
    readonly name: string;
  };
  readonly author: "me" | "all";
  readonly branch: string | null;
  /** Id of the newest commit of the history; null before the first commit. */
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
  /** Numbers of all periods, including periods without commits. */
  readonly periods: readonly ReportPeriodNumbers[];
  /** Number of commits by weekday (Monday first) and hour. */
  readonly hours: readonly (readonly number[])[];
  readonly hot: readonly (HotFile & { readonly gone: boolean })[];
  /** Pace of the last weeks, independent of the report's period. */
  readonly velocity: ProjectVelocity;
  readonly totals: Totals;
  readonly sessions: readonly ReportSession[];
  /** Number of open and finished objectives at the end of each period. */
  readonly objectives: readonly ObjectivesAt[];
  readonly decisions: Listed<ReportDecision>;
  readonly blockers: readonly ReportBlocker[];
  readonly commits: Listed<ReportCommit>;
  readonly results: ReportResults;
}

/** The newest items of a list, and the number of the others. */
interface Listed<T> {
  readonly items: readonly T[];
  readonly more: number;
}

export type ReportPeriodNumbers = Omit<PeriodNumbers, "last"> & { readonly last: string | null };

export interface ReportSession extends Pick<SessionRow, "id" | "title" | "minutes" | "tags"> {
  /** Branch of the session; null for a session known only from commits. */
  readonly branch: string | null;
  /** State of the session; `recorded` for a session known only from commits. */
  readonly state: string;
  readonly started: string;
  /** End of the session, or its last activity. */
  readonly until: string;
  /** Number of checkpoints; null for a session known only from commits. */
  readonly checkpoints: number | null;
  readonly objectives: readonly Objective[];
  readonly progress: SessionRow["objectives"];
  readonly issues: readonly { readonly id: string; readonly url?: string }[];
}

export interface ObjectivesAt {
  /** First day of the period, such as `2024-01-31`. */
  readonly from: string;
  readonly open: number;
  readonly done: number;
}

export interface ReportDecision {
  readonly id: string;
  /** Id of the session in which the decision was made; null if unknown. */
  readonly session: string | null;
  readonly text: string;
  readonly rationale: string | null;
  readonly alternatives: readonly string[];
  /** Id of the decision that this one replaces, or withdraws: `dec-1`, or `<session>/dec-1`. */
  readonly supersedes: string | null;
  readonly withdraws: string | null;
  /** Id of the decision that replaced this one, or withdrew it; null for a binding decision. */
  readonly supersededBy: string | null;
  readonly withdrawnBy: string | null;
  /** Id of the commit that reverted the carrying commit. */
  readonly reverted: string | null;
  readonly at: string | null;
  /** Id of the commit that carries the decision; null while it is pending. */
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
  /** Number of days that the blocker is or was open; null without known dates. */
  readonly days: number | null;
}

export interface ReportCommit {
  readonly commit: string;
  readonly subject: string;
  readonly at: string | null;
  /** Id of the session whose trailers the commit carries; null without trailers. */
  readonly session: string | null;
}

export interface ReportResults extends Pick<ResultsView, "tests" | "coverage" | "problem"> {
  readonly build?: BuildView;
}
