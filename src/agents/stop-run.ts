/** Stops a background run. */
import os from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import type { Place } from "../place/place.ts";
import { isRunAlive, viewOf } from "../record/runs.ts";
import { Failure } from "../session/failure.ts";
import type { RunRecord, RunView } from "../session/runs.ts";
import { readRun, writeRun } from "../store/runs.ts";
import { now } from "../surroundings.ts";
import { recordEnd } from "./run-process.ts";

/**
 * Stops a background run: SIGTERM to its process group, then SIGKILL. `grace`: milliseconds between the two.
 * @throws Failure `not-running`; `elsewhere` for a run on another machine.
 */
export async function stopRun(place: Place, record: RunRecord, grace: number): Promise<RunView> {
  const { sessionsDir } = place;
  if (record.host !== os.hostname())
    throw new Failure("elsewhere", `run ${record.id} is on another machine: ${record.host}`, {
      advice: "stop it on that machine",
    });
  const found = record.process;
  if (!found || !(await isRunAlive(found)))
    throw new Failure("not-running", `${record.agent} is no longer running (run ${record.id})`, {
      hint: `session background logs ${record.id}`,
    });
  await writeRun(sessionsDir, { ...record, stopped: now() });
  // In tmux the agent shares a process group with the process that records its end.
  const isAlone = record.tmux !== undefined || process.platform === "win32";
  const whom = isAlone ? found.pid : -found.pid;
  send(whom, "SIGTERM");
  // After the agent's own end, its children get one second to end.
  for (let left = grace; left > 0 && exists(whom); left -= 50) {
    if (!exists(found.pid)) left = Math.min(left, 1_000);
    await wait(50);
  }
  if (exists(whom)) send(whom, "SIGKILL");
  const noted = await noteOf(sessionsDir, record.id);
  // The process that would record the agent's end is gone too.
  if (noted?.ended === undefined)
    await recordEnd(
      place,
      { ...record, stopped: now() },
      { code: 128 + os.constants.signals.SIGTERM, signal: "SIGTERM" },
    );
  const after = (await readRun(sessionsDir, record.id)) ?? record;
  return viewOf(place, after, "stopped");
}

async function noteOf(sessionsDir: string, id: string): Promise<RunRecord | undefined> {
  let run = await readRun(sessionsDir, id);
  for (let waited = 0; waited < 3_000 && run?.ended === undefined; waited += 50) {
    if (run?.keeper === undefined || !(await isRunAlive(run.keeper))) return readRun(sessionsDir, id);
    await wait(50);
    run = await readRun(sessionsDir, id);
  }
  return run;
}

function send(whom: number, signal: NodeJS.Signals): void {
  try {
    process.kill(whom, signal);
  } catch {
    // The process ended meanwhile, so no signal is needed.
  }
}

function exists(whom: number): boolean {
  try {
    process.kill(whom, 0);
    return true;
  } catch {
    return false;
  }
}
