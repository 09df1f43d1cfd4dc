import { byteSize, plural } from "../../../text/plural.ts";
import { formatMinutes } from "../../../text/time/duration.ts";
import { shortId } from "../../../text/time/format-time.ts";
import { pageSections, type SessionPage } from "../../../views/shapes/page.ts";
import type { FileView } from "../../../views/shapes/view-parts.ts";
import { blockerLine, firstLine, heading, objectiveLine } from "../../lines.ts";
import { facts } from "../../signs.ts";
import { bold, cyan, dim, green, yellow } from "../../style.ts";
import { HANG } from "../../wrap.ts";
import { linesOf } from "../metrics.ts";
import { messageLines, restOf, transcriptLine } from "../transcripts.ts";
import { ended, logLines, reverted } from "./log.ts";

/** Returns the commands that show the entries of which the screen shows only the number. */
export function showHints({ timeline, handoff, session }: SessionPage, { summary }: Options): string[] {
  if (summary) return [];
  const next = timeline.skipped + timeline.entries.length;
  return [
    ...(timeline.more > 0 ? [`session show ${session.id} --skip ${next}`] : []),
    ...(handoff === null ? [] : [`session show ${session.id} --format markdown`]),
  ];
}

interface Options {
  readonly emoji: boolean;
  readonly summary: boolean;
  readonly day: (iso: string) => string;
}

/** Maximum files to name; the screen shows the number of the others. */
const FILES = 10;

/** Returns the screen of one session, for `session show`. */
export function showScreen(page: SessionPage, options: Options): string {
  const { day, emoji } = options;
  const { timeline, files, handoff, transcripts, said } = page;
  const head = headSection(page, options);
  if (options.summary) return head;
  const rest: Readonly<Record<string, string>> = {
    Timeline: [
      ...(timeline.skipped > 0 ? [`${timeline.skipped} skipped`] : []),
      ...(timeline.more > 0 ? [`${timeline.more} more`] : []),
    ].join(", "),
    Files: files.length > FILES ? `${files.length - FILES} more` : "",
    Messages: said ? restOf(said) : "",
  };
  const sections = pageSections(page, {
    objective: (each) => objectiveLine(each, emoji),
    blocker: (each) => blockerLine(each, emoji),
    decision: ({ id, text, rationale, commit, ...each }) => {
      const where = commit === null ? yellow("pending ") : dim(shortId(commit));
      const why = rationale === undefined ? "" : dim(`  ${firstLine(rationale)}`);
      return [`${where}  ${bold(id)}  ${HANG}${firstLine(text)}${why}${reverted(each)}${ended(each)}`];
    },
    note: ({ added, text }) => `${dim(day(added))}  ${HANG}${firstLine(text)}`,
    check: ({ text, state }) => `${state === "open" ? dim(state.padEnd(6)) : state}  ${text}`,
    entries: ({ entries }) => logLines({ entries, pending: [] }, day),
    files: (all) => all.slice(0, FILES).map(fileLine),
    document: ({ name, size }) => `${name}  ${dim(byteSize(size))}`,
  });
  const lines = handoff === null ? "" : plural(handoff.trim().split("\n").length, "line");
  sections.push(
    ["Handoff", handoff === null ? [] : [lines]],
    ["Conversations", transcripts.map((each) => transcriptLine(each, day))],
    ["Messages", said ? messageLines(said.entries, day) : []],
  );
  const drawn = sections.flatMap(([title, some]) =>
    some.length === 0 ? [] : [[heading(title, rest[title]), ...some.map((each) => `  ${each}`)].join("\n")],
  );
  return [head, ...drawn].join("\n\n");
}

function headSection({ session, metrics }: SessionPage, { day }: Options): string {
  const state = session.state === "active" ? green("active") : session.state;
  const { objectives } = metrics;
  const standing = [
    state,
    ...(session.gone ? [yellow("branch gone")] : []),
    `${day(session.created)}${session.ended === null ? "" : ` to ${day(session.ended)}`}`,
    ...(session.updated === session.ended ? [] : [`last change ${day(session.updated)}`]),
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
    ...Object.entries(session.worker).flatMap(([key, value]) =>
      value === undefined || value === session.meta[key] ? [] : [`${key} ${value}`],
    ),
  ];
  return [
    `${bold(session.title)}  ${dim(facts([session.branch, session.id]))}`,
    facts(standing),
    dim(facts(numbers)),
    ...(labels.length > 0 ? [cyan(labels.join("  "))] : []),
    ...(session.summary === null ? [] : ["", session.summary]),
  ].join("\n");
}

function fileLine({ path, change, added, removed }: FileView): string {
  const lines = added === undefined ? "" : dim(`  +${added} -${removed ?? 0}`);
  return `${path}${lines}${change === "changed" ? "" : dim(`  ${change}`)}`;
}
