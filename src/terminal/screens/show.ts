import type { SessionMetrics } from "../../insight/counting/metrics.ts";
import type { CheckView } from "../../session/checklist.ts";
import type { Blocker, Objective } from "../../session/session.ts";
import { headline } from "../../session/session.ts";
import { formatMinutes } from "../../text/duration.ts";
import { plural } from "../../text/plural.ts";
import type { TranscriptHead } from "../../transcripts/formats/kept.ts";
import type { LogEntry } from "../../views/shapes/timeline.ts";
import type { FileView } from "../../views/shapes/views.ts";
import { blockerLine, heading, objectiveLine } from "../lines.ts";
import { bold, cyan, dim, green, yellow } from "../style.ts";
import { logLines } from "./log.ts";
import { linesOf } from "./metrics.ts";
import { type MessagesView, messageLines, restOf, transcriptLine } from "./transcripts.ts";

export interface ShowView {
  readonly session: {
    readonly id: string;
    readonly title: string;
    readonly branch: string;
    readonly state: string;
    readonly created: string;
    readonly ended: string | null;
    readonly author: string | null;
    readonly base: { readonly branch?: string };
    readonly parent: string | null;
    readonly tags: readonly string[];
    readonly meta: Readonly<Record<string, string>>;
    readonly summary: string | null;
    readonly gone: boolean;
  };
  readonly metrics: SessionMetrics;
  readonly objectives: readonly Objective[];
  readonly blockers: readonly Blocker[];
  readonly decisions: readonly {
    readonly id: string;
    readonly text: string;
    readonly rationale?: string;
    readonly commit: string | null;
  }[];
  readonly notes: readonly { readonly text: string; readonly added: string }[];
  readonly timeline: {
    readonly entries: readonly LogEntry[];
    readonly skipped: number;
    readonly more: number;
  };
  readonly files: readonly FileView[];
  readonly checklist: readonly CheckView[];
  readonly handoff: string | null;
  readonly transcripts: readonly TranscriptHead[];
  readonly messages?: MessagesView;
}

interface Options {
  readonly emoji: boolean;
  readonly summary: boolean;
  readonly day: (iso: string) => string;
}

/** Files named before the rest is only counted. */
const FILES = 10;

export function showScreen(page: ShowView, options: Options): string {
  const { day } = options;
  const sections = [headSection(page, options)];
  if (options.summary) return sections.join("\n\n");
  const add = (title: string, more: string, lines: readonly string[]) => {
    if (lines.length > 0)
      sections.push([heading(title, more), ...lines.map((each) => `  ${each}`)].join("\n"));
  };
  const { objectives, blockers, decisions, notes, checklist, timeline, files, handoff, session } = page;
  add(
    "Objectives",
    "",
    objectives.map((each) => objectiveLine(each, options.emoji)),
  );
  add(
    "Blockers",
    "",
    blockers.map((each) => blockerLine(each, options.emoji)),
  );
  add(
    "Decisions",
    "",
    decisions.map(({ id, text, rationale, commit }) => {
      const where = commit === null ? yellow("pending ") : dim(commit.slice(0, 8));
      return `${where}  ${bold(id)}  ${headline(text)}${rationale === undefined ? "" : dim(`  ${headline(rationale)}`)}`;
    }),
  );
  add(
    "Notes",
    "",
    notes.map((each) => `${dim(day(each.added))}  ${headline(each.text)}`),
  );
  add(
    "Checklist",
    "",
    checklist.map(({ text, state }) => `${state === "open" ? dim(state.padEnd(6)) : state}  ${text}`),
  );
  const rest = [
    ...(timeline.skipped > 0 ? [`${timeline.skipped} skipped`] : []),
    ...(timeline.more > 0
      ? [
          `${timeline.more} more: session show ${session.id} --skip ${timeline.skipped + timeline.entries.length}`,
        ]
      : []),
  ];
  add("Timeline", rest.join(", "), logLines({ entries: timeline.entries, pending: [] }, day));
  add(
    "Files",
    files.length > FILES ? `${files.length - FILES} more` : "",
    files.slice(0, FILES).map(fileLine),
  );
  if (handoff !== null)
    add("Handoff", "", [
      `${plural(handoff.trim().split("\n").length, "line")}: ${cyan(`session show ${session.id} --format markdown`)}`,
    ]);
  add("Conversations", "", page.transcripts.map(transcriptLine));
  if (page.messages) add("Messages", restOf(page.messages), messageLines(page.messages.entries, day));
  return sections.join("\n\n");
}

function headSection({ session, metrics }: ShowView, { day }: Options): string {
  const state = session.state === "active" ? green("active") : session.state;
  const { objectives } = metrics;
  const facts = [
    state,
    ...(session.gone ? [yellow("branch gone")] : []),
    `${day(session.created)}${session.ended === null ? "" : ` to ${day(session.ended)}`}`,
    ...(session.author === null ? [] : [session.author]),
    ...(session.base.branch === undefined ? [] : [`from ${session.base.branch}`]),
  ];
  const numbers = [
    `${formatMinutes(metrics.minutes)} of work`,
    plural(metrics.checkpoints, "checkpoint"),
    `${objectives.done} of ${objectives.total} objectives done`,
    plural(metrics.decisions, "decision"),
    ...(metrics.files === null ? [] : [plural(metrics.files, "file")]),
    ...(metrics.added === null ? [] : [`${linesOf(metrics)} lines`]),
  ];
  const labels = [
    ...session.tags.map((each) => `#${each}`),
    ...Object.entries(session.meta).map(([key, value]) => `${key}=${value}`),
    ...(session.parent === null ? [] : [`parent ${session.parent}`]),
  ];
  return [
    `${bold(session.title)}  ${dim(`${session.branch} · ${session.id}`)}`,
    facts.join(" · "),
    dim(numbers.join(" · ")),
    ...(labels.length > 0 ? [cyan(labels.join("  "))] : []),
    ...(session.summary === null ? [] : ["", session.summary]),
  ].join("\n");
}

function fileLine({ path, change, added, removed }: FileView): string {
  const lines = added === undefined ? "" : dim(`  +${added} -${removed ?? 0}`);
  return `${path}${lines}${change === "changed" ? "" : dim(`  ${change}`)}`;
}
