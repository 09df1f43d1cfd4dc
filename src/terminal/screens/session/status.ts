import { oneLine } from "../../../text/foreign-text.ts";
import { plural } from "../../../text/plural.ts";
import { promptWords } from "../../../views/shapes/prompt.ts";
import type { StatusView } from "../../../views/shapes/session-views.ts";
import type { BuildView, ChildView, ParentView } from "../../../views/shapes/view-parts.ts";
import { blockerLine, firstLine, heading, moreLine, objectiveLine } from "../../lines.ts";
import { facts, signs } from "../../signs.ts";
import { bold, cyan, dim, green, red, yellow } from "../../style.ts";
import { HANG } from "../../wrap.ts";
import { ended } from "./log.ts";

/** Parts of the status that a user can request separately. */
export const PARTS = ["objectives", "blockers", "decisions"] as const;

interface Options {
  readonly emoji: boolean;
  readonly verbose: boolean;
  /** Function that formats a time given in ISO 8601. */
  readonly day: (iso: string) => string;
}

/** Maximum rows of a list; the screen shows the number of the others. */
const SHOWN = 7;

/** Returns the screen of `session status`, or only the requested parts. */
export function statusScreen(
  status: StatusView,
  parts: readonly (typeof PARTS)[number][],
  options: Options,
): string {
  const all = parts.length === 0;
  const { warnings } = status;
  const sections = [
    all ? [headLines(status).join("\n")] : [],
    all && warnings.length > 0 ? [warnings.map(warningLines).join("\n")] : [],
    all || parts.includes("objectives") ? objectivesSection(status, options, !all) : [],
    all || parts.includes("blockers") ? blockersSection(status, options, !all) : [],
    all || parts.includes("decisions") ? decisionsSection(status, options, !all) : [],
    all ? workSection(status, options) : [],
    all && status.next[0] ? [nextSection(status)] : [],
  ];
  return sections.flat().join("\n\n");
}

/** Returns the commands that show the entries of which the screen shows only the number. */
export function statusHints(
  status: StatusView,
  parts: readonly (typeof PARTS)[number][],
  { verbose }: Options,
): string[] {
  const all = parts.length === 0;
  const { objectives, decisions, recorded, blockers, files, checklist, annotations } = status;
  const asks = (part: (typeof PARTS)[number]) => all || parts.includes(part);
  const closed = objectives.filter((each) => each.mark === "done" || each.mark === "dropped");
  const isCut = !verbose && [files, checklist, annotations].some((each) => each.length > SHOWN);
  return [
    ...(objectives.length === 0 && recorded && asks("objectives") ? ['session objectives add "..."'] : []),
    ...(decisions.length === 0 && parts.includes("decisions") ? ['session decisions add "..."'] : []),
    ...(all && !verbose && (isCut || closed.length > 3) ? ["session status --verbose"] : []),
    ...(blockers.length === 0 && parts.includes("blockers") ? ['session blockers add "..."'] : []),
  ];
}

/** Returns a status on one line, such as `▶ Oauth login 1/3 · 2 blockers · 3 changed`. */
export function shortStatus(status: StatusView, emoji: boolean): string {
  if (!status.recorded) {
    const { branch, record } = status.session;
    return dim(`${branch === "" ? "detached HEAD" : branch}: ${record.words ?? "no session"}`);
  }
  const { title, state } = status.session;
  const { progress, blockers, state: phase } = promptWords(status.objectives, status.blockers, state);
  const parts = [
    `${emoji ? `${signs().active} ` : ""}${bold(title)}${progress === undefined ? "" : ` ${progress}`}`,
    ...(blockers === undefined ? [] : [red(blockers)]),
    ...(phase === undefined ? [] : [yellow(phase)]),
    ...(status.pending.length > 0 ? [yellow(plural(status.pending.length, "pending decision"))] : []),
    ...(status.tracked > 0 ? [`${status.tracked} changed`] : []),
  ];
  return facts(parts);
}

