/** A task list out of what the log and the record say, for the day its file is damaged. Pure. */
import { defined } from "../text/defined.ts";
import type { SessionEvent } from "./events.ts";
import { EMPTY_TEXTS, type SessionTexts, taskOfBlocker } from "./reading.ts";
import type { ObjectiveMark } from "./session.ts";
import type { SessionContext } from "./state.ts";
import { parseTasks, type Task, taskLines, writeTasks } from "./tasklist.ts";

type Known = Task & { readonly id: string };

/** The words of items by id, as far as a source has them. */
export type ItemWords = ReadonlyMap<string, { readonly text: string; readonly note?: string }>;

const MARKS: readonly ObjectiveMark[] = ["open", "active", "done", "dropped"];

const PREFIX = { objectives: "obj", blockers: "blk" } as const;

/** Returns the words of the items that the log tells of. */
export function loggedWords(events: readonly SessionEvent[]): Map<string, { text: string; note?: string }> {
  const words = new Map<string, { text: string; note?: string }>();
  for (const event of events) {
    switch (event.type) {
      case "objective.added":
      case "objective.edited":
      case "blocker.added":
        if (event.text !== undefined) words.set(event.id, { text: event.text });
        break;
      case "blocker.resolved": {
        const known = words.get(event.id);
        if (known) words.set(event.id, { ...known, ...defined({ note: event.note }) });
        break;
      }
    }
  }
  return words;
}

/** Whether a list may be damaged: it has NUL bytes; or it lacks its last line end, and there are items to lose. */
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
 * Returns the list with the items that are lost; undefined where the file is sound: what somebody deleted by hand is
 * not lost.
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
  // What is whole in the file wins, as hand edits do.
  return writeTasks(
    head,
    PREFIX[list],
    known.map((each) => ({ ...each, ...there.get(each.id) })),
  );
}

/** The part of a damaged file that can be kept; undefined where the file is not damaged. */
function soundPart(text: string, prefix: string, known: readonly Known[]): string | undefined {
  const nul = text.indexOf("\0");
  if (nul >= 0) return wholeLines(text.slice(0, nul));
  if (text === "" || text.endsWith("\n")) return undefined;
  // The cut may be in an item's first line, or in one of its further lines.
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

/** The items of a list in the order of their ids, as the record has them. */
function knownItems(prefix: string, context: SessionContext, words: ItemWords): Known[] {
  return Object.entries(context.items)
    .filter(([id]) => id.startsWith(`${prefix}-`))
    .sort(([one], [other]) => Number(one.slice(4)) - Number(other.slice(4)))
    .map(([id, { mark, link, finished }]): Known => {
      const { text, note } = words.get(id) ?? { text: "(its text is lost)" };
      const known = MARKS.find((each) => each === mark) ?? (finished === undefined ? "open" : "done");
      if (prefix === "obj") return { id, mark: known, text };
      const resolved = known === "done" || known === "dropped";
      return taskOfBlocker({ id, text, resolved, ...defined({ link, note }) });
    });
}
