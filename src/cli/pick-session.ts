/** Lets the user pick a session on the terminal, for a command that needs a session and got no name. */

import { branchHere } from "../lifecycle/start.ts";
import type { Place } from "../place/place.ts";
import { recordOfHead } from "../record/head/head.ts";
import { type KnownSession, knownSessions } from "../record/known-sessions.ts";
import { Failure } from "../session/failure.ts";
import { now } from "../surroundings.ts";
import type { Output } from "../terminal/output.ts";
import { asks } from "../terminal/prompt.ts";
import { facts } from "../terminal/signs.ts";
import { age } from "../text/time/duration.ts";

type Row = Pick<KnownSession, "title" | "branch" | "state" | "touched"> & { readonly name: string };

/** Returns the name of the session that the user picks; undefined if they leave the picker. */
export async function pickSession(
  out: Output,
  question: string,
  sessions: readonly Row[],
): Promise<string | undefined> {
  const { pick } = await import("../terminal/picker.ts");
  const at = now();
  const items = sessions.map(({ name: value, title, branch, state, touched }) => ({
    value,
    name: title,
    facts: facts([branch, ...(state === "active" ? [] : [state]), `${age(touched, at)} ago`]),
  }));
  return pick(question, items, out);
}

/**
 * Returns every session of this clone, also ended sessions, last used first; an empty list if the user cannot
 * pick.
 */
export async function pickableSessions(place: Place, out: Output): Promise<Row[]> {
  if (!asks(out)) return [];
  // Copies field by field: a spread would lose the fields that snapshots parse lazily.
  return (await knownSessions(place, { light: true })).map(({ id, title, branch, state, touched }) => ({
    name: id,
    ...{ title, branch, state, touched },
  }));
}

/**
 * Runs `action` for the given session, else for this branch's, else for a session that the user picks.
 * Returns the action's value; undefined if the user leaves the picker.
 */
export async function orPicked<T>(
  place: Place,
  out: Output,
  given: string | undefined,
  question: string,
  action: (name: string | undefined) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await action(given);
  } catch (error) {
    const isMissing = error instanceof Failure && /^(no-session|detached-head)$/.test(error.code);
    const sessions = given === undefined && isMissing ? await pickableSessions(place, out) : [];
    if (sessions.length === 0) throw error;
    const picked = await pickSession(out, question, sessions);
    return picked === undefined ? undefined : action(picked);
  }
}

/** Returns whether HEAD has a session, also a session that only its commits carry. */
export async function hasSession(place: Place): Promise<boolean> {
  const { session, parent, offer } = await recordOfHead(place);
  return session !== undefined || parent !== undefined || offer !== undefined;
}

/**
 * Returns whether HEAD is detached or on a default branch without a session, so that no work belongs to a
 * session.
 */
export async function isOnDefault(place: Place): Promise<boolean> {
  return (await branchHere(place)) === undefined && !(await hasSession(place));
}
