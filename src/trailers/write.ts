/** Writes a session's record into a commit message, independent of git's settings. Pure. */

import { markOfBlocker } from "../session/files/state-files.ts";
import type {
  Blocker,
  CheckpointRecord,
  Decision,
  ImpactLine,
  Objective,
  Verification,
} from "../session/session.ts";
import { neutralizeBlock } from "../text/neutralize.ts";
import { formatMinutes } from "../text/time/duration.ts";
import { MAX_ITEMS, moreItems, normalizeText, oneLine, trimEnd } from "../text/trailer-text.ts";
import { foldLines } from "./fold-lines.ts";
import { isOurs, LINK, MARKS, numbered, type OwnKey, ownKey, qualifiedId, splitLink } from "./keys.ts";
import { isBlankLine, messageEnd, nextLine, trailerBlock, valueLines } from "./parse/git-trailers.ts";

export interface WriteOptions {
  /** True if the message is an editor's template, whose lines that start with `#` are not committed. */
  readonly comments?: boolean;
}

/**
 * Returns the message with the trailer block of `record` at the position where git reads trailers. Replaces
 * an existing session block (with a `Session-Id`) and keeps everything else. A message without a subject gets
 * no block: git would use the block as the subject.
 */
export function writeMessage(message: string, record: CheckpointRecord, options: WriteOptions = {}): string {
  const comments = options.comments ?? false;
  const text = withFinalNewline(message);
  const end = messageEnd(text, comments);
  const { head, blockStart } = withoutOwnTrailers(text.slice(0, end), comments);
  if (subjectLine(head, comments) >= head.length) return text;

  const below = text.slice(end).replace(/^\n+/, "");
  const tail = below === "" ? "" : `\n${below}`;
  const block = renderBlock(record);
  const body = withoutBlankEnd(head);
  if (block === "") return body + tail;
  const joined = body + block;
  const joins = blockStart !== undefined && trailerBlock(joined)?.start === blockStart;
  return (joins ? joined : `${body}\n${block}`) + tail;
}

/** Returns the lines of a record's trailer block, each with LF; empty for an empty record. */
export function renderBlock(record: CheckpointRecord): string {
  return finishBlock(plainBlock(record));
}

/**
 * Returns a plain trailer block in its committed form: forges and build servers do not act on it, and no line
 * is too long.
 */
export function finishBlock(plain: string): string {
  return foldLines(neutralizeBlock(plain));
}

/**
 * Returns the trailer block of a record in plain form, without the changes of `finishBlock`, for searching.
 */
export function plainBlock(record: CheckpointRecord): string {
  const { decisions, others } = record;
  const objectives = [...record.objectives, ...(others?.objectives ?? [])];
  const blockers = [...record.blockers, ...(others?.blockers ?? [])];
  const objectiveIds = numbered(
    objectives.map((objective) => qualifiedId(objective.id, objective.session, record.id)),
    "obj",
  );
  const blockerIds = numbered(
    blockers.map((blocker) => qualifiedId(blocker.id, blocker.session, record.id)),
    "blk",
  );
  const decisionIds = numbered(
    decisions.map((decision) => qualifiedId(decision.id, decision.session, record.id)),
    "dec",
  );
  return [
    list(
      "Session-Objectives",
      objectives.map((objective, i) => objectiveLines(objective, objectiveIds[i])),
      moreIn(record, "objectives"),
    ),
    list(
      "Blockers",
      blockers.map((blocker, i) => blockerLines(blocker, blockerIds[i])),
      moreIn(record, "blockers"),
    ),
    list(
      "Decisions",
      decisions.map((decision, i) => decisionLines(decision, decisionIds[i])),
    ),
    list("Verified", record.verified.map(verificationLines)),
    list("Impact", record.impact.map(impactLines)),
    single("Session-Label", oneLine(record.label ?? "")),
    single("Session-Title", oneLine(record.title ?? "")),
    single("Session-Id", oneLine(record.id ?? "").replace(/\s/g, "")),
    single("Session-Time", time(record.minutes)),
  ].join("");
}

/** Indentation of the three kinds of lines below a key. Text cannot imitate another kind. */
const ITEM = " - ";
const PART = "   ";
const FURTHER = "     ";

/** The lines of an item; empty for an item without text. */
type ItemLines = readonly string[];

/**
 * Returns the number of items that a list leaves out. A short record without the list must still show that
 * items exist.
 */
function moreIn(record: CheckpointRecord, name: "objectives" | "blockers"): number {
  const isSaid = record[name].length > 0 || record.minutes !== undefined;
  return isSaid ? (record.more?.[name] ?? 0) : 0;
}

function list(key: OwnKey, items: readonly ItemLines[], more = 0): string {
  const filled = items.filter((item) => item.length > 0);
  if (filled.length + more === 0) return "";
  const shown = filled.slice(0, MAX_ITEMS);
  const hidden = filled.length - shown.length + more;
  if (hidden > 0) shown.push([ITEM + moreItems(hidden)]);
  return `${key}:\n${shown.map((item) => `${item.join("\n")}\n`).join("")}`;
}

