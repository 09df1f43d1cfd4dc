/** Runs of agents as they are now: asked of the system, because what was noted may have been killed with its writer. */

import os from "node:os";
import { stripVTControlCharacters } from "node:util";
import type { Place } from "../place/place.ts";
import { isAgentEvent, type SessionEvent } from "../session/events.ts";
import { Failure } from "../session/failure.ts";
import {
  isLive,
  isRunning,
  logLines,
  type RunRecord,
  type RunState,
  type RunView,
  runName,
  stateOf,
} from "../session/runs.ts";
import { isAlive } from "../store/files.ts";
import { logEnd, logFacts, logFile, readRuns } from "../store/runs.ts";
import { clock, environment, now } from "../surroundings.ts";
import { age } from "../text/duration.ts";
import { visibleText } from "../text/foreign-text.ts";

/** Every run of this clone, the newest first, with what was noted. */
export async function currentRuns(place: Place): Promise<{ record: RunRecord; state: RunState }[]> {
  const all = await readRuns(place.sessionsDir);
  if (all.length === 0) return [];
  const { runningProcesses: running } = await import("./processes.ts");
  const host = os.hostname();
  const open = all.filter((each) => each.ended === undefined);
  const pids = open.flatMap(({ host: there, process, keeper }) =>
    there === host ? [process, keeper].flatMap((each) => each?.pid ?? []) : [],
  );
  const [alive, resting] = await Promise.all([running(pids), restingRuns(place, open)]);
  return all.map((record) => ({
    record,
    state: stateOf(record, {
      host,
      now: clock(),
      running: alive,
      waits: resting.has(record.id),
      wrote: record.ended === undefined ? logFacts(place.sessionsDir, record.id)?.wrote : undefined,
    }),
  }));
}

/** Sessions that an agent is at work on in the background, by id, with its run. */
export async function sessionsAtWork(place: Place): Promise<Map<string, RunView>> {
  const found = (await currentRuns(place)).filter(({ record, state }) => record.background && isLive(state));
  // The newest is first, and stays.
  return new Map(
    found.reverse().map(({ record, state }) => [record.session.id, viewOf(place, record, state)]),
  );
}

/** Agents that are at work on sessions now, by session id; not the one that runs this command, in its own session. */
export async function othersAtWork(place: Place): Promise<Map<string, RunRecord>> {
  const live = (await currentRuns(place)).filter(({ state }) => isLive(state)).map(({ record }) => record);
  if (live.length === 0) return new Map();
  // A sandbox may take the environment away.
  const { parentProcesses: ancestors } = await import("./processes.ts");
  const above = new Map((await ancestors()).map((each) => [each.pid, each]));
  const isOurs = ({ session, process: its }: RunRecord) =>
    session.id === environment().SESSION_ID || (its !== undefined && isRunning(its, above));
  return new Map(live.filter((each) => !isOurs(each)).map((each) => [each.session.id, each]));
}

/** Failure `session-at-work`: what the agent is at work on stays as it is. */
export function atWorkFailure(run: RunRecord): Failure {
  return new Failure("session-at-work", atWorkText(run), {
    advice: run.background ? "" : "let it end first",
    hint: run.background ? `session background stop ${run.id}\n--force` : "--force",
  });
}

/** Returns `claude is at work on x in <worktree>, started 2 minutes ago (run <id>)`. */
export function atWorkText({ agent, session, id, worktree, began }: RunRecord): string {
  return `${agent} is at work on ${session.branch} in ${worktree}, started ${age(began, now())} ago (run ${id})`;
}

/** Of runs at a terminal, those whose agent has said that its turn is over, and was asked nothing since. */
async function restingRuns(place: Place, open: readonly RunRecord[]): Promise<Set<string>> {
  const talking = open.filter((each) => each.tmux !== undefined);
  if (talking.length === 0) return new Set();
  const { localSessions } = await import("../store/sessions.ts");
  const logs = new Map(
    (await localSessions(place.sessionsDir)).map((each) => [each.state.context.id, each.events]),
  );
  return new Set(talking.filter((run) => rests(run, logs.get(run.session.id) ?? [])).map((each) => each.id));
}

function rests(run: RunRecord, events: readonly SessionEvent[]): boolean {
  const last = events
    .filter(isAgentEvent)
    .findLast(
      (each) =>
        each.agent === run.agent && each.at >= run.began && /^(turn:end|prompt:submit|tool:)/.test(each.type),
    );
  return last?.type === "turn:end";
}

export function viewOf(place: Place, record: RunRecord, state: RunState): RunView {
  const { id, agent, session, parent, background, worktree, prompt, began, ended } = record;
  const facts = background ? logFacts(place.sessionsDir, id) : undefined;
  return {
    id,
    name: runName(record),
    agent,
    session,
    parent: parent ?? null,
    state,
    background,
    pid: record.process?.pid ?? null,
    worktree,
    prompt: prompt ?? null,
    began,
    ended: ended ?? null,
    code: record.code ?? null,
    signal: record.signal ?? null,
    error: record.error ?? null,
    output: null,
    wrote: facts && facts.size > 0 ? new Date(facts.wrote).toISOString() : null,
    log: facts ? logFile(place.sessionsDir, id) : null,
    tmux: record.tmux ?? null,
  };
}

/** The same with its last line. */
export async function withOutput(place: Place, view: RunView): Promise<RunView> {
  if (view.log === null) return view;
  const { text } = await logEnd(place.sessionsDir, view.id, 8192);
  const output = readableLines(text).findLast((line) => line.trim() !== "");
  return { ...view, output: output === undefined ? null : output.trim().slice(0, 500) };
}

/** Lines of a log that are safe to show. */
export function readableLines(text: Buffer): string[] {
  return logLines(text.toString("utf8"), stripVTControlCharacters).map(visibleText);
}

/** Whether this very process of this machine runs now. */
export async function isRunAlive(each: RunRecord["process"]): Promise<boolean> {
  if (each === undefined || !isAlive(each.pid)) return false;
  const { runningProcesses: running } = await import("./processes.ts");
  return isRunning(each, await running([each.pid]));
}
