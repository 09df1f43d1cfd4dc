/** Everything about one session on a page, and the sections that every form of the page has. Pure. */
import type { SessionMetrics } from "../../insight/counting/metrics.ts";
import type { CheckView } from "../../session/checklist.ts";
import type { Blocker, Decision, Objective } from "../../session/session.ts";
import type { Note } from "../../session/state.ts";
import type { Ended } from "../../trailers/successors.ts";
import type { TranscriptHead } from "../../transcripts/formats/kept.ts";
import type { MessagePage } from "../../transcripts/formats/shape.ts";
import type { SessionRow } from "./listing.ts";
import type { LogEntry } from "./timeline.ts";
import type { FileView } from "./views.ts";

interface ShownDecision extends Omit<Decision, "undone">, Ended {
  /** Null while it is pending. */
  readonly commit: string | null;
  /** The commit that reverted that one. */
  readonly reverted?: string;
}

export interface SessionPage {
  readonly session: {
    readonly id: string;
    readonly title: string;
    readonly branch: string;
    readonly state: string;
    readonly where: SessionRow["where"];
    readonly created: string;
    readonly ended: string | null;
    readonly author: string | null;
    readonly base: { readonly branch?: string; readonly commit?: string };
    readonly parent: string | null;
    readonly tags: readonly string[];
    readonly meta: Readonly<Record<string, string>>;
    readonly summary: string | null;
    /** The branch is not there any more, or another one has its name. */
    readonly gone: boolean;
  };
  readonly metrics: SessionMetrics;
  readonly objectives: readonly Objective[];
  readonly blockers: readonly Blocker[];
  readonly decisions: readonly ShownDecision[];
  readonly notes: readonly Note[];
  /** What is to be checked before it ends. */
  readonly checklist: readonly CheckView[];
  /** Newest first; `skipped` before and `more` after what is here. */
  readonly timeline: {
    readonly entries: readonly LogEntry[];
    readonly skipped: number;
    readonly more: number;
  };
  /** Files of a session that goes on, the most touched first; empty for others. */
  readonly files: readonly FileView[];
  /** The text that was kept, or null. */
  readonly handoff: string | null;
  /** Conversations with agents that are kept with it. */
  readonly transcripts: readonly TranscriptHead[];
  /** A page of what was said in them, where that was asked for. */
  readonly messages?: MessagePage;
}

/** How one form of the page draws each kind of item: as one line or more. */
export interface PageDrawer {
  readonly objective: (objective: Objective) => string;
  readonly blocker: (blocker: Blocker) => string;
  readonly decision: (decision: ShownDecision) => readonly string[];
  readonly note: (note: Note) => string;
  readonly check: (check: CheckView) => string;
  readonly entries: (timeline: SessionPage["timeline"]) => readonly string[];
  readonly files: (files: readonly FileView[]) => readonly string[];
}

/** Returns the sections of a page that have anything in them, in order, each with its lines as the drawer draws them. */
export function pageSections(
  page: SessionPage,
  draw: PageDrawer,
): [title: string, lines: readonly string[]][] {
  const sections: [string, readonly string[]][] = [
    ["Objectives", page.objectives.map(draw.objective)],
    ["Blockers", page.blockers.map(draw.blocker)],
    ["Decisions", page.decisions.flatMap(draw.decision)],
    ["Notes", page.notes.map(draw.note)],
    ["Checklist", page.checklist.map(draw.check)],
    ["Timeline", draw.entries(page.timeline)],
    ["Files", draw.files(page.files)],
  ];
  return sections.filter(([, lines]) => lines.length > 0);
}
