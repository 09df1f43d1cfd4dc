/**
 * Handles the hook calls of agents: logs the event, answers a start with the brief, and saves a snapshot
 * before a compaction. Agents' own formats are in known/.
 */

import { realpathSync, statSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
import path from "node:path";
import { checkpointWhenDue } from "../checkpoint/auto-checkpoint.ts";
import { gather } from "../facts/gather.ts";
import { ignoreCallerRepository } from "../git/environment.ts";
import { currentBranch } from "../git/repository.ts";
import { openPlace, type Place } from "../place/place.ts";
import { withSession } from "../record/change.ts";
import { event } from "../record/event.ts";
import { findSession } from "../record/find-session.ts";
import { spooledBranches } from "../record/spool.ts";
import { changedSinceCompaction, isLogged } from "../session/events/agent-events.ts";
import {
  type AgentEvent,
  type AgentEventType,
  isAgentEvent,
  type SessionEvent,
} from "../session/events/events.ts";
import { Failure } from "../session/failure.ts";
import { writeSnapshot } from "../snapshots/write-snapshot.ts";
import { appendText } from "../store/files.ts";
import { makeFolder } from "../store/folders.ts";
import { saveSession } from "../store/save.ts";
import { environment, homeFolder, now } from "../surroundings.ts";
import { DEFAULT_LIMIT } from "../text/limits.ts";
import { keepTranscripts } from "../transcripts/import.ts";
import { briefText } from "../views/brief/brief-text.ts";
import { AGENTS } from "./catalog/all.ts";
import type { Agent } from "./shapes/agent.ts";
import { type HookInput, readInput } from "./shapes/input.ts";

/** Maximum milliseconds to wait for the session's lock: the agent waits as long. */
const WAIT = 1_000;

/** Maximum bytes of the error log. The program deletes a longer log. */
const MAX_LOG = 64 * 1024;

const TYPES: Readonly<Record<string, AgentEventType>> = {
  start: "session:start",
  prompt: "prompt:submit",
  "tool:pre": "tool:pre",
  "tool:post": "tool:post",
  compact: "context:compact",
  turn: "turn:end",
  end: "session:end",
};

/**
 * Handles an event and returns the answer for standard output, empty for none. Never throws:
 * logs errors.
 */
export async function agentCalled(agent: Agent, name: string, text: string, cwd: string): Promise<string> {
  const moment = agent.events[name];
  if (moment === undefined || isAnothersCall(agent)) return "";
  const input = readInput(text);
  ignoreCallerRepository();
  environment().SESSION_AGENT ||= agent.label;
  const folder = folderOf(input, cwd);
  const place = await openPlace(folder).catch(() => undefined);
  if (!place) return "";
  const type = TYPES[moment] ?? "turn:end";
  const told = event(type, factsOf(place, agent, input, folder)) as AgentEvent;
  await logged(place, name, () => takeAllSpool(place));
  const before = await logged(place, name, () => tell(place, told));
  if (moment === "compact" || moment === "turn") await logged(place, name, () => keep(place, moment, before));
  if (moment === "end" && before !== undefined) await logged(place, name, () => keepTranscripts(place));
  const asks = moment === "start" || (moment === "prompt" && lacksBrief(agent, told, before));
  if (!asks) return "";
  const brief = await logged(place, name, () => fittingBrief(place, agent, goesOn(agent, told, before)));
  return brief === undefined || brief.trim() === "" ? "" : agent.answer(name, brief);
}

/**
 * Reports whether another agent runs this agent's hook. A nested agent also has the environment variables of
 * its parent.
 */
function isAnothersCall(agent: Agent): boolean {
  const env = environment();
  if (!agent.sharesHooks || agent.isCaller?.(env)) return false;
  return AGENTS.some((each) => each.isCaller?.(env));
}

/** Returns the folder of the event, if it names one; else the folder of the process. */
function folderOf({ cwd: named }: HookInput, cwd: string): string {
  if (named === undefined || !path.isAbsolute(named)) return cwd;
  return statSync(named, { throwIfNoEntry: false })?.isDirectory() ? named : cwd;
}

/** Returns the facts for the log: never the words of a prompt or the input of a tool. */
function factsOf(place: Place, agent: Agent, input: HookInput, folder: string): Record<string, unknown> {
  const { agentSession, transcript, source, reason, model, promptLength, tool, file } = input;
  const below =
    file === undefined
      ? undefined
      : path.relative(place.repository.root, path.resolve(realpathSync(folder), file));
  const isInside = below !== undefined && below !== "" && !below.startsWith("..") && !path.isAbsolute(below);
  const facts = {
    agent: agent.name,
    provider: agent.provider,
    agentSession,
    source,
    reason,
    model,
    transcript: transcript === undefined ? undefined : belowHome(transcript),
    promptLength,
    tool,
    file: isInside ? below.split(path.sep).join("/") : undefined,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, each]) => each !== undefined));
}

