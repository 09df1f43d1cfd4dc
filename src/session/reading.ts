/** From the files of a session to its state, and back to what each file holds. Hand edits win. */

import { defined } from "../text/defined.ts";
import { isSessionId } from "./ids.ts";
import type { Blocker, Objective } from "./session.ts";
import { type ItemPrefix, type ItemTimes, SCHEMA, type SessionContext, type SessionState } from "./state.ts";
import { parseTasks, type Task, writeTasks } from "./tasklist.ts";

export interface SessionTexts {
  readonly objectives: string;
  readonly blockers: string;
}

export const EMPTY_TEXTS: SessionTexts = { objectives: "# Objectives\n", blockers: "# Blockers\n" };

/** Puts context and task lists together; items written by hand get the next free ids. */
export function stateFromTexts(context: SessionContext, texts: SessionTexts): SessionState {
  const objectiveTasks = named(parseTasks(texts.objectives, "obj"), "obj", context.last.obj);
  const blockerTasks = named(parseTasks(texts.blockers, "blk"), "blk", context.last.blk);
  const last = {
    obj: highest(objectiveTasks, context.last.obj),
    blk: highest(blockerTasks, context.last.blk),
    dec: highest(context.decisions, context.last.dec),
  };
  return {
    context: { ...context, last },
    objectives: objectiveTasks.map((task) => objectiveOf(task, context.items[task.id])),
    blockers: blockerTasks.map((task) => blockerOf(task, context.items[task.id])),
  };
}

/** The files that hold this state, made from the text that was there before, so that foreign lines stay. */
export function textsOfState(state: SessionState, before: SessionTexts): SessionTexts {
  return {
    objectives: writeTasks(before.objectives || EMPTY_TEXTS.objectives, "obj", state.objectives),
    blockers: writeTasks(before.blockers || EMPTY_TEXTS.blockers, "blk", state.blockers.map(taskOfBlocker)),
  };
}

/** The context with the times of all items in it, as `context.json` keeps it. */
export function contextOfState(state: SessionState, now: string): SessionContext {
  const items: Record<string, ItemTimes> = {};
  for (const each of state.objectives) {
    const finished = each.mark === "done" || each.mark === "dropped" ? (each.finished ?? now) : undefined;
    items[each.id] = {
      added: each.added ?? now,
      ...defined({ finished }),
      ...markTimes(state.context.items[each.id], each.mark, now),
    };
  }
  for (const each of state.blockers) {
    const finished = each.resolved ? (each.finished ?? now) : undefined;
    items[each.id] = {
      added: each.added ?? now,
      ...defined({ finished, link: each.link }),
      ...markTimes(state.context.items[each.id], each.resolved ? "done" : "open", now),
    };
  }
  return { ...state.context, items };
}

function markTimes(before: ItemTimes | undefined, mark: string, now: string): ItemTimes {
  const changed = before?.mark === undefined || before.mark === mark ? before?.changed : now;
  return { mark, ...defined({ changed }) };
}

/** Reads `context.json`; undefined when it is not one. A newer schema is read as far as it goes. */
export function parseContext(text: string): SessionContext | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const given = value as Partial<SessionContext>;
  if (typeof given.id !== "string" || !isSessionId(given.id) || typeof given.ref !== "string")
    return undefined;
  if (typeof given.schema !== "number") return undefined;
  const { coverage, work, own, ...rest } = given;
  return {
    ...withText(rest, ["ended", "author", "parent", "summary", "shared", "checkpointed", "tip"]),
    ...(typeof coverage === "number" ? { coverage } : {}),
    ...workOf(work),
    ...ownWordsOf(own),
    schema: given.schema,
    id: given.id,
    ref: given.ref,
    title: typeof given.title === "string" ? given.title : given.ref.replace("refs/heads/", ""),
    base: baseOf(given.base),
    state:
      given.state === "paused" || given.state === "ended" || given.state === "archived"
        ? given.state
        : "active",
    created: typeof given.created === "string" ? given.created : "",
    tags: strings(given.tags),
    meta: isObject(given.meta)
      ? Object.fromEntries(Object.entries(given.meta).map(([k, v]) => [k, String(v)]))
      : {},
    ...(given.checklist === undefined ? {} : { checklist: strings(given.checklist) }),
    decisions: objects(given.decisions, ["id", "text"]).map((each) => ({
      ...withText(each, ["rationale", "supersedes", "session", "author", "added"]),
      alternatives: strings(each.alternatives),
    })) as unknown as SessionContext["decisions"],
    verified: objects(given.verified, ["command", "result"]).map((each) =>
      withNumbers(withText(each, ["added", "commit"]), ["code", "seconds"]),
    ) as unknown as SessionContext["verified"],
    notes: objects(given.notes, ["text", "added"]) as unknown as SessionContext["notes"],
    items: isObject(given.items) ? itemTimes(given.items) : {},
    committed: isObject(given.committed) ? withText(given.committed, Object.keys(given.committed)) : {},
    dropped: isObject(given.dropped) ? withText(given.dropped, Object.keys(given.dropped)) : {},
    last: { obj: count(given.last?.obj), blk: count(given.last?.blk), dec: count(given.last?.dec) },
  };
}

