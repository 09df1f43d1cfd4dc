/** Everything about one session on a page, and the sections that every form of the page has. Pure. */
import type { SessionMetrics } from "../../insight/counting/metrics.ts";
import type { Worker } from "../../session/agent-events.ts";
import type { CheckView } from "../../session/checklist.ts";
import type { Blocker, Decision, Objective } from "../../session/session.ts";
import type { Note } from "../../session/state.ts";
import type { DecisionEnd } from "../../trailers/successors.ts";
import type { MessagePage } from "../../transcripts/formats/shape.ts";
import type { TranscriptHead } from "../../transcripts/formats/stored.ts";
import type { SessionRow } from "./listing.ts";
import type { FileView } from "./session-views.ts";
import type { LogEntry } from "./timeline.ts";

interface ShownDecision extends Omit<Decision, "undone">, DecisionEnd {
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
    /** Last sign of life. */
    readonly updated: string;
    readonly ended: string | null;
    readonly author: string | null;
    readonly base: { readonly branch?: string; readonly commit?: string };
    readonly parent: string | null;
    readonly tags: readonly string[];
    readonly meta: Readonly<Record<string, string>>;
    /** Who worked on it last. */
    readonly worker: Worker;
    readonly summary: string | null;
    /** The branch no longer exists, or another one has its name. */
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
  readonly said?: MessagePage;
  /** Documents of its workspace. */
  readonly documents: readonly Document[];
}

/** A document beside the record. */
interface Document {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Returns a page as data: with the keys at its top that other tools have of a session, and what was said as
 * `{role, content, timestamp}`.
 */
export function pageDocument({ said, ...page }: SessionPage, summary: boolean) {
  const { session, metrics, transcripts } = page;
  const { id, title, meta, worker } = session;
  const head = {
    ...{ id, title, provider: worker.provider ?? null, model: worker.model ?? null },
    ...countsOfMeta(meta, transcripts, metrics.files),
  };
  if (summary) return { ...head, session, metrics };
  return {
    ...head,
    messages: (said?.entries ?? []).map(({ text, at, ...each }) => ({
      ...each,
      content: text,
      timestamp: at ?? null,
    })),
    messagesSkipped: said?.skipped ?? 0,
    messagesMore: said?.more ?? 0,
    ...page,
  };
}

/** Counts messages and files; an import may know of more than it brought. Null where nobody knows. */
function countsOfMeta(
  meta: SessionPage["session"]["meta"],
  heads: readonly Pick<TranscriptHead, "numbers">[],
  files: number | null,
) {
  const told = (key: string) => (/^\d{1,9}$/.test(meta[key] ?? "") ? Number(meta[key]) : undefined);
  const kept = heads.reduce((sum, each) => sum + each.numbers.messages, 0);
  return { message_count: Math.max(kept, told("messages") ?? 0), file_count: files ?? told("files") ?? null };
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
  readonly document: (document: Document) => string;
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
    ["Workspace", page.documents.map(draw.document)],
  ];
  return sections.filter(([, lines]) => lines.length > 0);
}
