import { plural } from "../../text/plural.ts";
import { oneLine } from "../../text/trailer-text.ts";
import {
  excerpt,
  type FoundSession,
  type Passage,
  type Query,
  wordRanges,
} from "../../views/shapes/search.ts";
import { moreLine } from "../lines.ts";
import { facts, signs } from "../signs.ts";
import { bold, cyan, dim, yellow } from "../style.ts";
import { clip } from "../table.ts";

const NAMES = {
  objectives: "objective",
  decisions: "decision",
  blockers: "blocker",
  notes: "note",
  handoffs: "handoff",
  workspace: "workspace",
  transcripts: "transcript",
} as const;

/** Each session with the lines that match, the words set off; of documents the lines around them too. */
export function searchLines(
  found: readonly FoundSession[],
  query: Query,
  width: number | undefined,
): string[] {
  return found.flatMap(({ session, matches, more }, at) => {
    const { id, title, branch, state } = session;
    const about = facts([branch, state, id].filter((each) => each !== null));
    const head = `${bold(title ?? "in commits only")}  ${dim(about)}`;
    const rest = more === 0 ? [] : [moreLine(plural(more, "more line"))];
    const lines = matches.flatMap((each) => passageLines(each, query, width));
    return [...(at === 0 ? [] : [""]), head, ...lines, ...rest];
  });
}

function passageLines(passage: Passage, query: Query, width: number | undefined): string[] {
  const { part, id, path, line, before, after, text, ended } = passage;
  const where = path === undefined ? `${NAMES[part]}${id === undefined ? "" : ` ${id}`}` : `${path}:${line}`;
  const end = ended === undefined ? "" : `  ${oneLine(ended)}`;
  const room = width === undefined ? 160 : Math.max(10, width - where.length - end.length - 5);
  const around = (each: string | undefined) =>
    each === undefined ? [] : [dim(clip(`    ${each.trim()}`, width ?? 160))];
  return [
    ...around(before),
    `  ${cyan(where)}  ${marked(clip(excerpt(query, text, room, signs().more), room), query)}${yellow(end)}`,
    ...around(after),
  ];
}

function marked(line: string, query: Query): string {
  let text = "";
  let at = 0;
  for (const [from, to] of wordRanges(query, line)) {
    text += line.slice(at, from) + bold(yellow(line.slice(from, to)));
    at = to;
  }
  return text + line.slice(at);
}
