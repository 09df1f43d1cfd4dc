/** Reads records of agent runs and derives their current state. Pure. */
import { isSameProcess, type Process } from "./holder.ts";
import { isSessionId } from "./ids.ts";

/** A process, identified by its id and start time. */
export type StartedProcess = Pick<Process, "pid" | "started">;

/** The content of `<run>.json` in `.git/sessions/.runs`. Times are ISO 8601, UTC. */
export interface RunRecord {
  readonly id: string;
  readonly agent: string;
  /** Name that a user gave the run. */
  readonly label: string;
  /** Vendor of the agent's models. */
  readonly provider?: string;
  readonly session: { readonly id: string; readonly branch: string; readonly title: string };
  readonly parent?: string;
  readonly program: string;
  /** First line of the prompt. */
  readonly prompt?: string;
  readonly worktree: string;
  readonly host: string;
  readonly background: boolean;
  /** Name of the socket of the tmux server in which the agent runs. */
  readonly tmux?: string;
  /** The agent's own id of its conversation, for agents that accept one. */
  readonly conversation?: string;
  readonly began: string;
  /** The process that waits for the run's end. */
  readonly keeper?: StartedProcess;
  readonly process?: StartedProcess;
  /** Time at which a user asked the run to stop. */
  readonly stopped?: string;
  readonly ended?: string;
  readonly code?: number;
  readonly signal?: string;
  /** Reason why the run could not start. */
  readonly error?: string;
}

/** The state of an agent run. */
export type RunState = "running" | "waiting" | "done" | "failed" | "stopped" | "lost";

/** An agent run as views show it. */
export interface RunView {
  readonly id: string;
  /** Name of the run: `<parent>-<child>_<agent>`. */
  readonly name: string;
  readonly agent: string;
  readonly session: RunRecord["session"];
  readonly parent: string | null;
  readonly state: RunState;
  readonly background: boolean;
  readonly pid: number | null;
  readonly worktree: string;
  readonly prompt: string | null;
  /** Start of the run. All times are ISO 8601, UTC. */
  readonly began: string;
  readonly ended: string | null;
  readonly code: number | null;
  readonly signal: string | null;
  readonly error: string | null;
  /** Last line of the run's output, and its time. */
  readonly output: string | null;
  readonly wrote: string | null;
  /** Path of the file with all output of the run. */
  readonly log: string | null;
  /** Name of the tmux socket for attaching to the run. */
  readonly tmux: string | null;
}

/** Current facts about an agent run. */
export interface RunFacts {
  readonly host: string;
  /** Current time in milliseconds since the epoch. */
  readonly now: number;
  readonly running: ReadonlyMap<number, Pick<Process, "started">>;
  /** True if the agent waits at a terminal after the end of its turn. */
  readonly waits: boolean;
  /** Time of the last output, in milliseconds since the epoch. */
  readonly wrote: number | undefined;
}

/** Maximum milliseconds for the start of a run. */
const BEGINS = 15_000;
const ELSEWHERE = 30 * 60_000;

/** Returns the state of a run. If the process ended without a recorded end, the state is `lost`. */
export function stateOf(run: RunRecord, seen: RunFacts): RunState {
  if (run.ended !== undefined)
    return run.stopped !== undefined ? "stopped" : run.code === 0 ? "done" : "failed";
  if (run.host !== seen.host) {
    const last = Math.max(Date.parse(run.began), seen.wrote ?? 0);
    return seen.now - last <= ELSEWHERE ? "running" : "lost";
  }
  const isAlive = (each: StartedProcess | undefined) => each !== undefined && isRunning(each, seen.running);
  const begins = run.process === undefined && seen.now - Date.parse(run.began) < BEGINS;
  // Counts the keeper too: it may be about to record the end.
  const lives = isAlive(run.process) || isAlive(run.keeper) || begins;
  if (!lives) return "lost";
  return seen.waits ? "waiting" : "running";
}

/** Reports whether this process, with this start time, is running. */
export function isRunning(
  each: StartedProcess,
  running: ReadonlyMap<number, Pick<Process, "started">>,
): boolean {
  const there = running.get(each.pid);
  const here = { pid: each.pid, host: "" };
  return (
    there !== undefined &&
    isSameProcess({ ...here, started: each.started }, { ...here, started: there.started })
  );
}

/** Reports whether a run is not over: it runs, or waits for the user. */
export const isLive = (state: RunState): boolean => state === "running" || state === "waiting";

/** Returns the name of a run, `<parent>-<child>_<agent>`, made of session ids. */
export function runName({ parent, session, agent }: Pick<RunRecord, "parent" | "session" | "agent">): string {
  return `${parent === undefined ? "" : `${parent}-`}${session.id}_${agent}`;
}

/** Parses a run record; undefined for other text. */
export function parseRun(text: string): RunRecord | undefined {
  try {
    const value = JSON.parse(text) as RunRecord;
    const { session } = value;
    const texts = [
      value.agent,
      value.label,
      value.program,
      value.worktree,
      value.host,
      session.branch,
      session.title,
    ];
    const isRun =
      isSessionId(value.id) &&
      isSessionId(session.id) &&
      texts.every((each) => typeof each === "string") &&
      !Number.isNaN(Date.parse(value.began)) &&
      [value.keeper, value.process].every((each) => each === undefined || isProcess(each));
    return isRun ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reports whether a value is a valid process. A signal to 0 or a negative number would reach whole process
 * groups.
 */
function isProcess({ pid, started }: StartedProcess): boolean {
  return Number.isSafeInteger(pid) && pid > 1 && (started === null || typeof started === "string");
}

/**
 * Returns the lines of a log without terminal control sequences; of an overwritten line, only the last form.
 */
export function logLines(text: string, strip: (text: string) => string): string[] {
  return strip(text)
    .split(/\r?\n/)
    .map((line) => line.replace(/\r+$/, "").split("\r").at(-1) ?? "");
}

/** Maximum nesting of agents that start agents; and maximum number of runs at a time per parent. */
export const MAX_DEPTH = 3;
export const MAX_CHILDREN = 8;
