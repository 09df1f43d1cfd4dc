/** Everything about one session on a page, wherever its record is. */

import path from "node:path";
import { filesOf } from "../facts/details.ts";
import { gather } from "../facts/gather.ts";
import { measureSession } from "../facts/metrics.ts";
import { standingOf } from "../history/branch.ts";
import type { SessionMetrics } from "../insight/counting/metrics.ts";
import type { Place } from "../place/place.ts";
import { type KnownSession, loadKnown } from "../record/resolve.ts";
import { type CheckView, checklistOf } from "../session/checklist.ts";
import type { Blocker, Decision, Objective } from "../session/session.ts";
import type { Note } from "../session/state.ts";
import { snapshotTexts } from "../snapshots/snapshot.ts";
import { readSmall } from "../store/files.ts";
import type { LoadedSession } from "../store/state.ts";
import type { TranscriptHead } from "../transcripts/formats/kept.ts";
import { conversationsOf, type MessagePage, pageOf } from "../transcripts/transcripts.ts";
import { recordedLog } from "./log.ts";
import { fileViews } from "./parts.ts";
import type { LogEntry } from "./shapes/timeline.ts";
import type { FileView } from "./shapes/views.ts";

interface ShownDecision extends Decision {
  /** Null while it is pending. */
  readonly commit: string | null;
}

export interface SessionPage {
  readonly session: {
    readonly id: string;
    readonly title: string;
    readonly branch: string;
    readonly state: string;
    readonly where: KnownSession["where"];
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

/**
 * What is there and not said below the record: `skip` and `limit` count the timeline's entries, or, with `said`, the
 * messages of its conversations.
 */
export async function sessionPage(
  place: Place,
  known: KnownSession,
  asked: { readonly skip: number; readonly limit: number; readonly said?: boolean },
): Promise<SessionPage> {
  const { skip, limit } = asked.said ? { skip: 0, limit: 10 } : asked;
  const session = await loadKnown(place, known);
  const standing = await standingOf(place, session);
  const goesOn = known.where === "local" && standing === "own";
  const [metrics, log, handoff, files, { folder, heads }] = await Promise.all([
    measureSession(place, known),
    recordedLog(place, known.branch, session, { events: false, limit: Number.MAX_SAFE_INTEGER }),
    handoffOf(place, known, session),
    goesOn ? changedBy(place, known, session) : [],
    conversationsOf(known),
  ]);
  const carriers = new Map(
    log.entries.flatMap(({ commit, decisions }) => decisions.map((each) => [each.id, commit] as const)),
  );
  const { context, objectives, blockers } = session.state;
  // After the end the branch may have gone on without the session.
  const entries = log.entries.filter(
    ({ kind, at }) =>
      goesOn || kind !== "commit" || context.ended === undefined || (at ?? "") <= context.ended,
  );
  return {
    session: {
      id: known.id,
      title: known.title,
      branch: known.branch,
      state: known.state,
      where: known.where,
      created: context.created,
      ended: context.ended ?? null,
      author: context.author ?? null,
      base: context.base,
      parent: context.parent ?? null,
      tags: context.tags,
      meta: context.meta,
      summary: context.summary ?? null,
      gone: standing !== "own",
    },
    metrics,
    objectives,
    blockers,
    decisions: context.decisions.map((each) => ({ ...each, commit: carriers.get(each.id) ?? null })),
    notes: context.notes,
    checklist: checklistOf(context),
    timeline: {
      entries: entries.slice(skip, skip + limit),
      skipped: Math.min(skip, entries.length),
      more: Math.max(0, entries.length - skip - limit),
    },
    files,
    handoff,
    transcripts: heads,
    ...(asked.said ? { messages: await pageOf(folder, heads, asked.skip, asked.limit) } : {}),
  };
}

async function changedBy(
  place: Place,
  { branch }: KnownSession,
  session: LoadedSession,
): Promise<FileView[]> {
  const files = await filesOf(place, await gather(place, branch, session));
  return fileViews({ files, touches: new Map() });
}

async function handoffOf(
  place: Place,
  { id, snapshot, where }: KnownSession,
  { folder }: LoadedSession,
): Promise<string | null> {
  const kept = folder === "" ? undefined : await readSmall(path.join(folder, "handoff.md"));
  if (kept !== undefined || where === "local" || !snapshot) return kept ?? null;
  return (
    (await snapshotTexts(place.repository.root, [snapshot], "handoff.md", place.notices)).get(id) ?? null
  );
}