/** Returns title, state, and the source of the record, one line each. */
export function headLines(status: StatusView): string[] {
  const { session, recorded, checkpoints, commits = 0, upstream, parent, children } = status;
  const standing = [
    ...(session.branch === "" || session.branch === session.title ? [] : [session.branch]),
    ...(recorded
      ? [session.state === "active" ? green("active") : yellow(session.state)]
      : [dim(session.state)]),
    ...(session.time === undefined ? [] : [session.time]),
    ...(checkpoints > 0 ? [plural(checkpoints, "checkpoint")] : []),
    ...(commits > 0 ? [plural(commits, checkpoints > 0 ? "other commit" : "commit")] : []),
    ...(session.drift === undefined ? [] : [session.drift]),
    ...(upstream && (upstream.ahead ?? 0) + (upstream.behind ?? 0) > 0
      ? [`${upstream.ahead} to push, ${upstream.behind} to pull`]
      : []),
    ...(session.id === "" ? [] : [dim(session.id)]),
  ];
  const { words } = session.record;
  return [
    bold(session.title),
    facts(standing),
    ...(words === undefined ? [] : [dim(words)]),
    ...(parent === undefined ? [] : [dim(standsOn(parent))]),
    ...children.map((each) => dim(standsOnThis(each))),
    ...(session.workspace === undefined ? [] : [dim(workspaceText(session.workspace))]),
  ];
}

/** Returns a warning as lines, with its hint below. */
export function warningLines(text: string): string {
  return `${yellow("!")} ${HANG}${text.replaceAll("\n", "\n  ")}`;
}

function workspaceText({ names, more }: NonNullable<StatusView["session"]["workspace"]>): string {
  return `workspace: ${names.map(oneLine).join(", ")}${more === 0 ? "" : `, and ${more} more`}`;
}

/** Returns a line about the parent session, such as `stacked on feature/x: Oauth login, active`. */
function standsOn({ branch, title, state }: ParentView): string {
  return `stacked on ${branch}${title === undefined ? "" : `: ${oneLine(title)}, ${state}`}`;
}

/**
 * Returns a line about a child session, such as `feature/y is stacked on this: Refresh tokens, active, 1 of 3
 * done`.
 */
function standsOnThis({ branch, title, state, progress }: ChildView): string {
  const facts = [title, state, progress].flatMap((each) => (each === undefined ? [] : [oneLine(each)]));
  return `${branch} is stacked on this${facts.length === 0 ? "" : `: ${facts.join(", ")}`}`;
}

function objectivesSection(
  { objectives, progress, recorded }: StatusView,
  { emoji, verbose }: Options,
  alone: boolean,
): string[] {
  if (objectives.length === 0) return alone || recorded ? [dim("No objectives yet.")] : [];
  // Shows closed objectives on one line, and open objectives on a line each.
  const closed = objectives.filter((each) => each.mark === "done" || each.mark === "dropped");
  const hidden = alone || verbose || closed.length <= 3 ? 0 : closed.length - 2;
  const first = new Set(closed.slice(0, hidden));
  const lines = objectives.filter((each) => !first.has(each)).map((each) => objectiveLine(each, emoji));
  const more = hidden > 0 ? [moreLine(`${hidden} more done`)] : [];
  return [[heading("Objectives", progress), ...lines, ...more].join("\n")];
}

function blockersSection({ blockers }: StatusView, { emoji }: Options, alone: boolean): string[] {
  const shown = alone ? blockers : blockers.filter((each) => !each.resolved);
  if (shown.length === 0) return alone ? [dim("Nothing blocks this session.")] : [];
  const lines = shown.map(
    (each) => `${blockerLine(each, emoji)}${each.age === undefined ? "" : dim(`  ${each.age} ago`)}`,
  );
  return [[heading("Blockers"), ...lines].join("\n")];
}

