/** Rebuilds a session's context and task lists from its log. Every save completes the log. Pure. */

import { defined } from "../../text/defined.ts";
import { isSame } from "../../text/fields.ts";
import { isRecord } from "../../text/json.ts";
import { contextOf, contextRow } from "../context.ts";
import { EMPTY_TEXTS, type SessionTexts, taskOfBlocker } from "../files/state-files.ts";
import { parseTasks, type Task, taskLines, writeTasks } from "../files/tasklist.ts";
import type { ObjectiveMark } from "../session.ts";
import { SCHEMA, type SessionContext } from "../state.ts";
import type { Draft } from "./event-row.ts";
import { patched } from "./event-table.ts";
import { eventAt, eventRow, type SessionEvent } from "./events.ts";

type Patch = Readonly<Record<string, unknown>>;

/**
 * Rebuilds the context from the log; undefined if the log does not name its session. `here`: the content of
 * `.clone.json`.
 */
export function rebuildFromEvents(
  events: readonly SessionEvent[],
  here: Patch = {},
): SessionContext | undefined {
  return contextOf(patched(fold(events), here));
}

/**
 * Returns events to append to a log, with a final event for all content of the context that the log lacks.
 * `at`: time of that event.
 */
export function missingEvents(
  log: readonly SessionEvent[],
  events: readonly SessionEvent[],
  context: SessionContext,
  at: string,
): readonly SessionEvent[] {
  const told = fold([...log, ...events]);
  // A branch name that differs from the log's is this clone's local name, so it counts as logged.
  const isLogged = (key: string) => isOf(key, "log") && (key !== "ref" || told.ref === "");
  const set = Object.fromEntries(Object.entries(beyond(told, context)).filter(([key]) => isLogged(key)));
  return Object.keys(set).length === 0 ? events : [...events, eventAt(at, "context.noted", { set })];
}

/**
 * File with the content of `context.json` that the log lacks, in case `context.json` is lost. Never leaves
 * this clone.
 */
export const CLONE_FILE = ".clone.json";

/** Content of `.clone.json` if the log lacks nothing. */
export const EMPTY_CLONE_TEXT = "{}\n";

/**
 * Returns the text of `.clone.json`: a merge patch with all content of `context.json` that the log lacks.
 * This is the keys that never leave this clone, and after a merge the values that the merged logs lack.
 */
export function cloneText(events: readonly SessionEvent[], context: SessionContext): string {
  return `${JSON.stringify(beyond(fold(events), context))}\n`;
}

function isOf(key: string, back: "log" | "git"): boolean {
  return (contextRow(key)?.back ?? "log") === back;
}

/** Returns the content of a context that the log lacks, without the keys that git answers. */
function beyond(told: Draft, context: SessionContext): Patch {
  const known = contextOf({ ...told, id: context.id, ref: told.ref || context.ref }) ?? {};
  const named = {
    ...(told.id === context.id ? {} : { id: context.id }),
    ...(told.ref === "" ? { ref: context.ref } : {}),
  };
  return { ...named, ...patchOf(known, contextOf(context) ?? {}, (key) => !isOf(key, "git")) };
}

/** Returns the JSON merge patch (RFC 7386) from `before` to `after`, for the keys that `isMeant` accepts. */
function patchOf(before: object, after: object, isMeant: (key: string) => boolean = () => true) {
  const [was, is] = [before, after].map((each) => new Map<string, unknown>(Object.entries(each)));
  const keys = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].filter(isMeant);
  const changes = keys.flatMap((key): [string, unknown][] => {
    const [one, other] = [was?.get(key), is?.get(key)];
    if (isSame(one, other)) return [];
    return [[key, isRecord(one) && isRecord(other) ? patchOf(one, other) : (other ?? null)]];
  });
  return Object.fromEntries(changes);
}

function fold(events: readonly SessionEvent[]): Draft {
  const draft: Draft = {
    ...{ schema: SCHEMA, id: "", ref: "", title: "", base: {}, state: "active", created: "", tags: [] },
    ...{ decisions: [], verified: [], notes: [], dropped: {}, last: { obj: 0, blk: 0, dec: 0 } },
    ...{ meta: Object.create(null), items: Object.create(null), committed: Object.create(null) },
  };
  for (const event of events) eventRow(event)?.folds?.(draft, event as never);
  return draft;
}

type Known = Task & { readonly id: string };