function single(key: OwnKey, value: string): string {
  return value === "" ? "" : `${key}: ${value}\n`;
}

function objectiveLines(objective: Objective, id: string | undefined): ItemLines {
  return folded(`${ITEM}[${MARKS[objective.mark]}] ${id}: `, normalizeText(objective.text));
}

function blockerLines(blocker: Blocker, id: string | undefined): ItemLines {
  const link = oneLine(blocker.link ?? "");
  const [first = "", ...further] = normalizeText(blocker.text).split("\n");
  if (first === "") return [];
  const isInline = LINK.test(link);
  const lines = [`${ITEM}[${MARKS[markOfBlocker(blocker)]}] ${id}: ${first}${isInline ? ` (${link})` : ""}`];
  lines.push(...further.map((line) => FURTHER + line));
  // An empty link means that the end of the text is text, although it looks like a link.
  if (link === "" && splitLink(first) !== undefined) lines.push(`${PART}Link:`);
  if (!isInline) lines.push(...part("Link", link));
  lines.push(...part("Note", normalizeText(blocker.note ?? "")));
  return lines;
}

function decisionLines(decision: Decision, id: string | undefined): ItemLines {
  const text = folded(`${ITEM}${id}: `, normalizeText(decision.text));
  if (text.length === 0) return [];
  const alternatives = decision.alternatives.map(normalizeText).filter((alternative) => alternative !== "");
  const hidden = alternatives.length - MAX_ITEMS;
  return [
    ...text,
    ...part("Rationale", normalizeText(decision.rationale ?? "")),
    ...alternatives.slice(0, MAX_ITEMS).flatMap((alternative) => part("Alternatives", alternative)),
    ...(hidden > 0 ? part("More", `${hidden} alternatives (session show)`) : []),
    ...part("Supersedes", oneLine(decision.supersedes ?? "")),
    ...part("Withdraws", oneLine(decision.withdraws ?? "")),
    ...(decision.undone ? part("Reverted", "by a commit that this one replaces") : []),
  ];
}

function verificationLines(verification: Verification): ItemLines {
  const command = oneLine(verification.command);
  const { result, earlier } = verification;
  const when =
    earlier === undefined
      ? ""
      : earlier === ""
        ? " before this change"
        : ` at ${earlier}, before this change`;
  return command === "" ? [] : [`${ITEM}${command}: ${result}${when}`];
}

function impactLines(impact: ImpactLine): ItemLines {
  // The first colon followed by a space ends the key.
  const key = oneLine(oneLine(impact.key).replace(/:+(?=[ \t]|$)/g, ""));
  const value = oneLine(impact.value);
  return key === "" || value === "" ? [] : [`${ITEM}${key}: ${value}`];
}

function part(key: string, text: string): ItemLines {
  return folded(`${PART}${key}: `, text);
}

function folded(prefix: string, text: string): ItemLines {
  if (text === "") return [];
  return text.split("\n").map((line, i) => (i === 0 ? prefix : FURTHER) + line);
}

function time(minutes: number | undefined): string {
  return minutes === undefined || !Number.isFinite(minutes) || minutes < 0
    ? ""
    : formatMinutes(Math.floor(minutes));
}

function withFinalNewline(message: string): string {
  const text = message
    .split("\n")
    .map((line) => trimEnd(line, "\r"))
    .join("\n");
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/**
 * Returns the message without its session trailers, and the position of a trailer block that the new trailers
 * may join.
 */
function withoutOwnTrailers(head: string, comments: boolean): { head: string; blockStart?: number } {
  const block = trailerBlock(head);
  // Above a template's first comment git sees no title, and would read the subject `fix: x` as a trailer.
  if (block === null || (comments && block.start <= subjectLine(head, true))) return { head };
  const { start, end, entries } = block;
  if (!entries.some((entry) => entry.key?.toLowerCase() === "session-id")) return { head, blockStart: start };
  const kept = entries.filter((entry) => {
    const key = ownKey(entry.key ?? "");
    return key === undefined || !isOurs({ key, lines: valueLines(entry) });
  });
  const lines = kept.flatMap((entry) => entry.lines).map((line) => `${line}\n`);
  const rest = head.slice(0, start) + lines.join("") + head.slice(end);
  return kept.length > 0 ? { head: rest, blockStart: start } : { head: rest };
}

/** Returns the offset of the subject line; else the length of the text. */
function subjectLine(text: string, comments: boolean): number {
  let line = 0;
  while (line < text.length && (isBlankLine(text, line) || (comments && text[line] === "#"))) {
    line = nextLine(text, line);
  }
  return line;
}

/** Removes blank lines at the end, but keeps white space at the end of the last text line. */
function withoutBlankEnd(text: string): string {
  const end = trimEnd(text, " \t\r\n").length;
  return text.slice(0, nextLine(text, end));
}
