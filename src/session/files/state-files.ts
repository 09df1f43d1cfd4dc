/** Converts the files of a session to its state, and back. Edits by hand take precedence. Pure. */

import { defined } from "../../text/defined.ts";
import type { Blocker, Objective, ObjectiveMark } from "../session.ts";
import type { ItemPrefix, ItemTimes, SessionContext, SessionState } from "../state.ts";
import { parseTasks, type Task, writeTasks } from "./tasklist.ts";

export interface SessionTexts {
  readonly objectives: string;
  readonly blockers: string;
}

export const EMPTY_TEXTS: SessionTexts = { objectives: "# Objectives\n", blockers: "# Blockers\n" };

/** Joins context and task lists. Items written by hand get the next free ids. */
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

/** Returns the files for a session's state, based on the earlier text, so that lines of others stay. */
export function textsOfState(state: SessionState, before: SessionTexts): SessionTexts {
  return {
    objectives: writeTasks(before.objectives || EMPTY_TEXTS.objectives, "obj", state.objectives),
    blockers: writeTasks(before.blockers || EMPTY_TEXTS.blockers, "blk", state.blockers.map(taskOfBlocker)),
  };
}

/** Returns the context with the times of all items, as `context.json` stores it. */
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
      ...markTimes(state.context.items[each.id], markOfBlocker(each), now),
    };
  }
  return { ...state.context, items };
}

function markTimes(before: ItemTimes | undefined, mark: string, now: string): ItemTimes {
  const changed = before?.mark === undefined || before.mark === mark ? before?.changed : now;
  return { mark, ...defined({ changed }) };
}

function objectiveOf(task: Named, times: ItemTimes | undefined): Objective {
  const { id, mark, text } = task;
  const finished = mark === "done" || mark === "dropped" ? times?.finished : undefined;
  return { id, mark, text, ...defined({ added: times?.added, finished }) };
}

function blockerOf(task: Named, times: ItemTimes | undefined): Blocker {
  const resolved = task.mark === "done" || task.mark === "dropped";
  const [text, note] = splitNote(task.text);
  const [words, link] = splitLink(text, times?.link);
  return {
    id: task.id,
    resolved,
    ...(task.mark === "dropped" ? { dropped: true } : {}),
    text: words,
    ...defined({ link, note, added: times?.added }),
    ...(resolved && times?.finished !== undefined ? { finished: times.finished } : {}),
  };
}

/** Returns the mark that a blocker has in its list. */
export function markOfBlocker({
  resolved,
  dropped,
}: {
  readonly resolved: boolean;
  readonly dropped?: true | undefined;
}): ObjectiveMark {
  return dropped ? "dropped" : resolved ? "done" : "open";
}

/** Returns a blocker as a line of its list. */
export function taskOfBlocker(blocker: Blocker): Named {
  const [first = "", ...more] = blocker.text.split("\n");
  const linked = blocker.link === undefined ? first : `${first} (${blocker.link})`;
  const note = blocker.note === undefined ? [] : [`Note: ${blocker.note}`];
  return { id: blocker.id, mark: markOfBlocker(blocker), text: [linked, ...more, ...note].join("\n") };
}

function splitNote(text: string): [string, string | undefined] {
  const at = text.search(/\nNote: /);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 7)];
}

/**
 * Splits a link in parentheses off the end of the first line: the recorded link, or any text that looks like
 * a link.
 */
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
