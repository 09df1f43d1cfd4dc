/**
 * The page of one session, and its sections in the order that every output format uses. Pure; renders
 * nothing.
 */
import type { SessionMetrics } from "../../insight/counting/metrics.ts";
import type { CheckView } from "../../session/checklist.ts";
import type { Worker } from "../../session/events/agent-events.ts";
import type { Blocker, Decision, Objective } from "../../session/session.ts";
import type { Note } from "../../session/state.ts";
import type { DecisionEnd } from "../../trailers/successors.ts";
import type { MessagePage } from "../../transcripts/formats/shape.ts";
import type { TranscriptHead } from "../../transcripts/formats/stored.ts";
import type { SessionRow } from "./listing.ts";
import type { LogEntry } from "./timeline.ts";
import type { FileView } from "./view-parts.ts";

interface ShownDecision extends Omit<Decision, "undone">, DecisionEnd {
  /** Full id of the commit that carries the decision; null while no commit does. */
  readonly commit: string | null;
  /** Full id of the commit that reverted the decision's commit. */
  readonly reverted?: string;
}

/** All facts of one session. Moments are ISO 8601. */
export interface SessionPage {
  readonly session: {
    readonly id: string;
    readonly title: string;
    readonly branch: string;
    readonly state: string;
    readonly where: SessionRow["where"];
    readonly created: string;
    /** Time of the session's last activity. */
    readonly updated: string;
    readonly ended: string | null;
    readonly author: string | null;
    readonly base: { readonly branch?: string; readonly commit?: string };
    readonly parent: string | null;
    readonly tags: readonly string[];
    readonly meta: Readonly<Record<string, string>>;
    /** The agent, provider and model that last worked on the session. */
    readonly worker: Worker;
    readonly summary: string | null;
    /** True if the branch was deleted, or another branch has its name. */
    readonly gone: boolean;
  };
  readonly metrics: SessionMetrics;
  readonly objectives: readonly Objective[];
  readonly blockers: readonly Blocker[];
  readonly decisions: readonly ShownDecision[];
  readonly notes: readonly Note[];
  /** Checklist of checks that must pass before the session ends. */
  readonly checklist: readonly CheckView[];
  /** Entries of the timeline, newest first. `skipped` and `more`: number of entries before and after them. */
  readonly timeline: {
    readonly entries: readonly LogEntry[];
    readonly skipped: number;
    readonly more: number;
  };
  /** Changed files, those with the most commits first; empty unless the session is active in this clone. */
  readonly files: readonly FileView[];
  /** Stored text of the last handoff; null without a handoff. */
  readonly handoff: string | null;
  /** Stored conversations with agents. */
  readonly transcripts: readonly TranscriptHead[];
  /** Messages of the stored conversations; present only if requested. */
  readonly said?: MessagePage;
  /** Documents of the session's workspace. */
  readonly documents: readonly Document[];
}

/** A document of the workspace. */
interface Document {
  readonly name: string;
  /** Size of the document in bytes. */
  readonly size: number;
}

/**
 * Returns a page as data for JSON. Adds top-level keys that other tools use for a session, and the messages
 * as `{role, content, timestamp}`. `summary`: true for only the head and the metrics.
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

/**
 * Returns the number of messages and files, also if `meta` of an import counts more than it stored. Null if
 * unknown.
 */
function countsOfMeta(
  meta: SessionPage["session"]["meta"],
  heads: readonly Pick<TranscriptHead, "numbers">[],
  files: number | null,
) {
  const told = (key: string) => (/^\d{1,9}$/.test(meta[key] ?? "") ? Number(meta[key]) : undefined);
  const kept = heads.reduce((sum, each) => sum + each.numbers.messages, 0);
  return { message_count: Math.max(kept, told("messages") ?? 0), file_count: files ?? told("files") ?? null };
}

/** Formats each kind of item for one output format of the page, as one or more lines. */
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

/** Returns the non-empty sections of a page in order, each with its lines as `draw` formats them. */
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
