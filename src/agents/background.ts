/** Lists background runs, reads and follows their logs, and attaches to their terminals. */

import { spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import type { Place } from "../place/place.ts";
import { currentRuns, readableLines, viewOf, withOutput } from "../record/runs.ts";
import { Failure } from "../session/failure.ts";
import { isLive, type RunRecord, type RunView } from "../session/runs.ts";
import { logEnd, logFacts } from "../store/runs.ts";
import { environment, surroundings } from "../surroundings.ts";
import { findRun } from "./resolve-run.ts";
import { endOf } from "./run-process.ts";

/** Maximum bytes to read from the end of a log for its last lines. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Polling interval: milliseconds between two reads of a followed log. */
const LOOKS = 200;

interface Filter {
  /** Search words: each must be in the run's session, agent, prompt, state or name. */
  readonly search?: string;
  readonly waiting?: boolean;
  readonly limit: number;
}

/** Returns background runs, running ones first, each group newest first, and the number beyond the limit. */
export async function backgroundRuns(
  place: Place,
  { search = "", waiting = false, limit }: Filter,
): Promise<{ runs: RunView[]; more: number }> {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const all = (await currentRuns(place)).filter(({ record }) => record.background);
  const views = all
    .map(({ record, state }) => viewOf(place, record, state))
    .filter((view) => !waiting || view.state === "waiting")
    .filter((view) => {
      const { id, name, agent, session, prompt, state } = view;
      const text = [id, name, agent, session.title, session.branch, session.id, prompt ?? "", state]
        .join("\n")
        .toLowerCase();
      return words.every((word) => text.includes(word));
    });
  const sorted = [
    ...views.filter((each) => isLive(each.state)),
    ...views.filter((each) => !isLive(each.state)),
  ];
  const shown = sorted.slice(0, limit);
  return {
    runs: await Promise.all(shown.map((each) => withOutput(place, each))),
    more: sorted.length - shown.length,
  };
}

/**
 * Returns the last lines of a run's log, and the size of the log in bytes.
 * @throws the failures of `findRun`.
 */
export async function lastLines(
  place: Place,
  name: string | undefined,
  count: number,
): Promise<{ run: RunView; record: RunRecord; lines: string[]; size: number }> {
  const { record, state } = await findRun(place, name);
  const { text, size } = await logEnd(place.sessionsDir, record.id, MAX_BYTES);
  const lines = readableLines(text);
  if (lines.at(-1) === "") lines.pop();
  return { run: viewOf(place, record, state), record, lines: count === 0 ? [] : lines.slice(-count), size };
}

/**
 * Passes on whole lines of a log as they are written, from a byte offset on, until the run is over. Returns
 * the run.
 */
export async function follow(
  place: Place,
  id: string,
  from: number,
  say: (lines: string[]) => void,
): Promise<RunView | undefined> {
  let at = from;
  let open = Buffer.alloc(0);
  for (;;) {
    // Reads the run's state before its log, so that the loop still prints the last output before the end.
    const found = (await currentRuns(place)).find(({ record }) => record.id === id);
    const size = logFacts(place.sessionsDir, id)?.size ?? 0;
    // A rotated log is read from its beginning.
    if (size < at) at = 0;
    if (size > at) {
      const { text, size: end } = await logEnd(place.sessionsDir, id, MAX_BYTES, at);
      at = end;
      const all = Buffer.concat([open, text]);
      const cut = all.lastIndexOf(10) + 1;
      if (cut > 0) say(readableLines(all.subarray(0, cut - 1)));
      open = all.subarray(cut);
    }
    if (!found || !isLive(found.state)) {
      if (open.length > 0) say(readableLines(open));
      return found && viewOf(place, found.record, found.state);
    }
    await wait(LOOKS);
  }
}

/**
 * Shows the terminal of an agent that runs in tmux, until the user detaches.
 * @throws Failure `not-running`, `no-terminal`, `attach-failed`.
 */
export async function attachTo(run: RunView): Promise<void> {
  if (!isLive(run.state))
    throw new Failure("not-running", `${run.agent} is no longer running (run ${run.id})`);
  const { isTerminal } = surroundings();
  if (!isTerminal(0) || !isTerminal(1))
    throw new Failure("no-terminal", "not a terminal", {
      hint: `session background logs ${run.id} --follow`,
    });
  const { TMUX: _outer, TMUX_PANE: _pane, ...env } = environment();
  const child = spawn("tmux", ["-L", run.tmux ?? "", "attach-session"], { stdio: "inherit", env });
  const { code } = await endOf(child).catch((error: Error) => {
    throw new Failure("attach-failed", `tmux could not be started: ${error.message}`);
  });
  if (code !== 0) throw new Failure("attach-failed", "tmux ended with an error");
}
