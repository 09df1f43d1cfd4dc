/**
 * Runs the actions of the web page's forms. Each makes a small change to one record, which `session undo` can
 * revert.
 */

import { pause } from "../lifecycle/pause.ts";
import type { Place } from "../place/place.ts";
import {
  addObjectives,
  markObjectives,
  recordBlockers,
  recordNote,
  resolveBlockers,
} from "../record/items.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { Failure } from "../session/failure.ts";
import type { ObjectiveMark } from "../session/session.ts";
import { acknowledgeHandoff } from "../views/last-handoff.ts";
import { worktreeOf } from "./session-worktree.ts";

/** Returns the trimmed value of a form field; "" if the form lacks the field. */
export type Fields = (name: string) => string;

/** Changes the session of a place, and returns a sentence that reports the change. */
type Action = (place: Place, fields: Fields) => Promise<string>;

const MARKS = new Map<string, ObjectiveMark>([
  ["open", "open"],
  ["active", "active"],
  ["done", "done"],
  ["dropped", "dropped"],
]);

const ACTIONS = new Map<string, Action>([
  [
    "objective",
    async (place, fields) => {
      const [added] = await addObjectives(place, [fields("text")]);
      return `Added ${added?.id}.`;
    },
  ],
  [
    "mark",
    async (place, fields) => {
      const mark = MARKS.get(fields("mark"));
      if (mark === undefined) throw new Failure("usage", "there is no such mark");
      const [marked] = await markObjectives(place, [fields("id")], mark);
      return `${marked?.id} is ${mark === "active" ? "in progress" : mark}.`;
    },
  ],
  [
    "blocker",
    async (place, fields) => {
      const [added] = await recordBlockers(place, [fields("text")], fields("link") || undefined);
      return `Added ${added?.id}.`;
    },
  ],
  [
    "resolve",
    async (place, fields) => {
      const [resolved] = await resolveBlockers(place, [fields("id")], fields("note") || undefined);
      return `${resolved?.id} is resolved.`;
    },
  ],
  [
    "note",
    async (place, fields) => {
      await recordNote(place, fields("text"));
      return "Noted.";
    },
  ],
  [
    "pause",
    async (place) => {
      // Pauses without changing files, because somebody may be working in the session's worktree.
      const { before } = await pause(place, true);
      return before ? "It was already paused." : "Paused; uncommitted files were not changed.";
    },
  ],
]);

/**
 * Runs an action on the session named in the form, in the session's worktree. Returns a sentence that reports
 * the change.
 * @throws Failure `usage` if the form names no session or the action is unknown, `unknown-session`,
 * `ambiguous-session`, `no-session` if the session is not at work in this clone; as the command of the action
 */
export async function runAction(place: Place, name: string, fields: Fields): Promise<string> {
  const id = fields("session");
  if (id === "") throw new Failure("usage", "the form names no session");
  const known = await resolveSession(place, id);
  const { place: there } = await worktreeOf(place, known);
  if (name === "handoff") {
    const { by } = await acknowledgeHandoff(there, known.id);
    return `${by} acknowledged the handoff.`;
  }
  const action = ACTIONS.get(name);
  if (!action) throw new Failure("usage", "there is no such action");
  if (known.where !== "local")
    throw new Failure("no-session", `${known.title} is not at work in this clone`, {
      hint: `session resume ${known.id}`,
    });
  return action(there, fields);
}
