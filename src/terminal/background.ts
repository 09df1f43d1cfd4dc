/** Agents in the background, as lines. */
import { age } from "../model/duration.ts";
import { plural } from "../model/next.ts";
import type { RunState } from "../model/runs.ts";
import { oneLine } from "../model/visible.ts";
import { bold, cyan, dim, green, red, yellow } from "./style.ts";

/** What is shown of a run. */
export interface RunLine {
  readonly id: string;
  readonly agent: string;
  readonly session: { readonly title: string; readonly branch: string };
  readonly state: RunState;
  readonly pid: number | null;
  readonly worktree: string;
  readonly began: string;
  readonly ended: string | null;
  readonly code: number | null;
  readonly signal: string | null;
  readonly error: string | null;
  readonly output: string | null;
  readonly wrote: string | null;
  readonly tmux: string | null;
}

const PAINTS: Readonly<Record<RunState, (text: string) => string>> = {
  ...{ running: green, waiting: yellow, done: dim, failed: red, stopped: dim, lost: red },
};

/** Two or three lines a run. `now`: ISO 8601. */
export function runLines(runs: readonly RunLine[], more: number, now: string): string[] {
  return [
    ...runs.flatMap((run) => [
      `${bold(run.id)}  ${PAINTS[run.state](wordsOf(run))}  ${run.agent}  ${cyan(run.session.branch)}  ${dim(timesOf(run, now))}`,
      `    ${oneLine(run.session.title)}`,
      ...(run.output === null ? [] : [`    ${dim(`> ${oneLine(run.output)}`)}`]),
    ]),
    ...(more === 0 ? [] : [dim(`… ${plural(more, "more run")}: --limit ${runs.length + more}`)]),
  ];
}

function wordsOf({ state, code, signal, error }: RunLine): string {
  if (state !== "failed") return state;
  return error !== null ? "not started" : signal !== null ? `ended by ${signal}` : `failed (${code})`;
}

/** `for 5 minutes, quiet for 2 minutes`, `12 minutes ago` */
function timesOf({ began, ended, wrote, state, pid }: RunLine, now: string): string {
  if (ended !== null) return `${age(ended, now)} ago`;
  if (state === "lost") return `began ${age(began, now)} ago`;
  const quiet = wrote === null ? "no output yet" : `quiet for ${age(wrote, now)}`;
  return `for ${age(began, now)}, ${quiet}${pid === null ? "" : `, pid ${pid}`}`;
}

/** What was started, and how to look after it. */
export function startedLines({ id, agent, session, pid, tmux }: RunLine): string[] {
  return [
    `${agent} is at work on ${session.branch} (run ${id}, pid ${pid ?? "?"}).`,
    dim(tmux === null ? `session background logs ${id} --follow` : `session background attach ${id}`),
  ];
}
