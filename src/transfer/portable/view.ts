/** Formats an exported session as plain values for the HTML and Markdown templates. Does no layout. Pure. */

import { checklistOf } from "../../session/checklist.ts";
import { eventOf } from "../../session/events/events.ts";
import { markOfBlocker } from "../../session/files/state-files.ts";
import { boxOf } from "../../session/files/tasklist.ts";
import { progress } from "../../session/progress.ts";
import type { ObjectiveMark } from "../../session/session.ts";
import { defined } from "../../text/defined.ts";
import { shortId } from "../../text/time/format-time.ts";
import { subjectOf } from "../../trailers/checkpoints.ts";
import { decisionEndText, withEnds } from "../../trailers/successors.ts";
import { timeline } from "../../views/shapes/timeline.ts";
import type { ExportedSession } from "./schema.ts";

/** The values that the HTML page and the Markdown template show. */
export type RecordView = ReturnType<typeof recordView>;

/** Returns the values to show. `day`: formats an ISO 8601 time. */
export function recordView(session: ExportedSession, day: (iso: string) => string) {
  const { id, title, branch, base, state, tags, author, summary, objectives, notes } = session;
  const shortened = (oid: string | undefined) => (oid === undefined ? undefined : shortId(oid));
  const when = (iso: string | undefined) => (iso === undefined ? undefined : day(iso));
  const item = ({ id: name, text }: { id: string; text: string }, mark: ObjectiveMark) => {
    return { id: name, text, mark, box: boxOf(mark) };
  };
  const events = session.events.flatMap((each) => eventOf(each) ?? []);
  return defined({
    id,
    title,
    branch,
    baseBranch: base.branch,
    baseCommit: shortened(base.commit),
    state,
    created: day(session.created),
    ended: when(session.ended),
    author,
    tags,
    meta: Object.entries(session.meta).map(([key, value]) => ({ key, value })),
    summary,
    progress: progress(objectives as Parameters<typeof progress>[0]),
    objectives: objectives.map((each) => item(each, each.mark)),
    blockers: session.blockers.map((each) => {
      const { link, note } = each;
      return defined({ ...item(each, markOfBlocker(each)), link, note });
    }),
    decisions: withEnds(session.decisions).map(({ id: name, text, alternatives, rationale, ...each }) =>
      defined({
        ...{ id: name, text, alternatives, rationale, supersedes: each.supersedes },
        ...{ ended: decisionEndText(each), commit: shortened(each.commit) },
      }),
    ),
    checklist: checklistOf({ checklist: session.checklist ?? [], verified: session.verified }),
    checkpoints: session.checkpoints.map(({ commit, message, authored }) =>
      defined({
        commit: shortId(commit),
        subject: subjectOf(message),
        when: authored ? day(new Date(authored * 1000).toISOString()) : undefined,
      }),
    ),
    verified: session.verified.map(({ command, result, added, commit }) =>
      defined({ command, result, when: when(added), commit: shortened(commit) }),
    ),
    notes: notes.map((each) => ({ text: each.text, when: day(each.added) })),
    events: timeline([], events)
      .reverse()
      .map((each) => ({ when: day(each.at ?? ""), type: each.type ?? "", text: each.subject })),
  });
}
