/** A session's page as Markdown. Everything that people wrote is made inert; the handoff was when it was made. */

import { codeSpan, inline, visible } from "../render/inert.ts";
import type { ObjectiveMark } from "../session/session.ts";
import { boxOf } from "../session/tasklist.ts";
import { type Said, saidMarkdown } from "../transcripts/markdown.ts";

interface Page {
  readonly session: {
    readonly id: string;
    readonly title: string;
    readonly branch: string;
    readonly state: string;
    readonly created: string;
    readonly ended: string | null;
    readonly tags: readonly string[];
    readonly summary: string | null;
  };
  readonly objectives: readonly {
    readonly id: string;
    readonly mark: ObjectiveMark;
    readonly text: string;
  }[];
  readonly blockers: readonly { readonly id: string; readonly resolved: boolean; readonly text: string }[];
  readonly decisions: readonly {
    readonly id: string;
    readonly text: string;
    readonly rationale?: string;
    readonly alternatives: readonly string[];
    readonly commit: string | null;
  }[];
  readonly notes: readonly { readonly text: string; readonly added: string }[];
  readonly timeline: {
    readonly entries: readonly {
      readonly at: string | null;
      readonly commit: string | null;
      readonly subject: string;
    }[];
    readonly more: number;
  };
  readonly files: readonly { readonly path: string; readonly change: string }[];
  readonly checklist: readonly { readonly text: string; readonly state: string }[];
  readonly handoff: string | null;
  readonly messages?: { readonly entries: readonly Said[] };
}

export function showMarkdown(page: Page, day: (iso: string) => string, summary: boolean): string {
  const { session, objectives, blockers, decisions, notes, checklist, timeline, files, handoff } = page;
  const { state, created, ended, tags } = session;
  const until = ended === null ? "" : ` to ${day(ended)}`;
  const parts = [
    `# ${inline(session.title)}`,
    [
      `- Session: ${codeSpan(session.id)} on ${codeSpan(session.branch)}, ${state}`,
      `- Time: ${day(created)}${until}`,
      ...(tags.length > 0 ? [`- Tags: ${tags.map(inline).join(", ")}`] : []),
    ].join("\n"),
    ...(session.summary === null ? [] : [inline(session.summary)]),
  ];
  if (summary) return `${parts.join("\n\n")}\n`;
  const add = (title: string, lines: readonly string[]) => {
    if (lines.length > 0) parts.push(`## ${title}\n\n${lines.join("\n")}`);
  };
  add(
    "Objectives",
    objectives.map(({ id, mark, text }) => `- ${boxOf(mark)} ${id}: ${inline(text)}`),
  );
  add(
    "Blockers",
    blockers.map(({ id, resolved, text }) => `- ${boxOf(resolved ? "done" : "open")} ${id}: ${inline(text)}`),
  );
  add(
    "Decisions",
    decisions.flatMap(({ id, text, rationale, alternatives, commit }) => [
      `- **${id}** ${inline(text)} (${commit === null ? "pending" : commit.slice(0, 8)})`,
      ...(rationale === undefined ? [] : [`  - Rationale: ${inline(rationale)}`]),
      ...alternatives.map((each) => `  - Rejected: ${inline(each)}`),
    ]),
  );
  add(
    "Notes",
    notes.map(({ text, added }) => `- ${day(added)}: ${inline(text)}`),
  );
  add(
    "Checklist",
    checklist.map(({ text, state: now }) => `- ${inline(text)}: ${now}`),
  );
  add("Timeline", [
    ...timeline.entries.map(({ at, commit, subject }) =>
      ["-", commit?.slice(0, 8) ?? "gone", at === null ? "" : day(at), inline(subject)]
        .filter(Boolean)
        .join(" "),
    ),
    ...(timeline.more > 0 ? [`- … ${timeline.more} more`] : []),
  ]);
  add(
    "Files",
    files.map(
      ({ path, change }) => `- ${codeSpan(path)}${change === "changed" ? "" : ` (${inline(change)})`}`,
    ),
  );
  if (page.messages && page.messages.entries.length > 0)
    parts.push(`## Messages\n\n${saidMarkdown(page.messages.entries, day)}`);
  if (handoff !== null) parts.push(`---\n\n${visible(handoff).trim()}`);
  return `${parts.join("\n\n")}\n`;
}
