/**
 * Matches words and phrases against items and lines: one item or line must contain all words. Pure; reads no
 * session.
 */

import type { SessionState } from "../../session/state.ts";
import { defined } from "../../text/defined.ts";
import { mergeRanges } from "../../text/merge-ranges.ts";
import { decisionEndText, withEnds } from "../../trailers/successors.ts";

/** Parts of a session that a search can select. */
export const PARTS = [
  "objectives",
  "decisions",
  "blockers",
  "notes",
  "handoffs",
  "workspace",
  "transcripts",
] as const;
/** A searchable part of a session. */
export type Part = (typeof PARTS)[number];

/** A unit of the search: an item of a session, or a line of a document. */
export interface Passage {
  readonly part: Part;
  readonly text: string;
  /** Id of the item, such as `obj-1`. */
  readonly id?: string;
  /** Reason why a decision is no longer binding, such as `withdrawn by dec-3`. */
  readonly ended?: string;
  readonly path?: string;
  /** Line in the document, or number of the message in the conversation, from 1. */
  readonly line?: number;
  readonly before?: string;
  readonly after?: string;
}

/** A session with its matches. */
export interface FoundSession {
  /** The session; for a session known only from commits, all fields but `id` and `touched` are null. */
  readonly session: {
    readonly id: string | null;
    readonly title: string | null;
    readonly branch: string | null;
    readonly state: string | null;
    readonly touched: string | null;
  };
  readonly matches: readonly Passage[];
  /** Number of further matching lines. */
  readonly more: number;
}

/** The words of a search. */
export interface Query {
  /** Words and phrases of the search in lower case, with single spaces. */
  readonly words: readonly string[];
  /**
   * ASCII texts that every match contains, for a first selection with git; if empty, every text may match.
   */
  readonly sure: readonly string[];
}

/** Parses arguments, each a word or a phrase, into a query. */
export function queryOf(args: readonly string[]): Query {
  const words = [...new Set(args.map(flat).filter((each) => each !== ""))];
  // git only ignores the case of ASCII letters, and files may have line ends or escapes between other
  // characters.
  const runs = new Set(words.flatMap((each) => each.match(/[a-z0-9]+/g) ?? []));
  const longest = [...runs].sort((one, other) => other.length - one.length);
  return { words, sure: longest.slice(0, 8) };
}

/** Returns whether a text contains all words. */
export function matches({ words }: Query, text: string): boolean {
  const wanted = flat(text);
  return words.every((word) => wanted.includes(word));
}

function flat(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ").trim();
}

/** Returns the items of a session's record in these parts. */
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

/** Returns text, rationale and alternatives of a decision, one line each. */
export function decisionText(decision: {
  readonly text: string;
  readonly rationale?: string | undefined;
  readonly alternatives: readonly string[];
}): string {
  const { text, rationale, alternatives } = decision;
  return [text, ...(rationale === undefined ? [] : [rationale]), ...alternatives].join("\n");
}

/**
 * Returns up to `most` matching lines of a document with their neighbors, and the number of further matches.
 */
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

/** Maximum characters of an excerpt from a message. */
const MAX_SAID = 400;

/** Returns an excerpt of message `n` of a conversation; undefined if it does not match. */
export function messageMatch(query: Query, path: string, n: number, text: string): Passage | undefined {
  return matches(query, text)
    ? { part: "transcripts", path, line: n, text: excerpt(query, text, MAX_SAID) }
    : undefined;
}

/**
 * Returns the line that contains the most words, cut to `length` characters around a word. `more` stands for
 * cut text.
 */
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

/** Returns the ranges of the words in a line, `[from, to)` in characters, merged and sorted. */
export function wordRanges({ words }: Query, line: string): [number, number][] {
  const text = line.toLowerCase();
  // Some letters have another length in lower case, so positions would be wrong.
  if (text.length !== line.length) return [];
  const found: [number, number][] = [];
  for (const word of words) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length))
      found.push([at, at + word.length]);
  }
  return mergeRanges(found);
}
