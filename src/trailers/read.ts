/**
 * Reads the record in a commit message: the trailers that git reads, and blocks of squash merges and older
 * tools. Pure.
 */

import type { CheckpointRecord } from "../session/session.ts";
import { defined } from "../text/defined.ts";
import { undoNeutralize } from "../text/neutralize.ts";
import { parseDuration } from "../text/time/duration.ts";
import { oneLine } from "../text/trailer-text.ts";
import { unfoldLines } from "./fold-lines.ts";
import type { OwnKey } from "./keys.ts";
import { mergeRecords } from "./merge-records.ts";
import { type Block, blocksOf, type Entry } from "./parse/find-blocks.ts";
import { gitTrailers, type Trailer } from "./parse/git-trailers.ts";
import {
  blockersFrom,
  decisionsFrom,
  impactFrom,
  moreOf,
  objectivesFrom,
  verifiedFrom,
} from "./parse/parse-items.ts";
import { revertedBlocks } from "./parse/reverted-blocks.ts";

export interface Reading {
  /** Trailers of the message as git reads them, in order. */
  readonly trailers: readonly Trailer[];
  /** The session record; null without session trailers. */
  readonly session: CheckpointRecord | null;
  /** True if a part of the record is outside of the paragraph in which git reads trailers. */
  readonly recovered: boolean;
}

/** Reads one commit message, in time linear to its length. */
export function readMessage(message: string): Reading {
  const trailers = gitTrailers(message);
  const found: { indent: string; record: CheckpointRecord }[] = [];
  let recovered = false;
  const text = message.replace(/\r\n/g, "\n");
  const blocks = blocksOf(text);
  const reverted = revertedBlocks(text, blocks);
  for (const [at, block] of blocks.entries()) {
    const { entries, indent } = block;
    const record = recordOf(entries);
    recovered ||= record !== null && entries.some((entry) => !entry.byGit);
    if (record === null || isRepeated(block, blocks[at - 1])) continue;
    found.push({ indent, record: reverted.has(block) ? withUndone(record) : record });
  }
  return { trailers, session: found.length === 0 ? null : mergeRecords(outerImpacts(found)), recovered };
}

/** Returns whether a block has the lines of the previous block, directly above it. */
function isRepeated({ entries }: Block, previous: Block | undefined): boolean {
  if (previous?.entries.at(-1)?.to !== entries[0]?.from) return false;
  const textOf = (all: readonly Entry[]) => JSON.stringify(all.map((each) => [each.key, each.lines]));
  return textOf(entries) === textOf(previous?.entries ?? []);
}

/**
 * Returns the records without the impacts of quoted messages, if the quoting message has an impact: it is
 * that of all changes.
 */
function outerImpacts(found: readonly { readonly indent: string; readonly record: CheckpointRecord }[]) {
  const hasOwn = found.some(({ indent, record }) => indent === "" && record.impact.length > 0);
  return found.map(({ indent, record }) => (hasOwn && indent !== "" ? { ...record, impact: [] } : record));
}

/** Returns a record with its decisions marked as reverted. */
function withUndone(record: CheckpointRecord): CheckpointRecord {
  return { ...record, decisions: record.decisions.map((each) => ({ ...each, undone: true })) };
}

/**
 * Returns the record of a block; null without a key that only this program writes: a lone `Decisions:` or
 * `Impact:` is prose or another tool's.
 */
function recordOf(entries: readonly Entry[]): CheckpointRecord | null {
  const linesOf = (key: OwnKey) => entries.filter((entry) => entry.key === key).map((entry) => entry.lines);
  const all = <T>(key: OwnKey, parse: (lines: readonly string[]) => T[]): T[] => linesOf(key).flatMap(parse);
  const single = (key: OwnKey) =>
    oneLine(
      unfoldLines(linesOf(key).at(-1) ?? [])
        .map(undoNeutralize)
        .join(" "),
    );
  const objectives = all("Session-Objectives", objectivesFrom);
  const id = single("Session-Id");
  const label = single("Session-Label");
  const title = single("Session-Title");
  const minutes = parseDuration(single("Session-Time"));
  const hasId = /^\S+$/.test(id);
  const blockers = all("Blockers", blockersFrom);
  const isOther = (each: { readonly session?: string }) => each.session !== undefined && each.session !== id;
  const others = { objectives: objectives.filter(isOther), blockers: blockers.filter(isOther) };
  const own = <T extends { readonly session?: string }>(items: readonly T[]) =>
    items.filter((each) => !isOther(each)).map(({ session: _session, ...each }) => each as T);
  const moreObjectives = linesOf("Session-Objectives").reduce((sum, lines) => sum + moreOf(lines), 0);
  const moreBlockers = linesOf("Blockers").reduce((sum, lines) => sum + moreOf(lines), 0);
  const more = {
    ...(moreObjectives > 0 ? { objectives: moreObjectives } : {}),
    ...(moreBlockers > 0 ? { blockers: moreBlockers } : {}),
  };
  if (objectives.length === 0 && !hasId && label === "" && minutes === undefined) return null;
  return {
    objectives: own(objectives),
    blockers: own(blockers),
    decisions: all("Decisions", decisionsFrom),
    verified: all("Verified", verifiedFrom),
    impact: all("Impact", impactFrom),
    ...(others.objectives.length + others.blockers.length > 0 ? { others } : {}),
    ...(Object.keys(more).length > 0 ? { more } : {}),
    ...(label === "" ? {} : { label }),
    ...(title === "" ? {} : { title }),
    ...(hasId ? { id } : {}),
    ...defined({ minutes }),
  };
}
