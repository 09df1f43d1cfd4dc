import { oneLine } from "../../../text/trailer-text.ts";
import { type DecisionEnd, decisionEndText } from "../../../trailers/successors.ts";
import type { LogDecision, LogEntry } from "../../../views/shapes/timeline.ts";
import { firstLine } from "../../lines.ts";
import { signs } from "../../signs.ts";
import { bold, cyan, dim, green, yellow } from "../../style.ts";
import { HANG } from "../../wrap.ts";

/** Returns a line for each entry with its decisions below; entries without a commit come first. */
export function logLines(
  log: { readonly entries: readonly LogEntry[]; readonly pending: readonly LogDecision[] },
  day: (iso: string) => string,
): string[] {
  return [
    ...log.pending.map((each) => {
      const was = each.was === undefined ? "" : dim(`  again: ${each.was.slice(0, 8)} carried it`);
      return `${yellow("pending ")}  ${bold(each.id)}  ${HANG}${firstLine(each.text)}${was}`;
    }),
    ...log.entries.flatMap((entry) => [entryLine(entry, day), ...entry.decisions.map(decisionLine)]),
  ];
}

function entryLine(entry: LogEntry, day: (iso: string) => string): string {
  const when = entry.at === null ? "" : `  ${dim(day(entry.at))}`;
  if (entry.kind === "event")
    return `${dim(signs().dot.padEnd(8))}${when}  ${HANG}${cyan(entry.type ?? "")} ${entry.subject}`;
  const oid = (entry.commit ?? entry.was ?? "").slice(0, 8);
  const id = entry.kind === "checkpoint" && entry.commit !== null ? green(oid) : dim(oid);
  const label = entry.label === undefined ? "" : dim(`  [${entry.label}]`);
  const gone = entry.commit === null ? yellow("  gone") : "";
  return `${id}${when}  ${HANG}${entry.subject}${label}${gone}${reverted(entry)}`;
}

/** Text for the method by which a decision's commit was found without a trailer. */
export const HOW = { tree: "  found by its tree", patch: "  found by its changes" } as const;

function decisionLine(decision: LogDecision): string {
  const { id, text, found } = decision;
  const how = found === undefined ? "" : dim(HOW[found]);
  return `          ${bold(id)}  ${HANG}${firstLine(text)}${how}${reverted(decision)}${ended(decision)}`;
}

/** Returns two spaces and the reason why a decision is no longer binding; empty for a binding decision. */
export function ended(decision: DecisionEnd): string {
  const words = decisionEndText(decision);
  return words === undefined ? "" : yellow(`  ${oneLine(words)}`);
}

/** Returns two spaces and the commit that reverted the entry; empty if no commit did. */
export function reverted({ reverted: by }: Pick<LogEntry, "reverted">): string {
  return by === undefined ? "" : yellow(`  reverted by ${by.slice(0, 8)}`);
}
