import { rm } from "node:fs/promises";
import path from "node:path";
import { contextText } from "../session/context.ts";
import { eventLine, type SessionEvent } from "../session/events/events.ts";
import { CLONE_FILE, cloneText, EMPTY_CLONE_TEXT, missingEvents } from "../session/events/rebuild.ts";
import { Failure } from "../session/failure.ts";
import { contextOfState, EMPTY_TEXTS, textsOfState } from "../session/files/state-files.ts";
import { SCHEMA, type SessionState } from "../session/state.ts";
import { now } from "../surroundings.ts";
import { copyAside, readSmall, removeStaleTemps, setAside } from "./files.ts";
import { writeHookFiles } from "./hooks/hook-files.ts";
import { type Change, type Condition, UNDO } from "./journal/journal.ts";
import type { Lock } from "./journal/lock.ts";
import { commitFiles, leaveUnfinished, prepareChange, recoverJournal } from "./journal/transaction.ts";
import { trimUndo, undoFile } from "./journal/undo.ts";
import { type LoadedSession, loadSession } from "./load.ts";

/** Finishes an interrupted change, then reads the session. The caller holds the lock. */
export async function loadForWriting(folder: string, lock: Lock): Promise<LoadedSession | undefined> {
  await Promise.all([removeStaleTemps(folder), removeStaleTemps(path.join(folder, UNDO))]);
  await recoverJournal(folder, lock);
  const loaded = await loadSession(folder);
  if (!loaded) return undefined;
  if (loaded.state.context.schema > SCHEMA)
    throw new Failure(
      "newer-schema",
      `this session was written by a newer session (schema ${loaded.state.context.schema})`,
      { hint: "session doctor" },
    );
  for (const name of loaded.damaged.keys()) {
    const file = path.join(folder, name);
    // Only copies a damaged task list: an absent list means that a user emptied it, so the damaged list stays
    // until the rebuilt list replaces it.
    await (name === "context.json" ? setAside(file) : copyAside(file)).catch(() => {});
  }
  return loaded;
}

/**
 * Writes the changed files, all or nothing, and the files for hooks. `texts`: the base of the task lists, if
 * not the current text. Returns the saved session.
 */
export async function saveSession(
  before: LoadedSession,
  after: SessionState,
  events: readonly SessionEvent[],
  lock: Lock,
  texts = before.texts,
): Promise<LoadedSession> {
  const saved = await saveKept(before, after, events, lock, texts);
  await writeHookFiles(before.folder, after, events).catch(leaveUnfinished);
  return saved;
}

/** Writes the changed files of a kept session, which hooks do not read. */
export async function saveKept(
  before: LoadedSession,
  after: SessionState,
  events: readonly SessionEvent[],
  lock: Lock,
  texts = before.texts,
): Promise<LoadedSession> {
  const { told, ...change } = await changeOf(before, after, events, texts);
  await commitFiles(before.folder, lock, change);
  await trimUndo(before.folder);
  return { ...before, state: after, events: [...before.events, ...told], damaged: new Map() };
}

/** Saves like `saveSession`, but the change counts only after git has made the commit to which it belongs. */
export async function prepareSession(
  before: LoadedSession,
  after: SessionState,
  events: readonly SessionEvent[],
  lock: Lock,
  condition: Condition,
): Promise<void> {
  const { told: _told, ...change } = await changeOf(before, after, events);
  await prepareChange(before.folder, lock, change, condition);
}

/**
 * Replaces files of a session's folder, all or nothing, and records the earlier state for undo as `what`. An
 * empty text removes a file. Writes the files in `beside` in any case.
 */
export async function replaceFiles(
  before: LoadedSession,
  files: ReadonlyMap<string, string>,
  what: SessionEvent,
  lock: Lock,
  beside: readonly (readonly [string, string])[] = [],
): Promise<void> {
  const { folder } = before;
  const there = await Promise.all([...files.keys()].map((name) => readSmall(path.join(folder, name))));
  const write = new Map([...files].filter(([, text], at) => text !== "" && text !== there[at]));
  if (write.size + beside.length > 0) {
    const undo = write.size > 0 ? await undoFile(before, [what]) : undefined;
    await commitFiles(folder, lock, {
      write: new Map([...write, ...(undo ? [undo] : []), ...beside]),
      seen: seenIn(before),
    });
    await trimUndo(folder);
  }
  for (const [name, text] of files) if (text === "") await rm(path.join(folder, name), { force: true });
}

/** Returns a session that does not exist yet, to be saved into `folder`. */
export function emptySession(folder: string, state: SessionState): LoadedSession {
  return {
    folder,
    state,
    texts: { objectives: "", blockers: "" },
    events: [],
    problems: [],
    damaged: new Map(),
  };
}

/** Returns the user-editable files in their form on disk. */
function seenIn({ texts, damaged }: LoadedSession): Map<string, string> {
  return new Map([
    ["objectives.md", damaged.get("objectives.md") ?? texts.objectives],
    ["blockers.md", damaged.get("blockers.md") ?? texts.blockers],
  ]);
}

/**
 * Builds a change of a session's state: its files, the state before it for undo, and a complete log. `told`:
 * the events of the change.
 */
async function changeOf(
  before: LoadedSession,
  after: SessionState,
  events: readonly SessionEvent[],
  from = before.texts,
): Promise<Change & { readonly told: readonly SessionEvent[] }> {
  const at = events.at(-1)?.at ?? now();
  const texts = textsOfState(after, {
    objectives: from.objectives || EMPTY_TEXTS.objectives,
    blockers: from.blockers || EMPTY_TEXTS.blockers,
  });
  const context = contextOfState(after, at);
  const told = missingEvents(before.events, events, context, at);
  const here = cloneText([...before.events, ...told], context);
  const clone =
    here === ((await readSmall(path.join(before.folder, CLONE_FILE))) ?? EMPTY_CLONE_TEXT)
      ? []
      : [[CLONE_FILE, here] as const];
  const isDamaged = (name: string) => before.damaged.has(name);
  const write = new Map([["context.json", contextText(context)], ...clone]);
  if (texts.objectives !== before.texts.objectives || isDamaged("objectives.md"))
    write.set("objectives.md", texts.objectives);
  if (texts.blockers !== before.texts.blockers || isDamaged("blockers.md"))
    write.set("blockers.md", texts.blockers);
  const undo = await undoFile(before, events);
  if (undo) write.set(...undo);
  const text = told.map(eventLine).join("");
  const seen = new Map([...seenIn(before)].filter(([name]) => write.has(name)));
  return { write, seen, told, ...(text === "" ? {} : { append: { name: "events.jsonl", text } }) };
}
