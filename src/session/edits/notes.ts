/** Adds and changes notes with pure functions: each takes a state and returns the new state. */
import { Failure } from "../failure.ts";
import type { Note, SessionState } from "../state.ts";
import { checkText } from "./items.ts";

/**
 * Adds a note. `now`: ISO 8601.
 * @throws Failure `empty-text`, `text-too-long`
 */
export function addNote(state: SessionState, text: string, now: string): [SessionState, Note] {
  const note = { text: checkText(text, "a note"), added: now };
  return [{ ...state, context: { ...state.context, notes: [...state.context.notes, note] } }, note];
}

/**
 * Returns the note with a number; 1 is the oldest.
 * @throws Failure `no-such-item`
 */
export function noteAt(notes: readonly Note[], number: string): Note {
  const found = /^\d{1,9}$/.test(number) ? notes[Number(number) - 1] : undefined;
  if (found) return found;
  throw new Failure("no-such-item", `there is no note ${number.slice(0, 40)} in this session`, {
    hint: notes.length === 0 ? 'session note "..."' : "session note list",
  });
}

/**
 * Changes the text of a note, identified by text and time.
 * @throws Failure `no-such-item`, `empty-text`, `text-too-long`
 */
export function editNote(state: SessionState, note: Note, text: string): [SessionState, Note] {
  const after = { ...note, text: checkText(text, "a note") };
  const at = placeOf(state, note);
  const { notes } = state.context;
  return [{ ...state, context: { ...state.context, notes: notes.with(at, after) } }, after];
}

/**
 * Removes a note, identified by text and time.
 * @throws Failure `no-such-item`
 */
export function removeNote(state: SessionState, note: Note): [SessionState, Note] {
  const at = placeOf(state, note);
  const notes = state.context.notes.filter((_, n) => n !== at);
  return [{ ...state, context: { ...state.context, notes } }, note];
}

function placeOf({ context }: SessionState, note: Note): number {
  const at = indexOfNote(context.notes, note);
  if (at >= 0) return at;
  throw new Failure("no-such-item", "the note was changed or removed by another process", {
    hint: "session note list",
  });
}

/** Returns the index of the note with this text and time; -1 without such a note. */
export function indexOfNote(notes: readonly Note[], { text, added }: Note): number {
  return notes.findIndex((each) => each.text === text && each.added === added);
}
