/** Adds and changes objectives with pure functions: each takes a state and returns the new state. */
import type { Objective, ObjectiveMark } from "../session.ts";
import type { SessionState } from "../state.ts";
import { checkText, findItem, isOver, markItem, nextId } from "./items.ts";

/**
 * Adds an open objective. `now`: ISO 8601.
 * @throws Failure `empty-text`, `text-too-long`
 */
export function addObjective(state: SessionState, text: string, now: string): [SessionState, Objective] {
  const kept = checkText(text, "an objective");
  const [context, id] = nextId(state.context, "obj", now);
  const objective: Objective = { id, mark: "open", text: kept, added: now };
  return [{ ...state, context, objectives: [...state.objectives, objective] }, objective];
}

/**
 * Marks an objective. `now`: ISO 8601.
 * @throws Failure `no-such-item`
 */
export function markObjective(
  state: SessionState,
  name: string,
  mark: ObjectiveMark,
  now: string,
): [SessionState, Objective] {
  const { finished: _finished, ...open } = findItem(state.objectives, name, "obj", "objective");
  const after: Objective = isOver(mark) ? { ...open, mark, finished: now } : { ...open, mark };
  return [replaceObjective(markItem(state, after.id, mark, now), after), after];
}

/**
 * Changes the text of an objective.
 * @throws Failure `no-such-item`, `empty-text`, `text-too-long`
 */
export function editObjective(state: SessionState, name: string, text: string): [SessionState, Objective] {
  const after = {
    ...findItem(state.objectives, name, "obj", "objective"),
    text: checkText(text, "an objective"),
  };
  return [replaceObjective(state, after), after];
}

function replaceObjective(state: SessionState, after: Objective): SessionState {
  return { ...state, objectives: state.objectives.map((each) => (each.id === after.id ? after : each)) };
}
