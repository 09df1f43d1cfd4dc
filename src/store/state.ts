import { parseContext } from "../session/context.ts";
import { parseEvents, type SessionEvent } from "../session/events.ts";
import { Failure } from "../session/failure.ts";
import { type SessionTexts, stateFromTexts } from "../session/reading.ts";
import { CLONE, rebuildFromEvents } from "../session/rebuild.ts";
import type { SessionContext, SessionState } from "../session/state.ts";
import { carriedByCommits } from "./carried.ts";
import { readThrough } from "./journal.ts";

export interface LoadedSession {
  /** Absolute path of the session's folder. */
  readonly folder: string;
  readonly state: SessionState;
  readonly texts: SessionTexts;
  readonly events: readonly SessionEvent[];
  /** What could not be read, one sentence each. */
  readonly problems: readonly string[];
  /** `context.json` could not be read, and the state was rebuilt from the log. */
  readonly damaged: boolean;
}

const FILES = ["context.json", "objectives.md", "blockers.md", "events.jsonl"] as const;

/** Reads a session without a lock and without writing; undefined where there is none. */
export async function loadSession(folder: string): Promise<LoadedSession | undefined> {
  const files = await readThrough(folder, FILES);
  const contextJson = files.get("context.json");
  const log = parseEvents(files.get("events.jsonl") ?? "");
  if (contextJson === undefined && log.events.length === 0) return undefined;
  const parsed = contextJson === undefined ? undefined : parseContext(contextJson);
  const context = parsed ?? rebuildFromEvents(log.events, await hereOnly(folder));
  const taken = await carriedByCommits(folder);
  const texts = { objectives: files.get("objectives.md") ?? "", blockers: files.get("blockers.md") ?? "" };
  const said: string[] = [];
  if (log.damaged > 0) said.push(`${log.damaged} damaged lines in events.jsonl were skipped`);
  if (!parsed) said.push("context.json is damaged; what it held was rebuilt from events.jsonl");
  if (!context)
    throw new Failure(
      "damaged-session",
      `the session in ${folder} is damaged, and its log does not tell what it was`,
      {
        hint: "session doctor",
      },
    );
  return {
    folder,
    state: stateFromTexts(withTaken(context, taken), texts),
    texts,
    events: log.events,
    problems: said,
    damaged: !parsed,
  };
}

async function hereOnly(folder: string): Promise<Record<string, unknown>> {
  try {
    return { ...JSON.parse((await readThrough(folder, [CLONE])).get(CLONE) ?? "{}") };
  } catch {
    return {};
  }
}

/** What is known of the branch holds no more: those commits may be there, or gone already. */
function withTaken(context: SessionContext, taken: Readonly<Record<string, string>>): SessionContext {
  if (Object.keys(taken).length === 0) return context;
  const { tip: _tip, ...rest } = context;
  return { ...rest, committed: { ...context.committed, ...taken } };
}
