/** Reads what checkpoints say: what git reads, and beyond it what squash merges and older tools left. Pure. */
import { parseDuration } from "../duration.ts";
import type { CheckpointRecord } from "../session.ts";
import { gitTrailers, type Trailer, trailerBlock } from "./git.ts";
import { blockersFrom, decisionsFrom, impactFrom, objectivesFrom, verifiedFrom } from "./items.ts";
import { isOurs, type OwnKey, type OwnTrailer, ownKey } from "./keys.ts";
import { mergeRecords } from "./merge.ts";
import { oneLine } from "./text.ts";

export interface Reading {
  /** What git itself reads, in order. */
  readonly trailers: readonly Trailer[];
  /** What session makes of the message; null where nothing in it is ours. */
  readonly session: CheckpointRecord | null;
  /** Some of it was found where git does not read trailers. */
  readonly recovered: boolean;
}

/** Reads one commit message. Linear in its length, whatever is in it. */
export function readMessage(message: string): Reading {
  const trailers = gitTrailers(message);
  const blocks = blocksOf(message.replace(/\r\n/g, "\n"));
  if (blocks.length === 0) return { trailers, session: null, recovered: false };
  return {
    trailers,
    session: mergeRecords(blocks.map((block) => recordOf(block.entries))),
    recovered: blocks.some((block) => block.entries.some((entry) => !entry.byGit)),
  };
}

interface Entry extends OwnTrailer {
  readonly byGit: boolean;
}

interface Block {
  readonly indent: string;
  readonly entries: Entry[];
}

const KEY_LINE = /^([ \t]{0,16})([A-Za-z][A-Za-z-]{1,30})[ \t]*:(.*)$/s;
/** Lines that tell a squash message, in which blocks may be indented. */
const SQUASH = /^(?:Squashed commit of the following:$|commit [0-9a-f]{7,64}$|[*-] \S)/;

/** Blocks of our trailers, oldest first. A block ends at a line of prose; blank lines and other trailers do not end it. */
function blocksOf(message: string): Block[] {
  const lines = message.split("\n");
  const read = linesReadByGit(message);
  const blocks: Block[] = [];
  let block: Block | undefined;
  let squash = false;
  for (let at = afterTitle(lines); at < lines.length; ) {
    const line = lines[at] ?? "";
    squash ||= SQUASH.test(line);
    const match = KEY_LINE.exec(line.length > 4096 ? line.slice(0, 4096) : line);
    const key = ownKey(match?.[2] ?? "");
    const indent = match?.[1] ?? "";
    if (!match || key === undefined || (indent !== "" && !squash)) {
      if (line.trim() !== "" && !match) block = undefined;
      at++;
      continue;
    }
    const byGit = at >= read.first && at < read.last;
    const further = furtherLines(lines, at + 1, indent, key);
    const entry: Entry = {
      key,
      lines: [line.slice(line.indexOf(":") + 1), ...further.map((each) => each.slice(indent.length))],
      byGit,
    };
    at += 1 + further.length;
    if (!isOurs(entry)) continue;
    if (
      !block ||
      block.indent !== indent ||
      (key === "Session-Id" && block.entries.some((each) => each.key === key))
    ) {
      block = { indent, entries: [] };
      blocks.push(block);
    }
    block.entries.push(entry);
  }
  const ours = blocks.filter((each) => each.entries.some((entry) => entry.key.startsWith("Session-")));
  return message.includes("Squashed commit of the following:") ? oldestFirst(ours) : ours;
}

/** As for git, the first paragraph is the title; only the first line of a squash message tells what it is. */
function afterTitle(lines: readonly string[]): number {
  const title = lines.findIndex((line) => line.trim() !== "");
  if (SQUASH.test(lines[title] ?? "")) return title;
  const end = lines.findIndex((line, at) => at > title && line.trim() === "");
  return end < 0 ? lines.length : end;
}

/** git lists the newest commit first; a block that git reads was written last. */
function oldestFirst(blocks: readonly Block[]): Block[] {
  const final = blocks.filter((block) => block.entries.every((entry) => entry.byGit));
  return [...blocks.filter((block) => !final.includes(block)).reverse(), ...final];
}

/** Folded lines, and the bullets at the key's own indentation that older tools wrote. */
function furtherLines(lines: readonly string[], from: number, indent: string, key: OwnKey): string[] {
  const isList = key !== "Session-Id" && key !== "Session-Time" && key !== "Session-Label";
  let end = from;
  while (end < lines.length) {
    const line = lines[end] ?? "";
    if (line.trim() === "" || !line.startsWith(indent)) break;
    const rest = line.slice(indent.length);
    if (!/^[ \t]/.test(rest) && !(isList && /^[-*][ \t]/.test(rest))) break;
    end++;
  }
  return lines.slice(from, end);
}

function linesReadByGit(message: string): { first: number; last: number } {
  const block = trailerBlock(message);
  if (!block) return { first: 0, last: 0 };
  const count = (end: number) => message.slice(0, end).split("\n").length - 1;
  return {
    first: count(block.start),
    last: count(block.end) + (message.charAt(block.end - 1) === "\n" ? 0 : 1),
  };
}

function recordOf(entries: readonly Entry[]): CheckpointRecord {
  const linesOf = (key: OwnKey) => entries.filter((entry) => entry.key === key).map((entry) => entry.lines);
  const all = <T>(key: OwnKey, parse: (lines: readonly string[]) => T[]): T[] => parse(linesOf(key).flat());
  const single = (key: OwnKey) => oneLine(linesOf(key).at(-1)?.join(" ") ?? "");
  const id = single("Session-Id");
  const label = single("Session-Label");
  const minutes = parseDuration(single("Session-Time"));
  return {
    objectives: all("Session-Objectives", objectivesFrom),
    blockers: all("Blockers", blockersFrom),
    decisions: all("Decisions", decisionsFrom),
    verified: all("Verified", verifiedFrom),
    impact: all("Impact", impactFrom),
    ...(label === "" ? {} : { label }),
    ...(id === "" ? {} : { id }),
    ...(minutes === undefined ? {} : { minutes }),
  };
}
