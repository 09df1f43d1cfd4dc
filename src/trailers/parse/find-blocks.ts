/**
 * Finds blocks of session trailers in a whole message: where git reads trailers, and inside squash messages.
 * Pure.
 */

import { isOurs, type OwnKey, type OwnTrailer, ownKey } from "../keys.ts";
import { trailerBlock } from "./git-trailers.ts";

/** A session trailer and its position in a message. */
export interface Entry extends OwnTrailer {
  /** True if git reads every line of the trailer. */
  readonly byGit: boolean;
  /** First line of the trailer in the message, and the line after its last. */
  readonly from: number;
  readonly to: number;
}

/** A block of session trailers. */
export interface Block {
  /** Characters before each line; a message that another message quotes is indented. */
  readonly indent: string;
  readonly entries: readonly Entry[];
}

interface Found {
  readonly indent: string;
  readonly entries: Entry[];
  readonly keys: Set<OwnKey>;
  /** True if only blank lines separate the block from the previous block. */
  readonly follows: boolean;
}

interface Lines {
  readonly all: readonly string[];
  /** First line of the paragraph in which git reads trailers, and the line after its last. */
  readonly git: { readonly from: number; readonly to: number };
}

/** Returns the blocks of a message with LF line ends, oldest first; the block that git reads comes last. */
export function blocksOf(message: string): Block[] {
  const all = message.split("\n");
  const lines = { all, git: linesReadByGit(message) };
  const found: Found[] = [];
  let isGitSquash = false;
  let isBulleted = false;
  let follows = false;
  for (let from = afterTitle(all); from < all.length; ) {
    if (isBlank(all[from] ?? "")) {
      from += 1;
      continue;
    }
    const to = endOfParagraph(all, from);
    const first = all[from] ?? "";
    const indent = first.slice(0, indentOf(first));
    const isPlace =
      indent === "" || (isGitSquash && indent.startsWith("    ")) || (isBulleted && indent === "  ");
    const { entries, isWhole } = isPlace
      ? entriesOf(lines, from, to, indent)
      : { entries: [], isWhole: false };
    for (const part of bySession(entries)) found.push({ indent, entries: part, keys: keysOf(part), follows });
    follows = isWhole && entries.length > 0;
    for (; from < to; from += 1) {
      isGitSquash ||= GIT_SQUASH.test(all[from] ?? "");
      isBulleted ||= BULLET.test(all[from] ?? "");
    }
  }
  return inOrder(joined(found), all.includes("Squashed commit of the following:"));
}

const KEY = /^([A-Za-z0-9-]{1,64})[ \t]*:/;
const BULLET = /^[-*][ \t]/;
/** Matches lines after which git indents whole messages by four spaces. */
const GIT_SQUASH = /^(?:Squashed commit of the following:|commit [0-9a-f]{7,64})$/;

/** Skips the title, which is the first paragraph; the first line of a squash message has no title. */
function afterTitle(lines: readonly string[]): number {
  let title = 0;
  while (title < lines.length && isBlank(lines[title] ?? "")) title += 1;
  const first = lines[title] ?? "";
  return GIT_SQUASH.test(first) || BULLET.test(first) ? title : endOfParagraph(lines, title);
}

/**
 * Reads the session trailers of a paragraph down to the first line of prose. `isWhole`: true if the paragraph
 * has no prose.
 */
function entriesOf(lines: Lines, start: number, to: number, indent: string) {
  const entries: Entry[] = [];
  const isGitBlock = start >= lines.git.from && start < lines.git.to;
  for (let at = start; at < to; ) {
    const line = (lines.all[at] ?? "").slice(indent.length);
    const match = (lines.all[at] ?? "").startsWith(indent) ? KEY.exec(line) : null;
    if (match === null) {
      // If the paragraph has a sign-off, git also reads trailers among prose.
      if (!isGitBlock) return { entries, isWhole: false };
      at += 1;
      continue;
    }
    const key = ownKey(match[1] ?? "");
    const end = endOfValue(lines.all, at + 1, to, indent, key !== undefined && !SINGLE.has(key));
    const further = lines.all.slice(at + 1, end).map((each) => each.slice(indent.length));
    const from = at;
    at = end;
    if (key === undefined) continue;
    const byGit = isGitBlock && further.every((each) => indentOf(each) > 0);
    const entry = { key, lines: [line.slice(match[0].length), ...further], byGit, from, to: end };
    if (isOurs(entry)) entries.push(entry);
  }
  return { entries, isWhole: true };
}

