/** Records each change to a session with the state before it, for undo. Pure. */

import { defined } from "../text/defined.ts";
import { parseContext } from "./context.ts";
import { eventRow, type SessionEvent, typeOf, wordsShown } from "./events/events.ts";
import { type SessionTexts, stateFromTexts } from "./files/state-files.ts";
import { headline } from "./session.ts";
import type { SessionContext, SessionState } from "./state.ts";

/** Maximum number of changes that can be undone. */
export const UNDO_KEPT = 50;

/** A change that `session undo` can revert. */
export interface ChangeRecord {
  /** Number of the change; the first is 1, and no number is reused. */
  readonly n: number;
  /** Time of the change, in ISO 8601, UTC. */
  readonly at: string;
  /** Description of the change in one line: `objective added: obj-3 Rate limits`. */
  readonly what: string;
  /** The commit of the change, which undo keeps. */
  readonly commit?: string;
  /** Number of the change that this change undid. */
  readonly undoes?: number;
  /** Number of the undo that this change reversed. */
  readonly redoes?: number;
  /** State before the change; null for the first change of a session. */
  readonly before: { readonly context: unknown; readonly texts: SessionTexts } | null;
}

/**
 * Returns the record of a change; undefined if no user asked for it. `was`: the former phase of the session.
 */
export function changeRecord(
  events: readonly SessionEvent[],
  was: SessionContext["state"],
): Omit<ChangeRecord, "n" | "before"> | undefined {
  const told = events.filter(
    (each) =>
      eventRow(each)?.undo !== "never" &&
      !(each.type === "session.resumed" && was === "active" && each.taken === undefined),
  );
  const last = told.at(-1);
  if (!last) return undefined;
  // For an end with a merge, records the merge.
  const made = told.filter((each) => eventRow(each)?.undo === "commit");
  const commit = made.map((each) => ("commit" in each ? each.commit : undefined)).find(Boolean);
  const undone = told.find((each) => each.type === "undone" || each.type === "redone");
  return {
    at: last.at,
    what: told.map(wordsOf).join("; ").slice(0, 200),
    ...(commit === undefined ? {} : { commit }),
    ...(undone?.of === undefined ? {} : { [undone.type === "undone" ? "undoes" : "redoes"]: undone.of }),
  };
}

function wordsOf(event: SessionEvent): string {
  const [name, words] = [typeOf(event).replace(/\./g, " "), wordsShown(event)];
  return words.length === 0 ? name : `${name}: ${words.map(headline).join(" ")}`;
}

/** Parses a record; undefined for other text. */
export function parseRecord(n: number, text: string): ChangeRecord | undefined {
  try {
    const { at, what, commit, undoes, redoes, before } = JSON.parse(text) as ChangeRecord;
    const isWhole =
      typeof at === "string" && typeof what === "string" && (before === null || stateOf(before));
    if (!isWhole) return undefined;
    return {
      n,
      at,
      what,
      before,
      ...(typeof commit === "string" ? { commit } : {}),
      ...(typeof undoes === "number" ? { undoes } : {}),
      ...(typeof redoes === "number" ? { redoes } : {}),
    };
  } catch {
    return undefined;
  }
}

/** Returns the next change to undo: the last change that is not undone. `records`: oldest first. */
export function nextToUndo(records: readonly ChangeRecord[]): ChangeRecord | undefined {
  let at = records.length - 1;
  while (at >= 0) {
    const record = records[at];
    if (record?.undoes === undefined) return record;
    const { undoes } = record;
    at = records.findLastIndex((each, index) => index < at && each.n < undoes);
  }
  return undefined;
}

/** Returns the next undo to reverse; undefined after any other change. */
export function nextToRedo(records: readonly ChangeRecord[]): ChangeRecord | undefined {
  let undone: ChangeRecord[] = [];
  for (const record of records) {
    if (record.undoes !== undefined) undone.push(record);
    else if (record.redoes !== undefined) undone.pop();
    else undone = [];
  }
  return undone.at(-1);
}

/** Returns the numbers of the changes that are undone now. */
export function undoneNow(records: readonly ChangeRecord[]): Set<number> {
  const undone = new Set<number>();
  const byNumber = new Map(records.map((each) => [each.n, each]));
  for (const { undoes, redoes } of records) {
    if (undoes !== undefined) undone.add(undoes);
    const back = redoes === undefined ? undefined : byNumber.get(redoes)?.undoes;
    if (back !== undefined) undone.delete(back);
  }
  return undone;
}

function stateOf({ context, texts }: NonNullable<ChangeRecord["before"]>): SessionState | undefined {
  const parsed = parseContext(JSON.stringify(context));
  if (!parsed || typeof texts?.objectives !== "string" || typeof texts.blockers !== "string")
    return undefined;
  return stateFromTexts(parsed, texts);
}

/**
 * Returns the state before a change, adapted to the current state: facts from git stay, no number is reused,
 * and a restored mark counts as changed now. Undefined if the change began the session.
 */
export function stateBefore({ before }: ChangeRecord, now: SessionState): SessionState | undefined {
  const was = before === null ? undefined : stateOf(before);
  if (!was) return undefined;
  const { ref, sentRef, base, committed, dropped, told, work, own, last, items } = now.context;
  // Drops the known commit, so that carriers are looked up again: after an undo, commits still carry their
  // items.
  const { tip: _tip, work: _work, own: _own, sentRef: _sent, ...kept } = was.context;
  const max = (kind: "obj" | "blk" | "dec") => Math.max(last[kind], kept.last[kind]);
  const context: SessionContext = {
    ...kept,
    ref,
    base,
    committed,
    ...defined({ sentRef, dropped, told }),
    // Stashed work stays stashed; `session resume` restores it.
    ...defined({ work, own }),
    last: { obj: max("obj"), blk: max("blk"), dec: max("dec") },
    items: { ...kept.items, ...items },
  };
  return { ...was, context };
}
