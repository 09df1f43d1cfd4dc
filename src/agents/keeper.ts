/** Who waits for an agent: notes that it was started, and how it ended. In front that is the command, behind it `background keep`. */

import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { environmentWithoutWorktree } from "../git/environment.ts";
import { sessionFolder } from "../history/stored-session.ts";
import { openPlace, type Place } from "../place/place.ts";
import { withSession } from "../record/change.ts";
import { event } from "../record/event.ts";
import { runningProcesses } from "../record/processes.ts";
import type { SessionEvent } from "../session/events.ts";
import type { RunRecord, StartedProcess } from "../session/runs.ts";
import { readHolder, removeHolder, writeHolder } from "../store/holder.ts";
import { type Launch, logFile, openLog, readRun, rotateLog, takeLaunch, writeRun } from "../store/runs.ts";
import { saveSession } from "../store/save.ts";
import { environment, now, onSignals } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";

/** Longest wait for somebody who holds the session's lock, in milliseconds. */
const WAIT = 2_000;

/** How often the size of a log is looked at, in milliseconds. */
const LOOKS = 2_000;

export interface Ended {
  readonly code: number;
  readonly signal?: NodeJS.Signals;
}

/** What runs, and since when. */
export async function startedOf(pid: number): Promise<StartedProcess> {
  return { pid, started: (await runningProcesses([pid])).get(pid)?.started ?? null };
}

/** Notes the agent's process with the run and with its session. */
export async function began(place: Place, run: RunRecord, child: ChildProcess): Promise<RunRecord> {
  const process = await startedOf(child.pid as number);
  const after = { ...run, process };
  await writeRun(place.sessionsDir, after);
  const { id, agent, label, provider, background, host, worktree, session } = after;
  await tell(place, after, event("run:start", { run: id, agent, background, ...defined({ provider }) }));
  const holder = { ...process, host, worktree, at: now(), who: label };
  await writeHolder(sessionFolder(place, session.branch), holder);
  return after;
}

/** Notes how it ended. */
export async function ended(place: Place, run: RunRecord, { code, signal }: Ended): Promise<void> {
  // Somebody may have asked for its end meanwhile.
  const { stopped } = (await readRun(place.sessionsDir, run.id)) ?? run;
  await writeRun(place.sessionsDir, { ...run, ended: now(), code, ...defined({ signal, stopped }) });
  const how = { code, ...defined({ signal }), ...(stopped ? { stopped: true } : {}) };
  await tell(place, run, event("run:end", { run: run.id, agent: run.agent, ...how }));
  const folder = sessionFolder(place, run.session.branch);
  if ((await readHolder(folder))?.holder.pid === run.process?.pid) await removeHolder(folder);
}

/** A line in the session's log; one that cannot be written is no reason to lose the run. */
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

/** How a child ended; its exit code as shells have it. */
export function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) =>
      resolve(signal === null ? { code: code ?? 1 } : { code: 128 + constants.signals[signal], signal }),
    );
  });
}

/** Environment of an agent: nothing of git's that is about where we were called, nor of a lock that we hold. */
export function environmentOf(launch: Pick<Launch, "env">): NodeJS.ProcessEnv {
  const { SESSION_LOCK: _lock, ...rest } = environmentWithoutWorktree();
  return { ...rest, ...launch.env };
}

/**
 * Starts what was left for a run, waits for its end, and notes it. The agent writes into the log itself, so that it goes
 * on when this process is killed.
 */
export async function keep(cwd: string, id: string): Promise<void> {
  const place = await openPlace(cwd);
  const { sessionsDir } = place;
  const [found, launch] = [await readRun(sessionsDir, id), await takeLaunch(sessionsDir, id)];
  if (!found || !launch) return;
  // Signals are for the agent; we stay to note its end.
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
    // A group of its own can be stopped with all that it started; in tmux it has to be the terminal's.
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
    if (child.pid !== undefined) noted = await began(place, run, child);
    await ended(place, noted, await end);
  } catch (error) {
    const why = (error as Error).message;
    await writeRun(sessionsDir, { ...noted, ended: now(), code: 127, error: why });
  } finally {
    clearInterval(looks);
    await log.close();
  }
}

/** tmux shows the agent to whoever attaches, and writes what it shows into the log. */
async function intoLog(place: Place, run: RunRecord): Promise<void> {
  const command = `cat >> ${shellWord(logFile(place.sessionsDir, run.id))}`;
  const child = spawn(
    "tmux",
    ["-L", run.tmux ?? "", "pipe-pane", "-t", environment().TMUX_PANE ?? "", command],
    { stdio: "ignore", env: environment() },
  );
  await endOf(child).catch(() => {});
}
