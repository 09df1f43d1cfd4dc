import path from "node:path";
import { parseContext } from "../session/context.ts";
import { parseEvents, type SessionEvent } from "../session/events/events.ts";
import {
  CLONE_FILE,
  type ItemWords,
  isSuspect,
  loggedWords,
  rebuildFromEvents,
  rebuiltList,
} from "../session/events/rebuild.ts";
import { Failure } from "../session/failure.ts";
import { type SessionTexts, stateFromTexts } from "../session/files/state-files.ts";
import type { SessionContext, SessionState } from "../session/state.ts";
import { isSameText } from "../trailers/checkpoints.ts";
import { readMessage } from "../trailers/read.ts";
import { readSmall } from "./files.ts";
import { requireFolder } from "./folders.ts";
import { carriedByCommits, ITEMS } from "./hooks/hook-notes.ts";
import { readThrough } from "./journal/journal.ts";

export interface LoadedSession {
  /** Absolute path of the session's folder. */
  readonly folder: string;
  readonly state: SessionState;
  readonly texts: SessionTexts;
  readonly events: readonly SessionEvent[];
  /** Sentences about unreadable parts, one each. */
  readonly problems: readonly string[];
  /** Damaged files with their text; their content was rebuilt from the log. */
  readonly damaged: ReadonlyMap<string, string>;
}

const LISTS = ["objectives", "blockers"] as const;
const FILES = ["context.json", "objectives.md", "blockers.md", "events.jsonl"] as const;

/** Reads a session without a lock and without writing; undefined if the folder has no session. */
export async function loadSession(folder: string): Promise<LoadedSession | undefined> {
  const files = await readThrough(folder, FILES);
  const contextJson = files.get("context.json");
  const log = parseEvents(files.get("events.jsonl") ?? "");
  if (contextJson === undefined && log.events.length === 0) {
    requireFolder(folder);
    return undefined;
  }
  const parsed = contextJson === undefined ? undefined : parseContext(contextJson);
  const context = parsed ?? rebuildFromEvents(log.events, await hereOnly(folder));
  const taken = await carriedByCommits(folder);
  const said: string[] = [];
  if (log.damaged > 0) said.push(`${log.damaged} damaged lines in events.jsonl were skipped`);
  if (!parsed) said.push("context.json is damaged; it was rebuilt from events.jsonl");
  if (!context)
    throw new Failure(
      "damaged-session",
      `the session in ${folder} is damaged, and cannot be rebuilt from its log`,
      { hint: "session doctor" },
    );
  const lists = await soundLists(folder, files, context, log.events);
  said.push(
    ...[...lists.damaged.keys()].map((name) => `${name} is damaged; it was rebuilt from events.jsonl`),
  );
  return {
    folder,
    state: stateFromTexts(withTaken(context, taken), lists.texts),
    texts: lists.texts,
    events: log.events,
    problems: said,
    damaged: new Map([...(parsed ? [] : [["context.json", contextJson ?? ""] as const]), ...lists.damaged]),
  };
}

/** Returns the task lists; rebuilds a damaged list from the log and from the list for hooks. */
async function soundLists(
  folder: string,
  files: ReadonlyMap<string, string>,
  context: SessionContext,
  events: readonly SessionEvent[],
): Promise<{ texts: SessionTexts; damaged: Map<string, string> }> {
  const texts = { objectives: files.get("objectives.md") ?? "", blockers: files.get("blockers.md") ?? "" };
  const suspects = LISTS.filter((list) => isSuspect(list, texts[list], context));
  if (suspects.length === 0) return { texts, damaged: new Map() };
  const words = await wordsOfItems(folder, events);
  const rebuilt = suspects.flatMap((list): [keyof SessionTexts, string][] => {
    const text = rebuiltList(list, texts[list], context, words);
    return text === undefined ? [] : [[list, text]];
  });
  return {
    texts: { ...texts, ...Object.fromEntries(rebuilt) },
    damaged: new Map(rebuilt.map(([list]) => [`${list}.md`, texts[list]])),
  };
}

/**
 * Returns the texts of items: from the log, then from the lists for hooks, which have later edits by hand.
 */
async function wordsOfItems(folder: string, events: readonly SessionEvent[]): Promise<ItemWords> {
  const words = loggedWords(events);
  const block = await readSmall(path.join(folder, ITEMS)).catch(() => undefined);
  const { session } = readMessage(`subject\n\n${block ?? ""}`);
  for (const { id, text } of [...(session?.objectives ?? []), ...(session?.blockers ?? [])]) {
    const logged = words.get(id);
    if (!logged || !isSameText(logged.text, text)) words.set(id, { ...logged, text });
  }
  return words;
}

async function hereOnly(folder: string): Promise<Record<string, unknown>> {
  try {
    return { ...JSON.parse((await readThrough(folder, [CLONE_FILE])).get(CLONE_FILE) ?? "{}") };
  } catch {
    return {};
  }
}

/**
 * Adds the commits that carry decisions since the last save. Forgets the known commit of the branch: those
 * commits may be gone already.
 */
function withTaken(context: SessionContext, taken: Readonly<Record<string, string>>): SessionContext {
  if (Object.keys(taken).length === 0) return context;
  const { tip: _tip, ...rest } = context;
  return { ...rest, committed: { ...context.committed, ...taken } };
}
