/**
 * Adds and changes items of this branch's session: objectives, blockers, decisions, notes and checks.
 * Each command is one change in the log.
 */

import { requireBranch } from "../git/repository.ts";
import { userName } from "../git/settings.ts";
import { homes, type Place } from "../place/place.ts";
import type { BlockerWords } from "../session/edits/blockers.ts";
import type { DecisionWords, NewDecision, Withdrawal } from "../session/edits/decisions.ts";
import type { Blocker, Decision, Objective, ObjectiveMark, Verification } from "../session/session.ts";
import { applyChanges, type ChangedItem, repeatWarnings, type SmallChange } from "../session/small-change.ts";
import type { Note, SessionState } from "../session/state.ts";
import { isUnwritable } from "../store/system-failure.ts";
import { now } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { valueWithoutHome } from "../text/home.ts";
import { changeSession } from "./change.ts";
import { findSession, noSession } from "./find-session.ts";
import { spoolChanges } from "./spool.ts";

/** Adds objectives, in order. @throws Failure `empty-text`, `text-too-long`, with none added */
export function addObjectives(place: Place, texts: readonly string[]): Promise<Objective[]> {
  return recordEach(place, texts, (text) => ({ do: "objective.add", text }));
}

/** Marks objectives. @throws Failure `no-such-item`, with none marked */
export function markObjectives(
  place: Place,
  ids: readonly string[],
  mark: ObjectiveMark,
): Promise<Objective[]> {
  return recordEach(place, ids, (id) => ({ do: "objective.mark", id, mark }));
}

/**
 * Changes the text of an objective.
 * @throws Failure `no-such-item`, `empty-text`, `text-too-long`
 */
export function rewordObjective(place: Place, id: string, text: string): Promise<Objective> {
  return recordOne(place, { do: "objective.edit", id, text });
}

/** Adds blockers with a common link. @throws Failure `empty-text`, `text-too-long`, with none added */
export function recordBlockers(
  place: Place,
  texts: readonly string[],
  link: string | undefined,
): Promise<Blocker[]> {
  return recordEach(place, texts, (text) => ({ do: "blocker.add", text, ...defined({ link }) }));
}

/**
 * Resolves blockers with a common note.
 * @throws Failure `no-such-item`, with none resolved
 */
export function resolveBlockers(
  place: Place,
  ids: readonly string[],
  note: string | undefined,
): Promise<Blocker[]> {
  return recordEach(place, ids, (id) => ({ do: "blocker.resolve", id, ...defined({ note }) }));
}

/**
 * Changes the text, link or note of a blocker.
 * @throws Failure `no-such-item`, `empty-text`, `text-too-long`
 */
export function editBlocker(place: Place, id: string, words: BlockerWords): Promise<Blocker> {
  return recordOne(place, { do: "blocker.edit", id, ...words });
}

/** Drops blockers with a common note. @throws Failure `no-such-item`, with none dropped */
export function dropBlockers(
  place: Place,
  ids: readonly string[],
  note: string | undefined,
): Promise<Blocker[]> {
  return recordEach(place, ids, (id) => ({ do: "blocker.drop", id, ...defined({ note }) }));
}

/** Reopens blockers. @throws Failure `no-such-item`, with none reopened */
export function reopenBlockers(place: Place, ids: readonly string[]): Promise<Blocker[]> {
  return recordEach(place, ids, (id) => ({ do: "blocker.reopen", id }));
}

/**
 * Records a decision with its author.
 * @throws Failure `no-such-item` if the superseded decision is unknown, `empty-text`, `text-too-long`
 */
export async function recordDecision(place: Place, decision: NewDecision): Promise<Decision> {
  return recordOne(place, { do: "decision.add", decision: { ...decision, ...(await authorOf(place)) } });
}

/**
 * Changes the text of a decision. If a commit carries it, records a new decision that supersedes it.
 * @throws Failure `no-such-item`, `empty-text`, `text-too-long`
 */
export async function editDecision(place: Place, id: string, words: DecisionWords): Promise<Decision> {
  return recordOne(place, { do: "decision.edit", id, ...words, ...(await authorOf(place)) });
}

/**
 * Withdraws a decision, and returns the decision that records this.
 * @throws Failure `no-such-item`, `usage`
 */
export async function withdrawDecision(place: Place, withdrawal: Withdrawal): Promise<Decision> {
  return recordOne(place, { do: "decision.withdraw", ...withdrawal, ...(await authorOf(place)) });
}

async function authorOf(place: Place): Promise<{ readonly author?: string }> {
  const author = await userName(place.repository.root);
  return author === "" ? {} : { author };
}

/** Changes the text of a note. @throws Failure `no-such-item`, `empty-text`, `text-too-long` */
export function editNote(place: Place, note: Note, text: string): Promise<Note> {
  return recordOne(place, { do: "note.edit", note, text });
}

/** Removes notes. @throws Failure `no-such-item`, with none removed */
export function removeNotes(place: Place, notes: readonly Note[]): Promise<Note[]> {
  return record(
    place,
    notes.map((note) => ({ do: "note.remove", note })),
  );
}

/**
 * Adds a note.
 * @throws Failure `empty-text`, `text-too-long`
 */
export async function recordNote(place: Place, text: string): Promise<void> {
  await record(place, [{ do: "note", text }]);
}

/** Records a check of the session of a branch. */
export async function recordVerification(place: Place, branch: string, verified: Verification) {
  await record(place, [{ do: "verify", verified }], branch);
}

async function recordOne<T extends ChangedItem>(place: Place, change: SmallChange): Promise<T> {
  return (await record<T>(place, [change]))[0] as T;
}

function recordEach<T extends ChangedItem>(
  place: Place,
  of: readonly string[],
  change: (each: string) => SmallChange,
) {
  return record<T>(place, of.map(change));
}

/**
 * Applies changes, or the changes that a function returns for the current state, as one undoable change: all
 * of them or none. If `.git` is not writable, stores the changes in the spool.
 */
export async function record<T extends ChangedItem>(
  place: Place,
  changes: readonly SmallChange[] | ((state: SessionState) => readonly SmallChange[]),
  branch = requireBranch(place.repository),
): Promise<T[]> {
  const changesIn = (state: SessionState) => {
    const all = typeof changes === "function" ? changes(state) : changes;
    // Replaces the path of the user's home folder, which has no meaning on other machines.
    return all.map((each) => valueWithoutHome(each, homes()));
  };
  let begun = false;
  try {
    const { result } = await changeSession(place, branch, (before) => {
      begun = true;
      const asked = changesIn(before);
      place.notices.push(...repeatWarnings(before, asked));
      const { state, items, events } = applyChanges(before, asked, now());
      return { state, events, result: items };
    });
    return result as T[];
  } catch (error) {
    // If the change is already decided, the next command finishes it.
    if (begun || !isUnwritable(error)) throw error;
    const session = (await findSession(place, branch)) ?? (await noSession(place, branch));
    return (await spoolChanges(place, branch, session, changesIn(session.state), error)) as T[];
  }
}
