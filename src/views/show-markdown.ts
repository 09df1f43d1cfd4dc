/**
 * Renders a session's page as Markdown. Escapes text that people wrote, except the handoff, which is
 * stored escaped.
 */

import { codeSpan, inline, visible } from "../render/escape-markdown.ts";
import { markOfBlocker } from "../session/files/state-files.ts";
import { boxOf } from "../session/files/tasklist.ts";
import { byteSize } from "../text/plural.ts";
import { shortId } from "../text/time/format-time.ts";
import { decisionEndText, decisionHolds } from "../trailers/successors.ts";
import { messagesMarkdown } from "../transcripts/markdown.ts";
import { pageSections, type SessionPage } from "./shapes/page.ts";

/** Renders a session's page. `day`: formats an ISO 8601 time. `summary`: true to leave out all sections. */
export function showMarkdown(page: SessionPage, day: (iso: string) => string, summary: boolean): string {
  const { session, handoff, said } = page;
  const { state, created, ended, tags } = session;
  const until = ended === null ? "" : ` to ${day(ended)}`;
  const parts = [
    `# ${inline(session.title)}`,
    [
      `- Session: ${codeSpan(session.id)} on ${codeSpan(session.branch)}, ${state}`,
      `- Time: ${day(created)}${until}`,
      ...(session.author === null ? [] : [`- Author: ${inline(session.author)}`]),
      ...(tags.length > 0 ? [`- Tags: ${tags.map(inline).join(", ")}`] : []),
      ...Object.entries(session.meta).map(([key, value]) => `- ${inline(key)}: ${inline(value)}`),
    ].join("\n"),
    ...(session.summary === null ? [] : [inline(session.summary)]),
  ];
  if (summary) return `${parts.join("\n\n")}\n`;
  const sections = pageSections(page, {
    objective: ({ id, mark, text }) => `- ${boxOf(mark)} ${id}: ${inline(text)}`,
    blocker: (each) => `- ${boxOf(markOfBlocker(each))} ${each.id}: ${inline(each.text)}`,
    decision: ({ id, text, rationale, alternatives, commit, reverted, ...each }) => [
      `- **${id}** ${inline(text)} (${commit === null ? "pending" : shortId(commit)})${reverted === undefined ? "" : `, reverted by ${shortId(reverted)}`}${decisionHolds(each) ? "" : `, ${inline(decisionEndText(each) ?? "")}`}`,
      ...(rationale === undefined ? [] : [`  - Rationale: ${inline(rationale)}`]),
      ...alternatives.map((each) => `  - Rejected: ${inline(each)}`),
    ],
    note: ({ text, added }) => `- ${day(added)}: ${inline(text)}`,
    check: ({ text, state: now }) => `- ${inline(text)}: ${now}`,
    entries: ({ entries, more }) => [
      ...entries.map(({ at, commit, subject }) =>
        ["-", commit === null ? "gone" : shortId(commit), at === null ? "" : day(at), inline(subject)]
          .filter(Boolean)
          .join(" "),
      ),
      ...(more > 0 ? [`- … ${more} more`] : []),
    ],
    document: ({ name, size }) => `- ${codeSpan(name)}, ${byteSize(size)}`,
    files: (files) =>
      files.map(
        ({ path, change }) => `- ${codeSpan(path)}${change === "changed" ? "" : ` (${inline(change)})`}`,
      ),
  });
  parts.push(...sections.map(([title, lines]) => `## ${title}\n\n${lines.join("\n")}`));
  if (said && said.entries.length > 0) parts.push(`## Messages\n\n${messagesMarkdown(said.entries, day)}`);
  if (handoff !== null) parts.push(`---\n\n${visible(handoff).trim()}`);
  return `${parts.join("\n\n")}\n`;
}
