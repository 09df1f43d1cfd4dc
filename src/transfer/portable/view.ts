/** What a person reads of an exported session: everything worded, nothing placed. Pure. */
import { checklistOf } from "../../session/checklist.ts";
import { eventOf } from "../../session/events.ts";
import type { ObjectiveMark } from "../../session/session.ts";
import { progress } from "../../session/state.ts";
import { boxOf } from "../../session/tasklist.ts";
import { subjectOf } from "../../trailers/checkpoints.ts";
import { timeline } from "../../views/shapes/timeline.ts";
import type { ExportedSession } from "./schema.ts";

/** The view that HTML and Markdown draw. */
export type RecordView = ReturnType<typeof recordView>;

/** `day` words a time. */
export function recordView(session: ExportedSession, day: (iso: string) => string) {
  const { id, title, branch, base, state, tags, objectives, notes } = session;
  const done = progress(objectives as Parameters<typeof progress>[0]);
  const short = (oid: string) => oid.slice(0, 8);
  const commit = (oid: string | undefined) => (oid === undefined ? {} : { commit: short(oid) });
  const given = <K extends string>(key: K, value: string | undefined) =>
    (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: string };
  const item = ({ id, text }: { id: string; text: string }, mark: ObjectiveMark) => ({
    ...{ id, text, mark, box: boxOf(mark) },
  });
  return {
    id,
    title,
    branch,
    state,
    tags,
    created: day(session.created),
    ...given("baseBranch", base.branch),
    ...given("baseCommit", base.commit && short(base.commit)),
    ...given("ended", session.ended && day(session.ended)),
    ...given("author", session.author),
    ...given("summary", session.summary),
    ...given("progress", done),
    meta: Object.entries(session.meta).map(([key, value]) => ({ key, value })),
    objectives: objectives.map((each) => item(each, each.mark)),
    blockers: session.blockers.map((each) => ({
      ...item(each, each.resolved ? "done" : "open"),
      ...given("link", each.link),
      ...given("note", each.note),
    })),
    decisions: session.decisions.map((each) => ({
      id: each.id,
      text: each.text,
      alternatives: each.alternatives,
      ...given("rationale", each.rationale),
      ...given("supersedes", each.supersedes),
      ...commit(each.commit),
    })),
    checklist: checklistOf({ checklist: session.checklist ?? [], verified: session.verified }),
    checkpoints: session.checkpoints.map((each) => ({
      commit: short(each.commit),
      subject: subjectOf(each.message),
      ...(each.authored ? { when: day(new Date(each.authored * 1000).toISOString()) } : {}),
    })),
    verified: session.verified.map((each) => ({
      command: each.command,
      result: each.result,
      ...given("when", each.added && day(each.added)),
      ...commit(each.commit),
    })),
    notes: notes.map((each) => ({ text: each.text, when: day(each.added) })),
    events: timeline(
      [],
      session.events.flatMap((each) => eventOf(each) ?? []),
    )
      .reverse()
      .map((each) => ({ when: day(each.at ?? ""), type: each.type ?? "", text: each.subject })),
  };
}