export function contextText(context: SessionContext): string {
  return `${JSON.stringify({ ...context, schema: Math.max(context.schema, SCHEMA) }, null, 2)}\n`;
}

function objectiveOf(task: Named, times: ItemTimes | undefined): Objective {
  const { id, mark, text } = task;
  const finished = mark === "done" || mark === "dropped" ? times?.finished : undefined;
  return {
    id,
    mark,
    text,
    ...defined({ added: times?.added, finished }),
  };
}

function blockerOf(task: Named, times: ItemTimes | undefined): Blocker {
  const resolved = task.mark === "done" || task.mark === "dropped";
  const [text, note] = splitNote(task.text);
  const [words, link] = splitLink(text, times?.link);
  return {
    id: task.id,
    resolved,
    text: words,
    ...defined({ link, note, added: times?.added }),
    ...(resolved && times?.finished !== undefined ? { finished: times.finished } : {}),
  };
}

/** A blocker as a line of its list. */
export function taskOfBlocker(blocker: Blocker): Named {
  const [first = "", ...more] = blocker.text.split("\n");
  const linked = blocker.link === undefined ? first : `${first} (${blocker.link})`;
  const note = blocker.note === undefined ? [] : [`Note: ${blocker.note}`];
  return {
    id: blocker.id,
    mark: blocker.resolved ? "done" : "open",
    text: [linked, ...more, ...note].join("\n"),
  };
}

function splitNote(text: string): [string, string | undefined] {
  const at = text.search(/\nNote: /);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 7)];
}

/** The link stands in parentheses at the end of the first line: the one that was given, or anything that looks like one. */
function splitLink(text: string, link: string | undefined): [string, string | undefined] {
  const [first = "", ...more] = text.split("\n");
  const found = link !== undefined && first.endsWith(` (${link})`) ? link : LINK.exec(first)?.[1];
  if (found === undefined) return [text, undefined];
  return [[first.slice(0, -found.length - 3), ...more].join("\n"), found];
}

const LINK = / \(((?:[\w.-]+\/[\w.-]+)?#\d+|GH-\d+|[A-Z][A-Z0-9]+-\d+|https?:\/\/[^\s()]+)\)$/;

type Named = Task & { readonly id: string };

function named(tasks: readonly Task[], prefix: ItemPrefix, last: number): Named[] {
  const used = new Set<string>();
  let next = highest(tasks, last);
  return tasks.map((task) => {
    const id = task.id !== undefined && !used.has(task.id) ? task.id : `${prefix}-${++next}`;
    used.add(id);
    return { ...task, id };
  });
}

function highest(items: readonly { readonly id?: string }[], least: number): number {
  return items.reduce((most, item) => Math.max(most, Number(item.id?.slice(4)) || 0), least);
}

/** Where it began, as far as it is a commit and a branch: a snapshot may come from anybody. */
function baseOf(value: unknown): SessionContext["base"] {
  if (!isObject(value)) return {};
  const { branch, commit } = value;
  return {
    ...(typeof branch === "string" ? { branch } : {}),
    ...(typeof commit === "string" && /^[0-9a-f]{40,64}$/.test(commit) ? { commit } : {}),
  };
}

/** The same without those of these fields that are no text. */
function withText<T extends object, K extends string>(value: T, keys: readonly K[]): T & Record<K, string> {
  const given = Object.entries(value).filter(
    ([key, each]) => !keys.includes(key as K) || typeof each === "string",
  );
  return Object.fromEntries(given) as T & Record<K, string>;
}

/** The same without those of these fields that are no number. */
function withNumbers<T extends object>(value: T, keys: readonly string[]): T {
  const given = Object.entries(value).filter(
    ([key, each]) => !keys.includes(key) || typeof each === "number",
  );
  return Object.fromEntries(given) as T;
}

function workOf(value: unknown): Pick<SessionContext, "work"> {
  if (!isObject(value) || typeof value.commit !== "string" || !/^[0-9a-f]{40,64}$/.test(value.commit))
    return {};
  const { commit, step } = value;
  const rest = { files: count(value.files), at: typeof value.at === "string" ? value.at : "" };
  return { work: { commit, ...rest, ...(step === "away" || step === "back" ? { step } : {}) } };
}

function ownWordsOf(value: unknown): Pick<SessionContext, "own"> {
  if (!isObject(value) || typeof value.events !== "number") return {};
  const { events, words, from } = value;
  return { own: { words: strings(words), events, ...(typeof from === "string" ? { from } : {}) } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function objects(value: unknown, keys: readonly string[]): Record<string, unknown>[] {
  if (!Array.isArray(value)) return [];
  return value.filter((each) => isObject(each) && keys.every((key) => typeof each[key] === "string"));
}

function itemTimes(value: Record<string, unknown>): Record<string, ItemTimes> {
  const entries = Object.entries(value).filter(
    ([id, times]) => /^(obj|blk)-\d+$/.test(id) && isObject(times),
  );
  const fields = ["added", "finished", "link", "note", "mark", "changed"];
  return Object.fromEntries(entries.map(([id, times]) => [id, withText(times as object, fields)]));
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
