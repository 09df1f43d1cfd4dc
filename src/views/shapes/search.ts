/** Words in what sessions hold: each word or phrase has to be in the same item, or in the same line of a document. Pure. */

import type { SessionState } from "../../session/state.ts";
import { defined } from "../../text/defined.ts";
import { mergeRanges } from "../../text/merge-ranges.ts";
import { decisionEndText, withEnds } from "../../trailers/successors.ts";

export const PARTS = [
  "objectives",
  "decisions",
  "blockers",
  "notes",
  "handoffs",
  "workspace",
  "transcripts",
] as const;
export type Part = (typeof PARTS)[number];

/** Something that is searched as one: an item of a session, or a line of a document. */
export interface Passage {
  readonly part: Part;
  readonly text: string;
  /** `obj-1`; the file of a document. */
  readonly id?: string;
  /** Why a decision no longer holds: `withdrawn by dec-3`. */
  readonly ended?: string;
  readonly path?: string;
  /** Of a document, from 1. */
  readonly line?: number;
  readonly before?: string;
  readonly after?: string;
}

export interface FoundSession {
  /** Of a session that only commits tell of, all but its id is null. */
  readonly session: {
    readonly id: string | null;
    readonly title: string | null;
    readonly branch: string | null;
    readonly state: string | null;
    readonly touched: string | null;
  };
  readonly matches: readonly Passage[];
  /** Further matching lines of its documents. */
  readonly more: number;
}

export interface Query {
  /** In lower case, white space as one blank. */
  readonly words: readonly string[];
  /** Letters and digits that every match has in it, for git to look for first; none: anything may match. */
  readonly sure: readonly string[];
}

/** Each argument is a word or a phrase. */
export function queryOf(args: readonly string[]): Query {
  const words = [...new Set(args.map(flat).filter((each) => each !== ""))];
  // git folds the case of ASCII letters alone, and line ends, quotes and escapes stand between others.
  const runs = new Set(words.flatMap((each) => each.match(/[a-z0-9]+/g) ?? []));
  const longest = [...runs].sort((one, other) => other.length - one.length);
  return { words, sure: longest.slice(0, 8) };
}

export function matches({ words }: Query, text: string): boolean {
  const wanted = flat(text);
  return words.every((word) => wanted.includes(word));
}

function flat(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ").trim();
}

/** What a session's own record holds, in these parts. */
export function passagesOf(
  { context, objectives, blockers }: SessionState,
  parts: readonly Part[],
): Passage[] {
  const all: Passage[] = [
    ...objectives.map(({ id, text }) => ({ part: "objectives" as const, id, text })),
    ...withEnds(context.decisions).map((each) => ({
      part: "decisions" as const,
      id: each.id,
      text: decisionText(each),
      ...defined({ ended: decisionEndText(each) }),
    })),
    ...blockers.map(({ id, text, link, note }) => ({
      part: "blockers" as const,
      id,
      text: [text, link, note].filter((each) => each !== undefined).join("\n"),
    })),
    ...context.notes.map(({ text }) => ({ part: "notes" as const, text })),
  ];
  return all.filter(({ part }) => parts.includes(part));
}

/** All that was said of a decision, a line each. */
export function decisionText(decision: {
  readonly text: string;
  readonly rationale?: string | undefined;
  readonly alternatives: readonly string[];
}): string {
  const { text, rationale, alternatives } = decision;
  return [text, ...(rationale === undefined ? [] : [rationale]), ...alternatives].join("\n");
}

/** Lines of a document that match, each with its neighbours. */
export function matchingLines(query: Query, part: Part, path: string, text: string, most = 20) {
  const lines = text.split(/\r?\n/);
  const at = lines.flatMap((line, index) => (matches(query, line) ? [index] : []));
  const found = at.slice(0, most).map((index): Passage => {
    const [before, after] = [lines[index - 1], lines[index + 1]];
    return {
      part,
      path,
      line: index + 1,
      text: lines[index] ?? "",
      ...(before?.trim() ? { before } : {}),
      ...(after?.trim() ? { after } : {}),
    };
  });
  return { found, more: at.length - found.length };
}

/** What a message of a conversation shows of a match, in characters. */
const MAX_SAID = 400;

/** A message that matches, as a line of its conversation. */
export function messageMatch(query: Query, path: string, n: number, text: string): Passage | undefined {
  return matches(query, text)
    ? { part: "transcripts", path, line: n, text: excerpt(query, text, MAX_SAID) }
    : undefined;
}

/** Returns the line of a text that shows a word best, cut around it to `length` characters; `more` stands where text was cut. */
export function excerpt({ words }: Query, text: string, length = 160, more = "…"): string {
  const lines = text.split("\n").map((each) => each.replace(/\s+/g, " ").trim());
  const counted = lines.map((line) => words.filter((word) => line.toLowerCase().includes(word)).length);
  const best = lines[counted.indexOf(Math.max(...counted))] ?? "";
  const at = Math.max(
    0,
    Math.min(...words.map((word) => best.toLowerCase().indexOf(word)).filter((n) => n >= 0)),
  );
  if (best.length <= length || !Number.isFinite(at)) return best.slice(0, length);
  const from = Math.max(0, Math.min(at - Math.floor(length / 3), best.length - length));
  return `${from > 0 ? more : ""}${best.slice(from, from + length).trim()}${from + length < best.length ? more : ""}`;
}

/** Where the words stand in a line, from and to, none overlapping. */
export function wordRanges({ words }: Query, line: string): [number, number][] {
  const text = line.toLowerCase();
  // Some letters have another length in lower case: then nothing can be pointed at.
  if (text.length !== line.length) return [];
  const found: [number, number][] = [];
  for (const word of words) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length))
      found.push([at, at + word.length]);
  }
  return mergeRanges(found);
}
