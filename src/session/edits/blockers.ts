/** Adds and changes blockers with pure functions: each takes a state and returns the new state. */
import { defined } from "../../text/defined.ts";
import type { Blocker } from "../session.ts";
import type { SessionState } from "../state.ts";
import { checkText, findItem, markItem, nextId } from "./items.ts";

/**
 * Adds an open blocker. `now`: ISO 8601.
 * @throws Failure `empty-text`, `text-too-long`
 */
export function addBlocker(
  state: SessionState,
  text: string,
  link: string | undefined,
  now: string,
): [SessionState, Blocker] {
  const kept = checkText(text, "a blocker");
  const [context, id] = nextId(state.context, "blk", now);
  const blocker: Blocker = {
    id,
    resolved: false,
    text: kept,
    added: now,
    ...(link === undefined ? {} : { link: checkText(link, "a link").replace(/\s+/g, " ") }),
  };
  return [{ ...state, context, blockers: [...state.blockers, blocker] }, blocker];
}

/** New text, link or note of a blocker; an empty link removes the link. */
export interface BlockerWords {
  readonly text?: string;
  readonly link?: string;
}

/**
 * Changes the text, link or note of a blocker.
 * @throws Failure `no-such-item`, `empty-text`, `text-too-long`
 */
export function editBlocker(
  state: SessionState,
  name: string,
  { text, link }: BlockerWords,
): [SessionState, Blocker] {
  const { link: linked, ...before } = findItem(state.blockers, name, "blk", "blocker");
  const now = link === undefined ? linked : link === "" ? undefined : checkText(link, "a link");
  const after: Blocker = {
    ...before,
    ...(text === undefined ? {} : { text: checkText(text, "a blocker") }),
    ...(now === undefined ? {} : { link: now.replace(/\s+/g, " ") }),
  };
  const { link: _link, ...times } = state.context.items[after.id] ?? {};
  const items = {
    ...state.context.items,
    [after.id]: after.link === undefined ? times : { ...times, link: after.link },
  };
  return [withBlocker({ ...state, context: { ...state.context, items } }, after), after];
}

type Closing = (
  state: SessionState,
  name: string,
  note: string | undefined,
  now: string,
) => [SessionState, Blocker];

/**
 * Resolves a blocker. `note`: how it was resolved.
 * @throws Failure `no-such-item`, `empty-text`, `text-too-long`
 */
export const resolveBlocker: Closing = (...asked) => closeBlocker("done", ...asked);

/**
 * Drops a blocker. `note`: the reason.
 * @throws Failure `no-such-item`, `empty-text`, `text-too-long`
 */
export const dropBlocker: Closing = (...asked) => closeBlocker("dropped", ...asked);

function closeBlocker(
  mark: "done" | "dropped",
  ...[state, name, note, now]: Parameters<Closing>
): [SessionState, Blocker] {
  const { dropped: _dropped, ...before } = findItem(state.blockers, name, "blk", "blocker");
  const after: Blocker = {
    ...before,
    resolved: true,
    ...(mark === "dropped" ? { dropped: true } : {}),
    finished: now,
    ...(note === undefined ? {} : { note: checkText(note, "a note") }),
  };
  return [withBlocker(markItem(state, after.id, mark, now), after), after];
}

/**
 * Reopens a blocker that was resolved or dropped, without the note about that.
 * @throws Failure `no-such-item`
 */
export function reopenBlocker(state: SessionState, name: string, now: string): [SessionState, Blocker] {
  const before = findItem(state.blockers, name, "blk", "blocker");
  const { finished: _finished, dropped: _dropped, note, ...rest } = before;
  const after: Blocker = { ...rest, resolved: false, ...(before.resolved ? {} : defined({ note })) };
  return [withBlocker(markItem(state, after.id, "open", now), after), after];
}

function withBlocker(state: SessionState, after: Blocker): SessionState {
  return { ...state, blockers: state.blockers.map((each) => (each.id === after.id ? after : each)) };
}
