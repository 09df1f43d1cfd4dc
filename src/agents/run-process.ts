/**
 * Waits for the end of an agent's process, and records its start and its end. In the foreground the command
 * itself waits; in the background a separate process waits (`session background keep`).
 */

import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { environmentWithoutWorktree } from "../git/environment.ts";
import { sessionFolder } from "../history/stored-session.ts";
import { openPlace, type Place } from "../place/place.ts";
import { withSession } from "../record/change.ts";
import { event } from "../record/event.ts";
import { runningProcesses } from "../record/processes.ts";
import type { SessionEvent } from "../session/events/events.ts";
import type { RunRecord, StartedProcess } from "../session/runs.ts";
import { readHolder, removeHolder, writeHolder } from "../store/holder.ts";
import { type Launch, logFile, openLog, readRun, rotateLog, takeLaunch, writeRun } from "../store/runs.ts";
import { saveSession } from "../store/save.ts";
import { environment, now, onSignals } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";

/** Maximum milliseconds to wait for the session's lock. */
const WAIT = 2_000;

/** Milliseconds between two checks of the size of a log. */
const LOOKS = 2_000;

/** The exit code of an agent's process, and the signal that ended it. */
export interface Ended {
  readonly code: number;
  readonly signal?: NodeJS.Signals;
}

/** Returns a process with its start time, which distinguishes it from a later process with the same id. */
export async function startedOf(pid: number): Promise<StartedProcess> {
  return { pid, started: (await runningProcesses([pid])).get(pid)?.started ?? null };
}

/**
 * Records the start of the agent's process: in the run, in the session's log, and as the session's holder.
 */
export async function recordStart(place: Place, run: RunRecord, child: ChildProcess): Promise<RunRecord> {
  const process = await startedOf(child.pid as number);
  const after = { ...run, process };
  await writeRun(place.sessionsDir, after);
  const { id, agent, label, provider, background, host, worktree, session } = after;
  await tell(place, after, event("run:start", { run: id, agent, background, ...defined({ provider }) }));
  const holder = { ...process, host, worktree, at: now(), who: label };
  await writeHolder(sessionFolder(place, session.branch), holder);
  return after;
}

/** Records the end of a run: in the run, in the session's log; and removes the holder. */
export async function recordEnd(place: Place, run: RunRecord, { code, signal }: Ended): Promise<void> {
  // A user may have stopped the run meanwhile.
  const { stopped } = (await readRun(place.sessionsDir, run.id)) ?? run;
  await writeRun(place.sessionsDir, { ...run, ended: now(), code, ...defined({ signal, stopped }) });
  const how = { code, ...defined({ signal }), ...(stopped ? { stopped: true } : {}) };
  await tell(place, run, event("run:end", { run: run.id, agent: run.agent, ...how }));
  const folder = sessionFolder(place, run.session.branch);
  if ((await readHolder(folder))?.holder.pid === run.process?.pid) await removeHolder(folder);
}

/** Adds an event to the session's log. Ignores errors: the run matters more. */
async function tell(place: Place, run: RunRecord, told: SessionEvent): Promise<void> {
  await withSession(
    place,
    run.session.branch,
    async (session, lock) => {
      if (session.state.context.id === run.session.id)
        await saveSession(session, session.state, [told], lock);
    },
    { waitMs: WAIT, looks: true },
  ).catch(() => {});
}

/** Waits for a child process. The exit code of a signal is 128 plus its number, as in shells. */
export function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) =>
      resolve(signal === null ? { code: code ?? 1 } : { code: 128 + constants.signals[signal], signal }),
    );
  });
}

/**
 * Returns the environment of an agent: without git's variables of this call, and without a lock that we hold.
 */
export function environmentOf(launch: Pick<Launch, "env">): NodeJS.ProcessEnv {
  const { SESSION_LOCK: _lock, ...rest } = environmentWithoutWorktree();
  return { ...rest, ...launch.env };
}

/**
 * Starts the prepared agent of a background run, waits for its end, and records it. The agent writes into the
 * log itself, so it survives the death of this process.
 */
export async function waitForRun(cwd: string, id: string): Promise<void> {
  const place = await openPlace(cwd);
  const { sessionsDir } = place;
  const [found, launch] = [await readRun(sessionsDir, id), await takeLaunch(sessionsDir, id)];
  if (!found || !launch) return;
  // Ignores signals, because they are for the agent: this process must survive to record the end.
  onSignals(() => {});
  const run: RunRecord = { ...found, keeper: await startedOf(process.pid) };
  await writeRun(sessionsDir, run);
  const log = await openLog(sessionsDir, id);
  const inTmux = run.tmux !== undefined;
  if (inTmux) await intoLog(place, run);
  const input = launch.input === undefined ? "ignore" : "pipe";
  const child = spawn(launch.program, launch.args, {
    cwd: run.worktree,
    env: environmentOf(launch),
    // In a separate process group, the agent can be stopped with its children. In tmux it must be in the
    // terminal's group.
    detached: !inTmux,
    stdio: inTmux ? "inherit" : [input, log.fd, log.fd],
  });
  const end = endOf(child);
  end.catch(() => {});
  child.stdin?.on("error", () => {});
  child.stdin?.end(launch.input);
  const looks = setInterval(() => rotateLog(sessionsDir, id).catch(() => {}), LOOKS);

  let noted: RunRecord = run;
  try {
    if (child.pid !== undefined) noted = await recordStart(place, run, child);
    await recordEnd(place, noted, await end);
  } catch (error) {
    const why = (error as Error).message;
    await writeRun(sessionsDir, { ...noted, ended: now(), code: 127, error: why });
  } finally {
    clearInterval(looks);
    await log.close();
    await rotateLog(sessionsDir, id).catch(() => {});
  }
}

/** Lets tmux write the output of its pane into the log of the run. */
async function intoLog(place: Place, run: RunRecord): Promise<void> {
  const command = `cat >> ${shellWord(logFile(place.sessionsDir, run.id))}`;
  const child = spawn(
    "tmux",
    ["-L", run.tmux ?? "", "pipe-pane", "-t", environment().TMUX_PANE ?? "", command],
    { stdio: "ignore", env: environment() },
  );
  await endOf(child).catch(() => {});
}
