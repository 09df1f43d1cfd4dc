/** What a person reads of an exported session: everything worded, nothing placed. Pure. */

import { type CheckView, checklistOf } from "../../session/checklist.ts";
import { eventOf } from "../../session/events.ts";
import { progress } from "../../session/state.ts";
import { boxOf } from "../../session/tasklist.ts";
import { subjectOf } from "../../trailers/checkpoints.ts";
import { timeline } from "../../views/shapes/timeline.ts";
import type { ExportedSession } from "./schema.ts";

export interface RecordView {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  readonly baseBranch?: string;
  readonly baseCommit?: string;
  readonly state: string;
  readonly created: string;
  readonly ended?: string;
  readonly author?: string;
  readonly tags: readonly string[];
  readonly meta: readonly { readonly key: string; readonly value: string }[];
  readonly summary?: string;
  readonly progress?: string;
  readonly objectives: readonly ItemView[];
  readonly blockers: readonly (ItemView & { readonly link?: string; readonly note?: string })[];
  readonly decisions: readonly {
    readonly id: string;
    readonly text: string;
    readonly rationale?: string;
    readonly alternatives: readonly string[];
    readonly supersedes?: string;
    readonly commit?: string;
  }[];
  readonly checklist: readonly CheckView[];
  readonly checkpoints: readonly {
    readonly commit: string;
    readonly subject: string;
    readonly when?: string;
  }[];
  readonly verified: readonly {
    readonly command: string;
    readonly result: string;
    readonly when?: string;
    readonly commit?: string;
  }[];
  readonly notes: readonly { readonly text: string; readonly when: string }[];
  readonly events: readonly { readonly when: string; readonly type: string; readonly text: string }[];
}

interface ItemView {
  readonly id: string;
  readonly mark: "open" | "active" | "done" | "dropped";
  /** `[x]` */
  readonly box: string;
  readonly text: string;
}

/** `day` words a time. */
export function recordView(session: ExportedSession, day: (iso: string) => string): RecordView {
  const { id, title, branch, base, state, tags, objectives, notes } = session;
  const done = progress(objectives as Parameters<typeof progress>[0]);
  const short = (oid: string) => oid.slice(0, 8);
  const commit = (oid: string | undefined) => (oid === undefined ? {} : { commit: short(oid) });
  const given = <K extends string>(key: K, value: string | undefined) =>
    (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: string };
  const item = (each: { id: string; text: string }, mark: ItemView["mark"]): ItemView => ({
    id: each.id,
    text: each.text,
    mark,
    box: boxOf(mark),
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
