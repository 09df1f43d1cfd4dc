/**
 * Derives the current state of agent runs from the system's processes: the writer of a run's record may have
 * been killed.
 */

import os from "node:os";
import { stripVTControlCharacters } from "node:util";
import type { Place } from "../place/place.ts";
import { isAgentEvent, type SessionEvent } from "../session/events/events.ts";
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
import { isAlive } from "../store/processes.ts";
import { logEnd, logFacts, logFile, readRuns } from "../store/runs.ts";
import { clock, environment, now } from "../surroundings.ts";
import { visibleText } from "../text/foreign-text.ts";
import { age } from "../text/time/duration.ts";

/** Returns every run of this clone, newest first, with its record. */
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

/** Returns the sessions on which a background agent works, by id, with the run. */
export async function sessionsAtWork(place: Place): Promise<Map<string, RunView>> {
  const found = (await currentRuns(place)).filter(({ record, state }) => record.background && isLive(state));
  // Runs are sorted newest first; of several runs per session, keeps the newest.
  return new Map(
    found.reverse().map(({ record, state }) => [record.session.id, viewOf(place, record, state)]),
  );
}

/**
 * Returns the agents that work on sessions now, by session id, without the agent that runs this
 * command in its own session.
 */
export async function othersAtWork(place: Place): Promise<Map<string, RunRecord>> {
  const live = (await currentRuns(place)).filter(({ state }) => isLive(state)).map(({ record }) => record);
  if (live.length === 0) return new Map();
  // Checks the parent processes too, because a sandbox may clear the environment.
  const { parentProcesses: ancestors } = await import("./processes.ts");
  const above = new Map((await ancestors()).map((each) => [each.pid, each]));
  const isOurs = ({ session, process: its }: RunRecord) =>
    session.id === environment().SESSION_ID || (its !== undefined && isRunning(its, above));
  return new Map(live.filter((each) => !isOurs(each)).map((each) => [each.session.id, each]));
}

/** Returns Failure `session-at-work`: an agent works on the session. */
export function atWorkFailure(run: RunRecord): Failure {
  return new Failure("session-at-work", atWorkText(run), {
    advice: run.background ? "" : "let it end first",
    hint: run.background ? `session background stop ${run.id}\n--force` : "--force",
  });
}

/** Returns text such as `claude is at work on x in <worktree>, started 2 minutes ago (run <id>)`. */
export function atWorkText({ agent, session, id, worktree, began }: RunRecord): string {
  return `${agent} is at work on ${session.branch} in ${worktree}, started ${age(began, now())} ago (run ${id})`;
}

/** Returns the runs at a terminal whose agent has finished its turn and waits for the user. */
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

/** Returns the view of a run, with the size and time of its log if it runs in the background. */
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

/** Returns a run with the last line of its output. */
export async function withOutput(place: Place, view: RunView): Promise<RunView> {
  if (view.log === null) return view;
  const { text } = await logEnd(place.sessionsDir, view.id, 8192);
  const output = readableLines(text).findLast((line) => line.trim() !== "");
  return { ...view, output: output === undefined ? null : output.trim().slice(0, 500) };
}

/** Returns lines of a log without control characters, safe to print. */
export function readableLines(text: Buffer): string[] {
  return logLines(text.toString("utf8"), stripVTControlCharacters).map(visibleText);
}

/** Reports whether this process, identified by machine, id and start time, is running. */
export async function isRunAlive(each: RunRecord["process"]): Promise<boolean> {
  if (each === undefined || !isAlive(each.pid)) return false;
  const { runningProcesses: running } = await import("./processes.ts");
  return isRunning(each, await running([each.pid]));
}
