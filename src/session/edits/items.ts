/** Finds, numbers and marks the items of a session, and checks their texts. Pure. */
import { nearest } from "../../text/nearest.ts";
import { cleanText } from "../../text/trailer-text.ts";
import { Failure } from "../failure.ts";
import type { ItemPrefix, ItemTimes, SessionContext, SessionState } from "../state.ts";

/** Maximum characters of an item's text; longer text belongs in the workspace or an issue. */
const MAX_TEXT = 4000;

/**
 * Returns the text of an item in the form in which it is stored.
 * @throws Failure `empty-text`, `text-too-long`
 */
export function checkText(text: string, what: string): string {
  const length = [...text].length;
  if (length > MAX_TEXT)
    throw new Failure(
      "text-too-long",
      `${what} can have at most ${MAX_TEXT} characters; this one has ${length}`,
      { advice: "keep the rest in a file or an issue" },
    );
  const kept = cleanText(text);
  if (kept === "") throw new Failure("empty-text", `${what} needs some text`);
  return kept;
}

/** Returns the times of an item after its mark changed. */
export function withMark(before: ItemTimes | undefined, mark: string, at: string): ItemTimes {
  const { finished: _finished, mark: was, changed, ...rest } = before ?? {};
  const since = was === undefined || was === mark ? changed : at;
  return {
    ...rest,
    ...(isOver(mark) ? { finished: at } : {}),
    mark,
    ...(since === undefined ? {} : { changed: since }),
  };
}

/** Reports whether a mark ends an item: it is done or dropped. */
export function isOver(mark: string): boolean {
  return mark === "done" || mark === "dropped";
}

/** Returns the state after an item's mark changed. */
export function markItem(state: SessionState, id: string, mark: string, at: string): SessionState {
  const { items } = state.context;
  const times = withMark(items[id], mark, at);
  return { ...state, context: { ...state.context, items: { ...items, [id]: times } } };
}

/**
 * Finds an item by its id `obj-2` or its number `2`.
 * @throws Failure `no-such-item`, which names the existing items
 */
export function findItem<T extends { readonly id: string }>(
  items: readonly T[],
  name: string,
  prefix: ItemPrefix,
  what: string,
): T {
  const id = /^\d+$/.test(name) ? `${prefix}-${Number(name)}` : name.toLowerCase();
  const found = items.find((item) => item.id === id);
  if (found) return found;
  const ids = items.map((item) => item.id);
  const close = nearest(id, ids, 1)[0];
  throw new Failure("no-such-item", `there is no ${what} ${clip(name)} in this session`, {
    advice: close
      ? `did you mean ${close}?`
      : ids.length === 0
        ? `it has no ${what}s yet`
        : `it has ${range(ids)}`,
    hint: `session ${what}s list`,
  });
}

/** Numbers a new item: returns the context with its times, and its id. */
export function nextId(context: SessionContext, prefix: ItemPrefix, now: string): [SessionContext, string] {
  const number = context.last[prefix] + 1;
  const id = `${prefix}-${number}`;
  const items = prefix === "dec" ? context.items : { ...context.items, [id]: { added: now, mark: "open" } };
  return [{ ...context, items, last: { ...context.last, [prefix]: number } }, id];
}

function range(ids: readonly string[]): string {
  return ids.length <= 4 ? ids.join(", ") : `${ids[0]} ... ${ids.at(-1)}`;
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