/** Texts and notes of a list's items, by item id. */
export type ItemWords = ReadonlyMap<string, { readonly text: string; readonly note?: string }>;

const MARKS: readonly ObjectiveMark[] = ["open", "active", "done", "dropped"];

const PREFIX = { objectives: "obj", blockers: "blk" } as const;

/** Returns the texts of the items in the log. */
export function loggedWords(events: readonly SessionEvent[]): Map<string, { text: string; note?: string }> {
  const words = new Map<string, { text: string; note?: string }>();
  for (const event of events) {
    switch (event.type) {
      case "objective.added":
      case "objective.edited":
      case "blocker.added":
        if (event.text !== undefined) words.set(event.id, { text: event.text });
        break;
      case "blocker.edited":
        if (event.text !== undefined) words.set(event.id, { ...words.get(event.id), text: event.text });
        break;
      case "blocker.reopened": {
        const known = words.get(event.id);
        if (known) words.set(event.id, { text: known.text });
        break;
      }
      case "blocker.dropped":
      case "blocker.resolved": {
        const known = words.get(event.id);
        if (known) words.set(event.id, { ...known, ...defined({ note: event.note }) });
        break;
      }
    }
  }
  return words;
}

/**
 * Reports whether a list file may be damaged: it has NUL bytes, or it lacks the last line end while the
 * record has items.
 */
export function isSuspect(
  list: keyof SessionTexts,
  text: string,
  { items }: Pick<SessionContext, "items">,
): boolean {
  if (text.includes("\0")) return true;
  const isOpen = text !== "" && !text.endsWith("\n");
  return isOpen && Object.keys(items).some((id) => id.startsWith(`${PREFIX[list]}-`));
}

/**
 * Returns a damaged list with its lost items; undefined for an undamaged file. An item deleted by hand is not
 * lost.
 */
export function rebuiltList(
  list: keyof SessionTexts,
  text: string,
  context: SessionContext,
  words: ItemWords,
): string | undefined {
  const known = knownItems(PREFIX[list], context, words);
  const sound = soundPart(text, PREFIX[list], known);
  if (sound === undefined) return undefined;
  const head = sound === "" ? EMPTY_TEXTS[list] : sound;
  const there = new Map(
    parseTasks(head, PREFIX[list]).flatMap((each) => (each.id === undefined ? [] : [[each.id, each]])),
  );
  // Undamaged items of the file take precedence, as edits by hand do.
  return writeTasks(
    head,
    PREFIX[list],
    known.map((each) => ({ ...each, ...there.get(each.id) })),
  );
}

/** Returns the undamaged part of a damaged file; undefined for an undamaged file. */
function soundPart(text: string, prefix: string, known: readonly Known[]): string | undefined {
  const nul = text.indexOf("\0");
  if (nul >= 0) return wholeLines(text.slice(0, nul));
  if (text === "" || text.endsWith("\n")) return undefined;
  // Tries two ends: the file may be cut in an item's first line, or in a continuation line.
  for (const at of [text.lastIndexOf("\n") + 1, text.lastIndexOf("\n- ") + 1]) {
    const [head, tail] = [text.slice(0, at), text.slice(at).replace(/\r\n/g, "\n")];
    const whole = new Set(parseTasks(head, prefix).map((each) => each.id));
    const isCut = known.some((each) => {
      const item = taskLines(each).join("\n");
      return !whole.has(each.id) && item !== tail && item.startsWith(tail);
    });
    if (isCut) return head;
  }
  return undefined;
}

const wholeLines = (text: string) => text.slice(0, text.lastIndexOf("\n") + 1);

/** Returns the recorded items of a list, ordered by id. */
function knownItems(prefix: string, context: SessionContext, words: ItemWords): Known[] {
  return Object.entries(context.items)
    .filter(([id]) => id.startsWith(`${prefix}-`))
    .sort(([one], [other]) => Number(one.slice(4)) - Number(other.slice(4)))
    .map(([id, { mark, link, finished }]): Known => {
      const { text, note } = words.get(id) ?? { text: "(its text is lost)" };
      const known = MARKS.find((each) => each === mark) ?? (finished === undefined ? "open" : "done");
      if (prefix === "obj") return { id, mark: known, text };
      const resolved = known === "done" || known === "dropped";
      const blocker = { id, text, resolved, ...defined({ link, note }) };
      return taskOfBlocker(known === "dropped" ? { ...blocker, dropped: true } : blocker);
    });
}
