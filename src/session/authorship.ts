/** Distinguishes text that was written in this clone from foreign text of a record. Pure. */

import { defined } from "../text/defined.ts";
import { type SessionEvent, wordsIn } from "./events/events.ts";
import type { OwnWords, SessionState } from "./state.ts";

/** The authorship of recorded text. */
export interface Authorship {
  /** Reports whether this clone wrote a text. */
  readonly wrote: (words: string) => boolean;
  /** Source of the record, if another clone began it: `commits`, `snapshot`, `import`. */
  readonly from?: string;
}

/**
 * Returns the authorship of a record. If a merge added foreign text, only earlier text and later log entries
 * are this clone's own.
 */
export function authorshipOf(before: OwnWords | undefined, events: readonly SessionEvent[]): Authorship {
  const at = events.findLastIndex(
    (each) =>
      each.type === "session.imported" ||
      (each.type === "session.resumed" && each.from !== "local" && each.from !== "kept"),
  );
  const kept = before && before.events > at ? before : undefined;
  if (at < 0 && !kept) return { wrote: () => true };
  const after = events.slice(kept ? kept.events : at + 1);
  const words = new Set([...(kept?.words ?? []), ...after.flatMap(wordsIn)]);
  const came = events[at];
  const from = kept ? kept.from : (came?.type === "session.resumed" && came.from) || "import";
  return { wrote: (text) => words.has(text), ...defined({ from }) };
}

/**
 * Returns this clone's texts of a record before a merge adds foreign text. `length`: number of events in the
 * log after the merge.
 */
export function localWords(
  { state, events }: { readonly state: SessionState; readonly events: readonly SessionEvent[] },
  length = events.length,
): OwnWords {
  const { wrote, from } = authorshipOf(state.context.own, events);
  const words = [...new Set(wordsOf(state))].filter(wrote);
  return { words, events: length, ...defined({ from }) };
}

/**
 * Returns this clone's texts for a session that begins with another session's record; undefined if all texts
 * are its own.
 */
export function inheritedWords(parent: Parameters<typeof localWords>[0], title: string | undefined) {
  const { wrote } = authorshipOf(parent.state.context.own, parent.events);
  if (wordsOf(parent.state).every(wrote)) return {};
  const { words } = localWords(parent);
  return { own: { words: title === undefined ? words : [...words, title], events: 0 } };
}

/** Returns all texts of a record that people wrote. */
function wordsOf({ context, objectives, blockers }: SessionState): string[] {
  const { title, summary = "", tags, decisions, notes } = context;
  return [
    ...[title, summary, ...tags, ...objectives.map((each) => each.text), ...notes.map((each) => each.text)],
    ...blockers.flatMap(({ text, link = "", note = "" }) => [text, link, note]),
    ...decisions.flatMap(({ text, rationale = "", alternatives }) => [text, rationale, ...alternatives]),
  ].filter((each) => each !== "");
}
