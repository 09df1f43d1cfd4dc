/** Formats runs of agents in the background. */

import type { RunState, RunView } from "../../session/runs.ts";
import { oneLine } from "../../text/foreign-text.ts";
import { age } from "../../text/time/duration.ts";
import { bold, cyan, dim, green, red, yellow } from "../style.ts";

const PAINTS: Readonly<Record<RunState, (text: string) => string>> = {
  running: green,
  waiting: yellow,
  done: dim,
  failed: red,
  stopped: dim,
  lost: red,
};

/** Returns two or three lines for each run. `now`: ISO 8601. */
export function runLines(runs: readonly RunView[], now: string): string[] {
  return [
    ...runs.flatMap((run) => [
      `${bold(run.id)}  ${PAINTS[run.state](wordsOf(run))}  ${run.agent}  ${cyan(run.session.branch)}  ${dim(timesOf(run, now))}`,
      `    ${oneLine(run.session.title)}`,
      ...(run.output === null ? [] : [`    ${dim(`> ${oneLine(run.output)}`)}`]),
    ]),
  ];
}

function wordsOf({ state, code, signal, error }: RunView): string {
  if (state !== "failed") return state;
  return error !== null ? "not started" : signal !== null ? `ended by ${signal}` : `failed (${code})`;
}

/** Returns times such as `for 5 minutes, quiet for 2 minutes` or `12 minutes ago`. */
function timesOf({ began, ended, wrote, state, pid }: RunView, now: string): string {
  if (ended !== null) return `${age(ended, now)} ago`;
  if (state === "lost") return `began ${age(began, now)} ago`;
  const quiet = wrote === null ? "no output yet" : `quiet for ${age(wrote, now)}`;
  return `for ${age(began, now)}, ${quiet}${pid === null ? "" : `, pid ${pid}`}`;
}

/** Returns the sentence on an agent that was started. */
export function startedLine({ id, agent, session, worktree }: RunView): string {
  return `${agent} is at work on ${session.branch} in ${worktree} (run ${id}).`;
}