function decisionsSection({ decisions, pending }: StatusView, { verbose }: Options, alone: boolean) {
  const waiting = new Set(pending);
  const shown = alone || verbose ? decisions : decisions.filter((each) => waiting.has(each.id));
  if (shown.length === 0) return alone ? [dim("No decisions yet.")] : [];
  const lines = shown.map((each) => {
    const where = each.commit === undefined ? yellow("pending ") : dim(each.commit);
    const reverted = each.reverted === undefined ? "" : yellow(`  reverted by ${each.reverted}`);
    return `${where} ${dim(each.id)} ${HANG}${firstLine(each.text)}${reverted}${ended(each)}`;
  });
  return [
    [heading("Decisions", waiting.size > 0 ? `${waiting.size} for the next checkpoint` : ""), ...lines].join(
      "\n",
    ),
  ];
}

function workSection(status: StatusView, { verbose, day }: Options): string[] {
  const { files, staged, changed, untracked, annotations, verified, lastCheckpoint } = status;
  const sections: string[] = [];
  const add = (title: string, more: string, lines: readonly string[]) =>
    sections.push([heading(title, more), ...limited(lines, verbose)].join("\n"));
  if (files.length > 0) {
    const counts = [
      ...(staged > 0 ? [`${staged} staged`] : []),
      ...(changed > 0 ? [`${changed} changed`] : []),
      ...(untracked > 0 ? [`${untracked} untracked`] : []),
    ];
    const lines = files.map((each) => `  ${oneLine(each.path)} ${dim(each.change)}`);
    add("Changes", counts.join(", "), lines);
  }
  const failing = verified.filter((each) => each.result === "failed" || each.stale !== undefined);
  if (verbose ? verified.length > 0 : failing.length > 0) {
    const lines = (verbose ? verified : failing).map((each) => {
      const result = each.result === "passed" ? green("passed") : red("failed");
      return `  ${result} ${HANG}${firstLine(each.command)}${each.stale === undefined ? "" : dim(`  ${each.stale}`)}`;
    });
    sections.push([heading("Checks"), ...lines].join("\n"));
  }
  if (status.build) sections.push(buildSection(status.build));
  const { checklist } = status;
  if (checklist.length > 0) {
    const passed = checklist.filter((each) => each.state === "passed").length;
    const lines = checklist.map((each) => `  ${STATES[each.state]} ${HANG}${each.text}`);
    add("Checklist", `${passed} of ${checklist.length} checked`, lines);
  }
  if (annotations.length > 0) {
    const lines = annotations.map(
      (each) =>
        `  ${yellow(each.tag)} ${HANG}${oneLine(each.text)} ${dim(`${oneLine(each.path)}:${each.line}`)}`,
    );
    add("Added here", plural(annotations.length, "annotation"), lines);
  }
  if (lastCheckpoint)
    sections.push(
      `${heading("Last checkpoint")}  ${lastCheckpoint.subject} ${dim(`${lastCheckpoint.commit}, ${day(lastCheckpoint.when)}`)}`,
    );
  return sections;
}

function buildSection({ status, name, commit, failing, url, stale, source }: BuildView): string {
  const word = status === "passed" ? green(status) : status === "failed" ? red(status) : yellow(status);
  const facts = [name, commit, source, stale].filter((each) => each !== undefined).join(", ");
  const rest = [...failing.map((each) => `${red("failed")} ${each}`), ...(url === undefined ? [] : [url])];
  return [heading("Build"), ...[`${word} ${dim(facts)}`, ...rest].map((each) => `  ${each}`)].join("\n");
}

const STATES = { open: dim("open  "), passed: green("passed"), failed: red("failed") } as const;

function limited(lines: readonly string[], all: boolean): string[] {
  if (all || lines.length <= SHOWN) return [...lines];
  return [...lines.slice(0, SHOWN - 1), moreLine(`${lines.length - SHOWN + 1} more`)];
}

function nextSection({ next }: StatusView): string {
  const lines = next.slice(0, 3).map((step, at) => {
    const command = step.command === undefined ? "" : `${at === 0 ? "\n      " : "  "}${cyan(step.command)}`;
    return `${at === 0 ? bold("Next") : "    "}  ${HANG}${step.what}${command}`;
  });
  return lines.join("\n");
}
