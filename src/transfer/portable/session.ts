/**
 * Converts a session to its form in an export, and an exported session to the files of a session's folder.
 * Pure.
 */

import { contextText } from "../../session/context.ts";
import { eventLine, eventOf, eventRow, rawEvent, type SessionEvent } from "../../session/events/events.ts";
import { CLONE_FILE, cloneText, EMPTY_CLONE_TEXT, missingEvents } from "../../session/events/rebuild.ts";
import {
  EMPTY_TEXTS,
  type SessionTexts,
  stateFromTexts,
  textsOfState,
} from "../../session/files/state-files.ts";
import type { SessionState } from "../../session/state.ts";
import { defined } from "../../text/defined.ts";
import { cleanText } from "../../text/trailer-text.ts";
import { contextOfExport, exportedKeys } from "./context-keys.ts";
import { type ExportedCheckpoint, type ExportedSession, isCheckpoint, isLine, isMoment } from "./schema.ts";

/** A session with its log, files, documents and checkpoints. */
export interface WholeSession {
  readonly state: SessionState;
  readonly events: readonly SessionEvent[];
  readonly texts: SessionTexts;
  readonly handoff?: string;
  /** Documents of the workspace and the transcripts, if the settings export them. */
  readonly documents?: readonly { readonly path: string; readonly text: string }[];
  /** Commits of the session, oldest first. */
  readonly checkpoints: readonly ExportedCheckpoint[];
}

/** Converts a session to its exported form. `now`: ISO 8601 time used as the start if the record has none. */
export function exportedOf(session: WholeSession, now: string): ExportedSession {
  const { state, events, texts, handoff, checkpoints } = session;
  const files = extraFiles(state, texts);
  return {
    ...exportedKeys(state, [state.context.created, events[0]?.at].find(isMoment) ?? now),
    events: events
      .filter((each) => eventRow(each)?.exported ?? true)
      .map(rawEvent)
      .filter(isEvent),
    checkpoints: [...checkpoints],
    ...(handoff ? { handoff } : {}),
    ...defined({ files }),
    ...(session.documents === undefined ? {} : { documents: [...session.documents] }),
  };
}

/**
 * Converts an exported session to state, log and files. Task lists are normalized to the form that commands
 * write.
 */
export function wholeOf(exported: ExportedSession): WholeSession {
  const draft = stateOf(exported);
  const texts = textsOfState(draft, {
    objectives: exported.files?.objectives ?? EMPTY_TEXTS.objectives,
    blockers: exported.files?.blockers ?? EMPTY_TEXTS.blockers,
  });
  return {
    state: stateFromTexts(draft.context, texts),
    events: exported.events.flatMap((each) => eventOf(each) ?? []),
    texts,
    ...defined({ handoff: exported.handoff, documents: exported.documents }),
    checkpoints: exported.checkpoints,
  };
}

/** Returns the texts of the files in a session folder by name. Leaves out empty files. */
export function filesOf(session: WholeSession): Map<string, string> {
  const { state, texts, handoff = "", checkpoints } = session;
  const at = session.events.at(-1)?.at ?? state.context.created;
  const events = missingEvents([], session.events, state.context, at);
  const clone = cloneText(events, state.context);
  const files = new Map([
    ["objectives.md", texts.objectives],
    ["blockers.md", texts.blockers],
    ["handoff.md", handoff],
    ["checkpoints.jsonl", checkpoints.map((each) => `${JSON.stringify(each)}\n`).join("")],
    ["events.jsonl", events.map(eventLine).join("")],
    [CLONE_FILE, clone === EMPTY_CLONE_TEXT ? "" : clone],
    ["context.json", contextText(state.context)],
  ]);
  for (const [name, text] of files) if (text === "") files.delete(name);
  return files;
}

/** Parses the lines of `checkpoints.jsonl`. Skips lines that are damaged or do not match the schema. */
export function checkpointsFrom(text: string): ExportedCheckpoint[] {
  return text.split("\n").flatMap((each) => {
    try {
      const value: unknown = JSON.parse(each);
      return isCheckpoint(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

/**
 * Returns the session under another id. Drops the commits of decisions, because their trailers name the old
 * id.
 */
export function withNewId(session: ExportedSession, id: string): ExportedSession {
  const own = (each: ExportedSession["events"][number]) =>
    each.type === "session.started" && each.id === session.id;
  return {
    ...session,
    id,
    decisions: session.decisions.map(({ commit: _commit, was: _was, ...each }) => each),
    events: session.events.map((each) => (own(each) ? { ...each, id } : each)),
  };
}

function isEvent(raw: Readonly<Record<string, unknown>>): raw is ExportedSession["events"][number] {
  return isLine(raw.at) && isLine(raw.type);
}

function stateOf(exported: ExportedSession): SessionState {
  const { objectives, blockers } = exported;
  const context = contextOfExport(exported);
  const bare = <T extends { changed?: string | undefined }>({ changed: _changed, ...item }: T) => item;
  return {
    context,
    objectives: objectives.map((each) => ({ ...defined(bare(each)), text: itemText(each.text) })),
    blockers: blockers.map((each) => ({
      ...defined(bare(each)),
      text: itemText(each.text),
      ...(each.note === undefined ? {} : { note: itemText(each.note) }),
    })),
  };
}

/** Returns a text that a Markdown task list can hold: without blank lines, and never empty. */
function itemText(text: string): string {
  const lines = cleanText(text).split("\n");
  return (
    lines
      .filter((each) => /\S/.test(each))
      .join("\n")
      .trim() || "…"
  );
}

/** Returns the Markdown lists only if they have text that the items do not contain. */
function extraFiles(state: SessionState, texts: SessionTexts): ExportedSession["files"] {
  const plain = textsOfState(state, EMPTY_TEXTS);
  const files = {
    ...(texts.objectives === "" || texts.objectives === plain.objectives
      ? {}
      : { objectives: texts.objectives }),
    ...(texts.blockers === "" || texts.blockers === plain.blockers ? {} : { blockers: texts.blockers }),
  };
  return Object.keys(files).length === 0 ? undefined : files;
}
