/** Describes each small change to a session as a value, which can be stored and applied later. Pure. */

import {
  addBlocker,
  type BlockerWords,
  dropBlocker,
  editBlocker,
  reopenBlocker,
  resolveBlocker,
} from "./edits/blockers.ts";
import { addVerification } from "./edits/checks.ts";
import {
  addDecision,
  type DecisionWords,
  editDecision,
  type NewDecision,
  type Withdrawal,
  withdrawDecision,
} from "./edits/decisions.ts";
import { withTitle } from "./edits/metadata.ts";
import { addNote, editNote, removeNote } from "./edits/notes.ts";
import { addObjective, editObjective, markObjective } from "./edits/objectives.ts";
import type { EventType, FieldsOf } from "./events/event-table.ts";
import { eventAt, type SessionEvent } from "./events/events.ts";
import type { Blocker, Decision, Objective, ObjectiveMark, Verification } from "./session.ts";
import type { Note, SessionState } from "./state.ts";

/** A change of one item, as the spool stores it. */
export type SmallChange =
  | { readonly do: "objective.add"; readonly text: string }
  | { readonly do: "objective.mark"; readonly id: string; readonly mark: ObjectiveMark }
  | { readonly do: "objective.edit"; readonly id: string; readonly text: string }
  | { readonly do: "blocker.add"; readonly text: string; readonly link?: string }
  | { readonly do: "blocker.resolve"; readonly id: string; readonly note?: string }
  | ({ readonly do: "blocker.edit"; readonly id: string } & BlockerWords)
  | { readonly do: "blocker.drop"; readonly id: string; readonly note?: string }
  | { readonly do: "blocker.reopen"; readonly id: string }
  | { readonly do: "decision.add"; readonly decision: NewDecision }
  | ({ readonly do: "decision.edit"; readonly id: string; readonly author?: string } & DecisionWords)
  | ({ readonly do: "decision.withdraw" } & Withdrawal)
  | { readonly do: "note"; readonly text: string }
  | { readonly do: "note.edit"; readonly note: Note; readonly text: string }
  | { readonly do: "note.remove"; readonly note: Note }
  | { readonly do: "title"; readonly text: string }
  | { readonly do: "verify"; readonly verified: Verification };

/** Returns a sentence for each addition that repeats an objective or a decision of the session. */
export function repeatWarnings(
  { objectives, context }: SessionState,
  changes: readonly SmallChange[],
): string[] {
  const plain = (text: string) => text.trim().replace(/\s+/g, " ").toLowerCase();
  const known = { "objective.add": objectives, "decision.add": context.decisions };
  return changes.flatMap((change) => {
    if (change.do !== "objective.add" && change.do !== "decision.add") return [];
    const text = plain(change.do === "objective.add" ? change.text : change.decision.text);
    const same = known[change.do].find((each) => plain(each.text) === text);
    return same === undefined ? [] : [`${same.id} has the same text`];
  });
}

/** An item after its change: objective, blocker, decision, check or note. */
export type ChangedItem = Objective | Blocker | Decision | Verification | { readonly text: string };

interface Done {
  readonly state: SessionState;
  readonly item: ChangedItem;
  readonly event: SessionEvent;
}

export const MARKS = {
  done: "objective.completed",
  active: "objective.started",
  open: "objective.reopened",
  dropped: "objective.dropped",
} as const satisfies Record<ObjectiveMark, EventType>;

/**
 * Applies a change. `at`: time at which the user asked for the change.
 * @throws Failure `no-such-item`, `empty-text`, `text-too-long`
 */
export function applyChange(state: SessionState, change: SmallChange, at: string): Done {
  const done = <I extends ChangedItem, T extends EventType>(
    [after, item]: [SessionState, I],
    type: T,
    fields: (item: I) => FieldsOf<T>,
  ): Done => ({ state: after, item, event: eventAt(at, type, fields(item)) });
  const named = (item: Objective | Blocker) => ({ id: item.id, text: item.text });
  switch (change.do) {
    case "objective.add":
      return done(addObjective(state, change.text, at), "objective.added", named);
    case "objective.mark":
      return done(markObjective(state, change.id, change.mark, at), MARKS[change.mark], ({ id }) => ({ id }));
    case "objective.edit":
      return done(editObjective(state, change.id, change.text), "objective.edited", named);
    case "blocker.add":
      return done(addBlocker(state, change.text, change.link, at), "blocker.added", ({ id, text, link }) => ({
        ...{ id, text, link },
      }));
    case "blocker.resolve": {
      const { id, note } = change;
      return done(resolveBlocker(state, id, note, at), "blocker.resolved", (item) => ({
        ...{ id: item.id, note: note === undefined ? undefined : item.note },
      }));
    }
    case "blocker.edit":
      return done(editBlocker(state, change.id, change), "blocker.edited", ({ id, text, link }) => ({
        ...{ id, text, link: link ?? "" },
      }));
    case "blocker.drop": {
      const { id, note } = change;
      return done(dropBlocker(state, id, note, at), "blocker.dropped", (item) => ({
        ...{ id: item.id, note: note === undefined ? undefined : item.note },
      }));
    }
    case "blocker.reopen":
      return done(reopenBlocker(state, change.id, at), "blocker.reopened", ({ id }) => ({ id }));
    case "decision.add":
      return done(addDecision(state, change.decision, at), "decision.added", (decision) => ({ decision }));
    case "decision.edit": {
      const [after, decision] = editDecision(state, change.id, change, { now: at, author: change.author });
      const isNew = after.context.last.dec > state.context.last.dec;
      const type = isNew ? "decision.added" : "decision.edited";
      return done([after, decision], type, () => ({ decision }));
    }
    case "decision.withdraw":
      return done(withdrawDecision(state, change, at), "decision.added", (decision) => ({ decision }));
    case "note":
      return done(addNote(state, change.text, at), "note", ({ text }) => ({ text }));
    case "note.edit": {
      const { text, added } = change.note;
      return done(editNote(state, change.note, change.text), "note.edited", (after) => ({
        ...{ was: text, written: added, text: after.text },
      }));
    }
    case "note.remove": {
      const { text, added } = change.note;
      return done(removeNote(state, change.note), "note.removed", () => ({ was: text, written: added }));
    }
    case "title": {
      const after = withTitle(state, change.text);
      const { title } = after.context;
      const from = state.context.title;
      return done([after, { text: title }], "session.renamed", () => ({ title, from }));
    }
    case "verify":
      return done(addVerification(state, change.verified), "verified", (verified) => ({ verified }));
  }
}

/** Applies small changes in order, and returns the new state and the changed items. */
export function applyChanges(state: SessionState, changes: readonly SmallChange[], at: string) {
  const events: SessionEvent[] = [];
  const items: ChangedItem[] = [];
  for (const change of changes) {
    const done = applyChange(state, change, at);
    state = done.state;
    items.push(done.item);
    events.push(done.event);
  }
  return { state, items, events };
}
