/** Merges two histories of one session. Pure. */

import { contextText, withoutLocalKeys } from "../../session/context.ts";
import { Failure } from "../../session/failure.ts";
import { taskOfBlocker } from "../../session/files/state-files.ts";
import type { ItemPrefix, ItemTimes } from "../../session/state.ts";
import { isSame } from "../../text/fields.ts";
import { readCommits } from "../../trailers/checkpoints.ts";
import { mergeContext } from "./context.ts";
import { isDocument, mergeCheckpoints, mergeDocuments, mergeHandoff } from "./documents.ts";
import { mergeLogs } from "./events.ts";
import { assignIds, type Named, type Renames } from "./identity.ts";
import { mergeBlockers, mergeDecisions, mergeObjectives } from "./items.ts";
import { type RecordFiles, readSide, renamed, type Side, type Sides } from "./side.ts";
import { mergeTaskTexts, type NamedTask } from "./tasks.ts";
import { isCopy } from "./value.ts";

export interface MergedRecord {
  readonly files: ReadonlyMap<string, string>;
  /** Sentences about renumbered and duplicated items, one each. */
  readonly notes: readonly string[];
}

/**
 * Merges a session of two clones, against their common base; without a base, an item that one clone lacks
 * counts as added by the other. Symmetric: both orders of the sides give the same bytes. Keeps a change of
 * one side only unchanged; changes of both sides follow these rules:
 *
 * | what | rule |
 * | --- | --- |
 * | objectives, blockers | keeps all added items; done wins over in progress, that over open and dropped |
 * | an id that two items have | stays with the item in a commit, else the older; the other gets a new id |
 * | texts, rationale, summary | both, on separate lines |
 * | removed on one side, changed on the other | the item stays |
 * | decisions | all, in their order; alternatives as a set |
 * | notes, checks | all; an item removed on one side is removed |
 * | tags, checklist | as sets |
 * | title, ref, meta by key | the later value, by the time in the log |
 * | state | archived, ended, paused, active: the first wins; but resuming wins over an end |
 * | created, ended | the earlier time, the later time |
 * | base, parent, author | one value, the same for both orders |
 * | coverage | the value of the later checkpoint |
 * | checkpointed | the later time that hides no check without a carrier |
 * | committed, dropped | all known values; git corrects them later |
 * | last | the higher number |
 * | schema | the higher number; an unknown schema is refused |
 * | tip, work, own, sentRef | not merged: they belong to one clone |
 * | keys of a newer version | key by key, else one value, the same for both orders |
 * | log | every line, once, in order |
 * | checkpoints | all, except checkpoints rewritten on a side |
 * | handoff | the later handoff |
 * | prose in the task lists | the lines of both |
 * | documents | merged by lines; if the lines conflict, both documents |
 *
 * @throws Failure `bad-snapshot`, `newer-schema`
 */
export function mergeRecords(
  base: RecordFiles | undefined,
  ours: RecordFiles,
  theirs: RecordFiles,
): MergedRecord {
  const [mine, its] = [readSide(ours), readSide(theirs)];
  if (mine.context.id !== its.context.id)
    throw new Failure("bad-snapshot", `${its.context.id} is not the session ${mine.context.id}`);
  const before = base && baseSide(base, mine.context.id);
  const [one, other] = [portable(ours), portable(theirs)];
  const was = portable((before && base) ?? new Map());
  if (isEqual(one, other) || (before && isEqual(other, was))) return { files: one, notes: [] };
  if (before && isEqual(one, was)) return { files: other, notes: [] };
  const notes: string[] = [];
  const tell = (sentence: string) => {
    if (!notes.includes(sentence)) notes.push(sentence);
  };
  const sides = withOneNumbering({ base: before, ours: mine, theirs: its }, [one, other], tell);
  const files = mergeSides(sides, tell);
  const handoff = mergeHandoff(three("handoff.md", was, one, other), mine, its);
  const checkpoints = mergeCheckpoints(...texts("checkpoints.jsonl", was, one, other));
  const merged = new Map([
    ...files,
    ["handoff.md", handoff ?? ""],
    ["checkpoints.jsonl", checkpoints],
    ...mergeDocuments(was, one, other, tell),
  ]);
  for (const [name, text] of merged) if (text === "" && !isDocument(name)) merged.delete(name);
  return { files: merged, notes: notes.sort() };
}

interface NumberedSides extends Sides {
  /** Highest number of each kind of item, including new items. */
  readonly last: Record<ItemPrefix, number>;
}

/**
 * Returns the common base of both sides; undefined for an unreadable base, which counts as no common history.
 */
function baseSide(files: RecordFiles, id: string): Side | undefined {
  try {
    const side = readSide(files);
    return side.context.id === id ? side : undefined;
  } catch {
    return undefined;
  }
}

function portable(files: RecordFiles): Map<string, string> {
  const entries = [...files].filter(([name, text]) => text !== "" || isDocument(name));
  return new Map(
    entries.map(([name, text]) => [name, name === "context.json" ? withoutLocalKeys(text) : text]),
  );
}

function isEqual(one: RecordFiles, other: RecordFiles): boolean {
  return one.size === other.size && [...one].every(([name, text]) => other.get(name) === text);
}

function three(name: string, base: RecordFiles, ours: RecordFiles, theirs: RecordFiles) {
  return { base: base.get(name), ours: ours.get(name), theirs: theirs.get(name) };
}

function texts(name: string, ...sides: [RecordFiles, RecordFiles, RecordFiles]): [string, string, string] {
  const [base, ours, theirs] = sides;
  return [base.get(name) ?? "", ours.get(name) ?? "", theirs.get(name) ?? ""];
}

