/** Defines the keys, marks, ids and links that the writer and the parser of session trailers share. Pure. */
import type { Decision, ObjectiveMark } from "../session/session.ts";

/** Keys of session trailers, in writing order. */
const OWN_KEYS = [
  "Session-Objectives",
  "Blockers",
  "Decisions",
  "Verified",
  "Impact",
  "Session-Label",
  "Session-Title",
  "Session-Id",
  "Session-Time",
] as const;

export type OwnKey = (typeof OWN_KEYS)[number];

/** The lines of a session trailer: the text after the colon, then lines relative to the key. */
export interface OwnTrailer {
  readonly key: OwnKey;
  readonly lines: readonly string[];
}

export const MARKS: Readonly<Record<ObjectiveMark, string>> = {
  open: " ",
  active: ">",
  done: "x",
  dropped: "-",
};

/** Matches the name of an issue: `#42`, `!7`, `group/project#42`, `ABC-12` or an address. */
export const LINK =
  /^(?:(?:[\w.-]+(?:\/[\w.-]+)*)?[#!]\d+|[A-Z][A-Z0-9]*-\d+|[a-z][a-z0-9+.-]*:\/\/[^\s()]+)$/;

export type ItemKind = "obj" | "blk" | "dec";

const KEY_BY_LOWER_CASE = new Map<string, OwnKey>(OWN_KEYS.map((key) => [key.toLowerCase(), key]));
const SESSION_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Returns a session key in its own spelling; undefined for another key. */
export function ownKey(key: string): OwnKey | undefined {
  return KEY_BY_LOWER_CASE.get(key.toLowerCase());
}

/**
 * Reports whether a trailer is a session trailer. `Decisions: prose on the same line` is not: session lists
 * begin with a bullet.
 */
export function isOurs(trailer: OwnTrailer): boolean {
  if (trailer.key.startsWith("Session-")) return true;
  const first = trailer.lines.find((line) => !/^[ \t\r]*$/.test(line));
  return first === undefined || /^[ \t]*[-*](?:[ \t]|$)/.test(first);
}

/** Returns `<session>/dec-1` for an item of another session than the block's, else `dec-1`. */
export function qualifiedId(id: string, session: string | undefined, block: string | undefined): string {
  return session === undefined || session === block || !SESSION_ID.test(session) ? id : `${session}/${id}`;
}

/** Splits the name of an item, `<session>/dec-1` or `dec-1`, into session and id. Reverses `qualifiedId`. */
export function splitId(id: string): { readonly session?: string; readonly id: string } {
  const slash = id.lastIndexOf("/");
  return slash < 0 ? { id } : { session: id.slice(0, slash), id: id.slice(slash + 1) };
}

/** Returns the ids, with an unused number for each missing, malformed or repeated id. */
export function numbered(ids: readonly string[], kind: ItemKind): string[] {
  const wellFormed = new RegExp(`^(?:[A-Za-z0-9._-]{1,64}/)?${kind}-\\d{1,9}$`);
  const taken = new Set(ids.filter((id) => wellFormed.test(id)));
  const seen = new Set<string>();
  const next = new Map<string, number>();
  return ids.map((id) => {
    if (taken.has(id) && !seen.has(id)) {
      seen.add(id);
      return id;
    }
    const { session = "" } = splitId(id);
    const prefix = SESSION_ID.test(session) ? `${session}/` : "";
    let number = next.get(prefix) ?? 1;
    while (taken.has(`${prefix}${kind}-${number}`)) number += 1;
    next.set(prefix, number + 1);
    return `${prefix}${kind}-${number}`;
  });
}

/** Splits `text (#42)` into text and link; undefined if the text does not end with a link. */
export function splitLink(line: string): { readonly text: string; readonly link: string } | undefined {
  const open = line.endsWith(")") ? line.lastIndexOf(" (") : -1;
  if (open < 1) return undefined;
  const link = line.slice(open + 2, -1);
  return LINK.test(link) ? { text: line.slice(0, open), link } : undefined;
}

/** Returns a key for a decision that is unique in the repository: two sessions may both have a `dec-1`. */
export function decisionKey(decision: Decision, sessionId: string | undefined): string {
  const session = decision.session ?? sessionId;
  return session === undefined ? `:${decision.text}` : `${session}/${decision.id}`;
}

/**
 * Returns the key of a decision, like `decisionKey`, for an id (`dec-1` or `<session>/dec-1`) to which a
 * decision of `sessionId` refers.
 */
export function namedKey(id: string, sessionId: string | undefined): string {
  return sessionId === undefined || id.includes("/") ? id : `${sessionId}/${id}`;
}
