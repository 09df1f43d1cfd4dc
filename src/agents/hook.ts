/** What happens when an agent calls: the brief where it starts, a line in the session's log, state that is safe before it forgets. */

import { statSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
import path from "node:path";
import { checkpointWhenDue } from "../checkpoint/auto.ts";
import { gather } from "../facts/gather.ts";
import { ignoreCallerRepository } from "../git/environment.ts";
import { currentBranch } from "../git/repository.ts";
import { openPlace, type Place } from "../place/place.ts";
import { withSession } from "../record/change.ts";
import { event } from "../record/event.ts";
import { findSession } from "../record/find-session.ts";
import { spooledBranches } from "../record/spool.ts";
import { changedSinceCompaction, isLogged } from "../session/agent-events.ts";
import { type AgentEvent, type AgentEventType, isAgentEvent, type SessionEvent } from "../session/events.ts";
import { Failure } from "../session/failure.ts";
import { filesOfSession, writeSnapshot } from "../snapshots/snapshot.ts";
import { appendText, makeFolder } from "../store/files.ts";
import { saveSession } from "../store/save.ts";
import { environment, homeFolder, now } from "../surroundings.ts";
import { DEFAULT_LIMIT } from "../text/limits.ts";
import { keepTranscripts } from "../transcripts/import.ts";
import { briefText } from "../views/texts.ts";
import { AGENTS } from "./catalog/all.ts";
import type { Agent } from "./shapes/agent.ts";
import { type HookInput, readInput } from "./shapes/input.ts";

/** Longest wait for somebody who holds the session's lock, in milliseconds: the agent waits for us. */
const WAIT = 1_000;

/** The log of what went wrong begins anew when it is longer, in bytes. */
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

/** What an agent reads of us, empty for nothing. It never fails: what goes wrong is logged. */
export async function agentCalled(agent: Agent, name: string, text: string, cwd: string): Promise<string> {
  const moment = agent.events[name];
  if (moment === undefined || isAnothersCall(agent)) return "";
  const input = readInput(text);
  ignoreCallerRepository();
  environment().SESSION_AGENT ||= agent.label;
  const place = await openPlace(folderOf(input, cwd)).catch(() => undefined);
  if (!place) return "";
  const type = TYPES[moment] ?? "turn:end";
  const told = event(type, factsOf(place, agent, input)) as AgentEvent;
  await logged(place, name, () => takeAllSpool(place));
  const before = await logged(place, name, () => tell(place, told));
  if (moment === "compact" || moment === "turn") await logged(place, name, () => keep(place, moment, before));
  if (moment === "end" && before !== undefined) await logged(place, name, () => keepTranscripts(place));
  const asks = moment === "start" || (moment === "prompt" && lacksBrief(agent, told, before));
  if (!asks) return "";
  const brief = await logged(place, name, () => fittingBrief(place, agent, goesOn(agent, told, before)));
  return brief === undefined || brief.trim() === "" ? "" : agent.answer(name, brief);
}

/** Whether another agent runs this one's hook. An agent that was started by another one inherits what that set. */
function isAnothersCall(agent: Agent): boolean {
  const env = environment();
  if (!agent.sharesHooks || agent.isCaller?.(env)) return false;
  return AGENTS.some((each) => each.isCaller?.(env));
}

/** The folder that the event names decides, where it is one. */
function folderOf({ cwd: named }: HookInput, cwd: string): string {
  if (named === undefined || !path.isAbsolute(named)) return cwd;
  return statSync(named, { throwIfNoEntry: false })?.isDirectory() ? named : cwd;
}

/** What the log keeps: no words of a prompt, no input of a tool. */
function factsOf(place: Place, agent: Agent, input: HookInput): Record<string, unknown> {
  const { agentSession, transcript, source, reason, model, promptLength, tool, file } = input;
  const below =
    file === undefined
      ? undefined
      : path.relative(place.repository.root, path.resolve(place.repository.root, file));
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

/** `~/…`: who somebody is on their machine is nobody's business where a snapshot is pushed. */
function belowHome(file: string): string {
  const home = homeFolder();
  const below = path.relative(home, file);
  return below.startsWith("..") || path.isAbsolute(below) ? file : `~/${below.split(path.sep).join("/")}`;
}

/** Puts an event into the log of the branch's session; gives the log as it was, undefined where there is no session. */
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

/** What the agent's own commands could not write: hooks run outside of its sandbox. */
async function takeAllSpool(place: Place): Promise<void> {
  for (const branch of await spooledBranches(place))
    if (await findSession(place, branch))
      await withSession(place, branch, async () => {}, { waitMs: WAIT, looks: true });
}

/** Before an agent forgets what it knows, the record goes into a snapshot; then a checkpoint is made where one is due. */
async function keep(place: Place, moment: "compact" | "turn", before: readonly SessionEvent[] | undefined) {
  const branch = currentBranch(place.repository);
  if (branch === undefined || before === undefined) return;
  if (moment === "compact" && changedSinceCompaction(before))
    await withSession(
      place,
      branch,
      async (session) => {
        const gathered = await gather(place, branch, session);
        await writeSnapshot(place, gathered, await filesOfSession(session.folder));
      },
      { waitMs: WAIT },
    );
  await checkpointWhenDue(place);
}

/** Returns whether a prompt has to bring the brief: the first one after a start that came too late, or after a compaction. */
function lacksBrief(agent: Agent, told: AgentEvent, before: readonly SessionEvent[] | undefined): boolean {
  const { agentSession } = told;
  if (before === undefined || agentSession === undefined) return false;
  const own = before.filter(isAgentEvent).filter((each) => each.agentSession === agentSession);
  if (agent.startsLate && !own.some((each) => each.type === "prompt:submit")) return true;
  return agent.recalls !== undefined && isForgotten(own, agent.recalls);
}

/** Returns whether the last that an agent told, of what brings the brief and what makes it forget, is a compaction. */
function isForgotten(own: readonly AgentEvent[], recalls: "always" | "asked"): boolean {
  const last = own.findLast(
    (each) =>
      each.type === "session:start" ||
      each.type === "prompt:submit" ||
      (each.type === "context:compact" && (recalls === "always" || each.reason === "manual")),
  );
  return last?.type === "context:compact";
}

/** Returns whether a conversation is resumed that was the last one to get a brief of this agent's. */
function goesOn(agent: Agent, told: AgentEvent, before: readonly SessionEvent[] = []): boolean {
  if (!agent.keepsBrief || !("source" in told) || told.source !== "resume") return false;
  const last = before.findLast((each) => each.type === "session:start" && each.agent === agent.name);
  return last?.type === "session:start" && last.agentSession === told.agentSession;
}

async function fittingBrief(place: Place, agent: Agent, resumed: boolean): Promise<string> {
  const limit = agent.limit ?? DEFAULT_LIMIT;
  if (resumed) {
    const { text, view } = await (await import("../views/since.ts")).briefSince(place, agent.name, { limit });
    return "same" in view && view.same === true ? "" : text;
  }
  const { text, view } = await briefText(place, { limit });
  if (agent.keepsBrief) await (await import("../views/since.ts")).noteGiven(place, view, agent.name);
  // On no branch, a guess about the newest commits is not worth an agent's attention.
  const isNothing = currentBranch(place.repository) === undefined && view.session.record.kind === "guess";
  return isNothing ? "" : text;
}

/** Runs a part of a call; what fails is written down, and the other parts go on. */
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

export const agentLog = (place: Place): string => path.join(place.sessionsDir, ".agents", "log");

async function note(place: Place, line: string): Promise<void> {
  // Nothing of ours is made where there is no session.
  if (!statSync(place.sessionsDir, { throwIfNoEntry: false })) return;
  await makeFolder(place.repository.commonDir, path.join("sessions", ".agents"));
  const file = agentLog(place);
  if (((await stat(file).catch(() => undefined))?.size ?? 0) > MAX_LOG) await rm(file, { force: true });
  await appendText(file, line);
}