/** Assigns equal items the same ids on all sides. */
function withOneNumbering(
  { base, ours, theirs }: Sides,
  files: readonly RecordFiles[],
  tell: (sentence: string) => void,
): NumberedSides {
  const isCarried = carriedBy(files);
  const last: Record<ItemPrefix, number> = { obj: 0, blk: 0, dec: 0 };
  const all: Renames = { base: new Map(), ours: new Map(), theirs: new Map() };
  const kinds = [
    ["obj", (side: Side) => side.objectives],
    ["blk", (side: Side) => side.blockers],
    ["dec", (side: Side) => side.context.decisions],
  ] as const;
  for (const [kind, pick] of kinds) {
    const lists = { base: base ? pick(base) : [], ours: pick(ours), theirs: pick(theirs) };
    const highest = Math.max(...[base, ours, theirs].map((side) => side?.context.last[kind] ?? 0));
    const renames = assignIds(kind, lists, highest, isCarried);
    for (const side of ["base", "ours", "theirs"] as const)
      for (const [old, id] of renames[side]) (all[side] as Map<string, string>).set(old, id);
    const numbers = [...renames.ours.values(), ...renames.theirs.values()].map(
      (id) => Number(id.slice(4)) || 0,
    );
    last[kind] = numbers.reduce((most, each) => Math.max(most, each), highest);
    for (const item of [
      ...lists.ours.map((each) => [each, renames.ours] as const),
      ...lists.theirs.map((each) => [each, renames.theirs] as const),
    ]) {
      const [{ id, text }, names] = item;
      const now = names.get(id);
      if (now !== undefined && now !== id)
        tell(`${id} (${shortOf(text)}) is ${now} now: ${id} was given twice`);
    }
  }
  return {
    base: base && renamed(base, all.base),
    ours: renamed(ours, all.ours),
    theirs: renamed(theirs, all.theirs),
    last,
  };
}

function shortOf(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return [...line].length > 40 ? `${[...line].slice(0, 40).join("")}...` : line;
}

/**
 * Returns a function that reports whether a checkpoint contains an item under its id. Reads messages on first
 * use.
 */
function carriedBy(files: readonly RecordFiles[]): (item: Named) => boolean {
  let carried: Map<string, string[]> | undefined;
  const read = () => {
    const found = new Map<string, string[]>();
    for (const { record } of readCommits(files.flatMap(messagesOf))) {
      for (const item of [
        ...(record?.objectives ?? []),
        ...(record?.blockers ?? []),
        ...(record?.decisions ?? []),
      ])
        found.set(item.id, [...(found.get(item.id) ?? []), item.text]);
    }
    return found;
  };
  return ({ id, text }) => {
    carried ??= read();
    return carried.get(id)?.some((each) => isCopy(text, each)) ?? false;
  };
}

function messagesOf(files: RecordFiles) {
  return (files.get("checkpoints.jsonl") ?? "").split("\n").flatMap((line) => {
    try {
      const { message } = JSON.parse(line) as { message?: unknown };
      return typeof message === "string" ? [{ oid: "", message, committed: 0 }] : [];
    } catch {
      return [];
    }
  });
}

/** Merges the item lists and the context. */
function mergeSides({ base, ours, theirs, last }: NumberedSides, tell: (sentence: string) => void) {
  const listed = <K extends "objectives" | "blockers">(side: Side | undefined, key: K) =>
    side && { items: side[key] as Side[K], times: side.context.items };
  const lists = <K extends "objectives" | "blockers">(key: K) => ({
    base: listed(base, key),
    ours: listed(ours, key),
    theirs: listed(theirs, key),
  });
  const objectives = mergeObjectives(lists("objectives"), tell);
  const blockers = mergeBlockers(lists("blockers"), tell);
  const known = { ...objectives.times, ...blockers.times };
  const items = Object.fromEntries(
    Object.entries(known).filter(([, times]) => Object.keys(times).length > 0),
  );
  const decisions = mergeDecisions(
    { base: base?.context.decisions, ours: ours.context.decisions, theirs: theirs.context.decisions },
    tell,
  );
  const context = mergeContext(
    { base, ours, theirs },
    { decisions, items: items as Record<string, ItemTimes>, last },
    tell,
  );
  const listOf = (key: "objectives" | "blockers", tasks: readonly NamedTask[]) =>
    mergeTaskTexts(
      key === "objectives" ? "obj" : "blk",
      base && { text: base.texts[key], tasks: tasksOf(base, key) },
      { text: ours.texts[key], tasks: tasksOf(ours, key) },
      { text: theirs.texts[key], tasks: tasksOf(theirs, key) },
      tasks,
    );
  return new Map([
    ["objectives.md", listOf("objectives", objectives.items)],
    ["blockers.md", listOf("blockers", blockers.items.map(taskOfBlocker))],
    ["context.json", textOf(context, ours, theirs)],
    ["events.jsonl", mergeLogs(ours.log, theirs.log)],
  ]);
}

function tasksOf(side: Side, key: "objectives" | "blockers"): NamedTask[] {
  return key === "objectives" ? [...side.objectives] : side.blockers.map(taskOfBlocker);
}

/** Keeps the original text of an unchanged context. */
function textOf(context: Side["context"], ours: Side, theirs: Side): string {
  const same = [ours, theirs]
    .filter((each) => each.text !== "" && isSame(each.context, context))
    .map((each) => each.text);
  return same.sort()[0] ?? contextText(context);
}
