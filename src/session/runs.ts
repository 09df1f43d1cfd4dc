/** Runs of agents: what is noted of one, and what it is now. Pure. */
import { isSameProcess, type Process } from "./holding.ts";
import { isSessionId } from "./ids.ts";

/** A process, told from a later one with its number by when it started. */
export type Started = Pick<Process, "pid" | "started">;

/** `<run>.json` in `.git/sessions/.runs`. Times are ISO 8601, UTC. */
export interface RunRecord {
  readonly id: string;
  readonly agent: string;
  /** What people call it. */
  readonly label: string;
  /** Whose models it works with. */
  readonly provider?: string;
  readonly session: { readonly id: string; readonly branch: string; readonly title: string };
  readonly parent?: string;
  readonly program: string;
  /** The beginning of what it was asked, in one line. */
  readonly prompt?: string;
  readonly worktree: string;
  readonly host: string;
  readonly background: boolean;
  /** Socket name of the tmux server that it runs in. */
  readonly tmux?: string;
  /** The agent's own name of its conversation, where it takes one from us. */
  readonly conversation?: string;
  readonly began: string;
  /** Who waits for its end. */
  readonly keeper?: Started;
  readonly process?: Started;
  /** Somebody asked for its end. */
  readonly stopped?: string;
  readonly ended?: string;
  readonly code?: number;
  readonly signal?: string;
  /** Why it could not be started. */
  readonly error?: string;
}

export type RunState = "running" | "waiting" | "done" | "failed" | "stopped" | "lost";

/** A run as it is told. */
export interface RunView {
  readonly id: string;
  /** `<parent>-<child>_<agent>` */
  readonly name: string;
  readonly agent: string;
  readonly session: RunRecord["session"];
  readonly parent: string | null;
  readonly state: RunState;
  readonly background: boolean;
  readonly pid: number | null;
  readonly worktree: string;
  readonly prompt: string | null;
  /** Times are ISO 8601, UTC. */
  readonly began: string;
  readonly ended: string | null;
  readonly code: number | null;
  readonly signal: string | null;
  readonly error: string | null;
  /** The last line that it wrote, and when that was. */
  readonly output: string | null;
  readonly wrote: string | null;
  /** Where all of it is. */
  readonly log: string | null;
  /** Socket name of the tmux server that it can be talked to in. */
  readonly tmux: string | null;
}

/** What is seen of a run now. */
export interface Seen {
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly running: ReadonlyMap<number, Pick<Process, "started">>;
  /** It sits at a terminal, and its turn is over. */
  readonly waits: boolean;
  /** When the log was written to last, in milliseconds since the epoch. */
  readonly wrote: number | undefined;
}

/** How long a run may take to begin, and how long one of another machine is believed in, in milliseconds. */
const BEGINS = 15_000;
const ELSEWHERE = 30 * 60_000;

/** Lost is a run whose process is gone without a word of how it ended. */
export function stateOf(run: RunRecord, seen: Seen): RunState {
  if (run.ended !== undefined)
    return run.stopped !== undefined ? "stopped" : run.code === 0 ? "done" : "failed";
  if (run.host !== seen.host) {
    const last = Math.max(Date.parse(run.began), seen.wrote ?? 0);
    return seen.now - last <= ELSEWHERE ? "running" : "lost";
  }
  const isAlive = (each: Started | undefined) => each !== undefined && runs(each, seen.running);
  const begins = run.process === undefined && seen.now - Date.parse(run.began) < BEGINS;
  // Who waits for its end is about to note it.
  const lives = isAlive(run.process) || isAlive(run.keeper) || begins;
  if (!lives) return "lost";
  return seen.waits ? "waiting" : "running";
}

/** Whether this very process is among those that run. */
export function runs(each: Started, running: ReadonlyMap<number, Pick<Process, "started">>): boolean {
  const there = running.get(each.pid);
  const here = { pid: each.pid, host: "" };
  return (
    there !== undefined &&
    isSameProcess({ ...here, started: each.started }, { ...here, started: there.started })
  );
}

export const isLive = (state: RunState): boolean => state === "running" || state === "waiting";

/** `<parent>-<child>_<agent>`: one string for a run, made of the sessions' ids. */
export function runName({ parent, session, agent }: Pick<RunRecord, "parent" | "session" | "agent">): string {
  return `${parent === undefined ? "" : `${parent}-`}${session.id}_${agent}`;
}

/** A record out of its file; undefined for what is none. */
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

/** A signal to 0 or to a negative number would go to whole groups of processes. */
function isProcess({ pid, started }: Started): boolean {
  return Number.isSafeInteger(pid) && pid > 1 && (started === null || typeof started === "string");
}

/** Lines of a log without anything that a terminal would act on; of a line that was written over, the last form. */
export function logLines(text: string, strip: (text: string) => string): string[] {
  return strip(text)
    .split(/\r?\n/)
    .map((line) => line.replace(/\r+$/, "").split("\r").at(-1) ?? "");
}

/** Generations of agents that agents start, and how many may run at a time for one parent. */
export const DEEPEST = 3;
export const WIDEST = 8;