const SINGLE: ReadonlySet<OwnKey> = new Set(["Session-Label", "Session-Title", "Session-Id", "Session-Time"]);

/**
 * Returns the end of a value: folded lines, and for a list also unindented bullets, which older tools wrote.
 */
function endOfValue(
  lines: readonly string[],
  from: number,
  to: number,
  indent: string,
  isList: boolean,
): number {
  let end = from;
  while (end < to) {
    const line = lines[end] ?? "";
    const rest = line.slice(indent.length);
    if (!line.startsWith(indent) || !(indentOf(rest) > 0 || (isList && BULLET.test(rest)))) break;
    end += 1;
  }
  return end;
}

/** Splits blocks that share one paragraph: a list after a `Session-Id` begins the next block. */
function bySession(entries: Entry[]): Entry[][] {
  if (entries.length === 0) return [];
  if (entries.filter((entry) => entry.key === "Session-Id").length < 2) return [entries];
  const parts: Entry[][] = [];
  let hasId = true;
  for (const entry of entries) {
    if (hasId && entry.key !== "Session-Time") {
      parts.push([]);
      hasId = false;
    }
    parts.at(-1)?.push(entry);
    hasId ||= entry.key === "Session-Id";
  }
  return parts;
}

/** Joins blocks that a blank line separates, as older tools wrote lists. */
function joined(found: readonly Found[]): Found[] {
  const blocks: Found[] = [];
  for (const block of found) {
    const last = blocks.at(-1);
    if (last && block.follows && last.indent === block.indent && belongs(last, block)) {
      for (const entry of block.entries) {
        last.entries.push(entry);
        last.keys.add(entry.key);
      }
    } else {
      blocks.push(block);
    }
  }
  return blocks;
}

function belongs(block: Found, next: Found): boolean {
  if (block.keys.has("Session-Id")) return false;
  const anchors = [...block.keys].filter((key) => key.startsWith("Session-"));
  if (anchors.some((key) => next.keys.has(key))) return false;
  // Lists above a block that is complete without them count as prose.
  return anchors.length > 0 || !next.keys.has("Session-Id");
}

/**
 * Orders blocks: `git merge --squash` lists the newest commit first, and the block that git reads is the
 * newest.
 */
function inOrder(blocks: readonly Found[], isNewestFirst: boolean): Found[] {
  const isFinal = (block: Found) => block.entries.some((entry) => entry.byGit);
  const buried = blocks.filter((block) => !isFinal(block));
  const ordered = isNewestFirst
    ? [
        ...buried.filter((block) => block.indent !== "").reverse(),
        ...buried.filter((block) => block.indent === ""),
      ]
    : buried;
  return [...ordered, ...blocks.filter(isFinal)];
}

function linesReadByGit(message: string): { from: number; to: number } {
  const block = trailerBlock(message);
  if (!block) return { from: 0, to: 0 };
  const from = lineBreaks(message, 0, block.start);
  return { from, to: from + lineBreaks(message, block.start, block.end) + 1 };
}

function lineBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

function endOfParagraph(lines: readonly string[], from: number): number {
  let end = from;
  while (end < lines.length && !isBlank(lines[end] ?? "")) end += 1;
  return end;
}

function keysOf(entries: readonly Entry[]): Set<OwnKey> {
  return new Set(entries.map((entry) => entry.key));
}

/** Reports white space as git defines it; a line with only NBSP is text. */
function isBlank(line: string): boolean {
  return /^[ \t\r]*$/.test(line);
}

function indentOf(line: string): number {
  let indent = 0;
  while (line[indent] === " " || line[indent] === "\t") indent += 1;
  return indent;
}