/** Returns a path as `~/…` if possible: the log is pushed, and the user name is private. */
function belowHome(file: string): string {
  const home = homeFolder();
  const below = path.relative(home, file);
  return below.startsWith("..") || path.isAbsolute(below) ? file : `~/${below.split(path.sep).join("/")}`;
}

/**
 * Adds an event to the log of the branch's session. Returns the log without that event; undefined without a
 * session.
 */
async function tell(place: Place, told: AgentEvent): Promise<readonly SessionEvent[] | undefined> {
  const branch = currentBranch(place.repository);
  if (branch === undefined || !(await findSession(place, branch))) return undefined;
  return withSession(
    place,
    branch,
    async (session, lock) => {
      if (!isLogged(session.events, told)) await saveSession(session, session.state, [told], lock);
      return session.events;
    },
    { waitMs: WAIT },
  );
}

/**
 * Applies the record changes that the agent's commands could not write: the hook runs outside of the agent's
 * sandbox.
 */
async function takeAllSpool(place: Place): Promise<void> {
  for (const branch of await spooledBranches(place))
    if (await findSession(place, branch))
      await withSession(place, branch, async () => {}, { waitMs: WAIT, looks: true });
}

/** Writes a snapshot before a compaction if something changed; then makes a checkpoint if one is due. */
async function keep(place: Place, moment: "compact" | "turn", before: readonly SessionEvent[] | undefined) {
  const branch = currentBranch(place.repository);
  if (branch === undefined || before === undefined) return;
  if (moment === "compact" && changedSinceCompaction(before))
    await withSession(
      place,
      branch,
      async (session) => {
        const gathered = await gather(place, branch, session);
        await writeSnapshot(place, gathered, session.folder);
      },
      { waitMs: WAIT },
    );
  await checkpointWhenDue(place);
}

/**
 * Returns whether a prompt must bring the brief: the first prompt after a late start or after a compaction.
 */
function lacksBrief(agent: Agent, told: AgentEvent, before: readonly SessionEvent[] | undefined): boolean {
  const { agentSession } = told;
  if (before === undefined || agentSession === undefined) return false;
  const own = before.filter(isAgentEvent).filter((each) => each.agentSession === agentSession);
  if (agent.startsLate && !own.some((each) => each.type === "prompt:submit")) return true;
  return agent.recalls !== undefined && isForgotten(own, agent.recalls);
}

/** Returns whether the last compaction is newer than every event that brings the brief. */
function isForgotten(own: readonly AgentEvent[], recalls: "always" | "asked"): boolean {
  const last = own.findLast(
    (each) =>
      each.type === "session:start" ||
      each.type === "prompt:submit" ||
      (each.type === "context:compact" && (recalls === "always" || each.reason === "manual")),
  );
  return last?.type === "context:compact";
}

/** Returns whether the agent resumes the conversation to which its last brief went. */
function goesOn(agent: Agent, told: AgentEvent, before: readonly SessionEvent[] = []): boolean {
  if (!agent.keepsBrief || !("source" in told) || told.source !== "resume") return false;
  const last = before.findLast((each) => each.type === "session:start" && each.agent === agent.name);
  return last?.type === "session:start" && last.agentSession === told.agentSession;
}

async function fittingBrief(place: Place, agent: Agent, resumed: boolean): Promise<string> {
  const limit = agent.limit ?? DEFAULT_LIMIT;
  if (resumed) {
    const { text, view } = await (await import("../views/brief/brief-since.ts")).briefSince(
      place,
      agent.name,
      { limit },
    );
    return "same" in view && view.same === true ? "" : text;
  }
  const { text, view } = await briefText(place, { limit });
  if (agent.keepsBrief)
    await (await import("../views/brief/brief-since.ts")).recordBriefRead(place, view, agent.name);
  // On a detached HEAD without a record, a guessed brief is not worth the tokens.
  const isNothing = currentBranch(place.repository) === undefined && view.session.record.kind === "guess";
  return isNothing ? "" : text;
}

/** Runs a part of a call. An error is logged, and the other parts still run. */
async function logged<T>(place: Place, name: string, part: () => Promise<T>): Promise<T | undefined> {
  try {
    return await part();
  } catch (error) {
    await note(place, `${now()} ${name}: ${wordsOf(error)}\n`).catch(() => {});
    return undefined;
  }
}

const wordsOf = (error: unknown): string =>
  error instanceof Failure || !(error instanceof Error)
    ? String((error as Error).message)
    : (error.stack ?? "");

/** Returns the path of the error log of hooks. */
export const agentLog = (place: Place): string => path.join(place.sessionsDir, ".agents", "log");

async function note(place: Place, line: string): Promise<void> {
  // Without any session, the sessions folder does not exist, and the hook does not create it.
  if (!statSync(place.sessionsDir, { throwIfNoEntry: false })) return;
  await makeFolder(place.repository.commonDir, path.join("sessions", ".agents"));
  const file = agentLog(place);
  if (((await stat(file).catch(() => undefined))?.size ?? 0) > MAX_LOG) await rm(file, { force: true });
  await appendText(file, line);
}
