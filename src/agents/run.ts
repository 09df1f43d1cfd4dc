/** Starts an agent in a session, at the terminal or in the background. */

import { spawn, spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { notAppliedTexts } from "../lifecycle/start-or-resume.ts";
import type { Place } from "../place/place.ts";
import { atWorkText, currentRuns, viewOf } from "../record/runs.ts";
import { Failure } from "../session/failure.ts";
import { sessionId } from "../session/ids.ts";
import { isLive, MAX_CHILDREN, type RunRecord, type RunView, runName } from "../session/runs.ts";
import { branchOf } from "../session/state.ts";
import { withLock } from "../store/journal/lock.ts";
import { deleteOldRuns, makeRunsFolder, openLog, readRun, writeLaunch, writeRun } from "../store/runs.ts";
import { environment, now, onSignals, surroundings } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { oneLine } from "../text/foreign-text.ts";
import { recordPrompt } from "./record-prompt.ts";
import { checkCommand, commandOf, PROMPT_WORDS, type Startable, startable } from "./run-command.ts";
import { type Ended, endOf, environmentOf, recordEnd, recordStart, startedOf } from "./run-process.ts";
import { type Target, type TargetRequest, targetOf } from "./run-target.ts";

export interface RunRequest extends TargetRequest {
  readonly prompt: string | undefined;
  /** True if the user sits at a terminal. */
  readonly talks: boolean;
  /** True to run the agent in tmux in the background, so that users can attach. */
  readonly tmux?: boolean;
  /** Id of a conversation to continue. */
  readonly conversation?: string;
  /** As in `CommandRequest`. */
  readonly promptWords?: string;
  /** The prompt for the session's record: typed text only, never piped input. */
  readonly said?: string;
}

/** Maximum milliseconds that the start of a background agent may take. */
const PATIENCE = 15_000;

/**
 * Runs an agent at this terminal until it ends. `quietly`: prints the agent's output to standard error.
 * `before`: called with the target before the start.
 * @throws the failures of `targetOf` and `commandOf`; `at-work` if another agent works in the session;
 * `not-started`.
 */
export async function runHere(
  place: Place,
  request: RunRequest,
  options: { readonly quietly: boolean; readonly before: (target: Target) => void },
): Promise<{ run: RunView; ended: Ended }> {
  const { target, run, launch } = await ready(place, request);
  options.before(target);
  const input = launch.input === undefined ? (request.talks ? "inherit" : "ignore") : "pipe";
  const child = spawn(launch.program, launch.args, {
    cwd: run.worktree,
    env: environmentOf(launch),
    stdio: [input, options.quietly ? 2 : "inherit", "inherit"],
  });
  const leave = passSignals((signal) => child.kill(signal));
  try {
    const end = endOf(child);
    end.catch(() => {});
    child.stdin?.on("error", () => {});
    child.stdin?.end(launch.input);
    const kept = { ...run, keeper: await startedOf(process.pid) };
    const noted = child.pid === undefined ? run : await recordStart(target.place, kept, child);
    const how = await end.catch(async (error: Error) => {
      await writeRun(place.sessionsDir, { ...run, ended: now(), code: 127, error: error.message });
      throw new Failure("not-started", `${launch.program} could not be started: ${error.message}`);
    });
    await recordEnd(target.place, noted, how);
    const after = (await readRun(place.sessionsDir, run.id)) ?? noted;
    return { run: viewOf(place, after, how.code === 0 ? "done" : "failed"), ended: how };
  } finally {
    leave();
  }
}

/**
 * Starts an agent that outlives this command and its terminal.
 * @throws the failures of `runHere`; `no-tmux`.
 */
export async function runBehind(place: Place, request: RunRequest) {
  if (request.tmux && spawnSync("tmux", ["-V"], { stdio: "ignore", env: environment() }).status !== 0)
    throw new Failure("no-tmux", "tmux is not installed", {
      advice: "omit --tmux and pass a prompt with -m",
    });
  const { target, run, launch } = await ready(place, request);
  const { sessionsDir } = place;
  await (await openLog(sessionsDir, run.id)).close();
  await writeLaunch(sessionsDir, run.id, launch);
  const keeper = [process.execPath, path.resolve(process.argv[1] ?? ""), "background", "keep", run.id];
  const size = ["-x", "160", "-y", "48"];
  const inside = ["tmux", "-L", run.tmux ?? "", "new-session", "-d", ...size, "-c", run.worktree, "--"];
  const words = run.tmux === undefined ? keeper : [...inside, ...keeper];
  const { TMUX: _outer, TMUX_PANE: _pane, ...env } = environmentOf(launch);
  const child = spawn(words[0] ?? "", words.slice(1), {
    cwd: run.worktree,
    env,
    detached: true,
    stdio: "ignore",
    windowsHide: true,
  });
  child.on("error", () => {});
  child.unref();
  const after = await begunRun(sessionsDir, run.id);
  if (after?.error !== undefined || after?.process === undefined) {
    const why = after?.error ?? "it did not report back";
    throw new Failure("not-started", `${launch.program} could not be started: ${why}`);
  }
  return { run: viewOf(place, after, after.ended === undefined ? "running" : "done"), target };
}

async function begunRun(sessionsDir: string, id: string): Promise<RunRecord | undefined> {
  for (let waited = 0; waited < PATIENCE; waited += 25) {
    const run = await readRun(sessionsDir, id);
    if (run?.process !== undefined || run?.ended !== undefined) return run;
    await wait(25);
  }
  return undefined;
}

/**
 * Checks the request, finds the session, builds the command, and records the run. A session has at most one
 * run at a time.
 */
async function ready(place: Place, request: RunRequest) {
  const which = await startable(place, request.agent);
  if (request.prompt === undefined && request.background && !request.tmux && !which.own)
    throw new Failure("prompt-needed", `in the background, ${which.label} needs a prompt`, {
      hint: `${request.promptWords ?? PROMPT_WORDS}\n--tmux`,
    });
  // Checks the command first: a refusal must come before a branch or a worktree is created.
  checkCommand(which, request);
  const found = await targetOf(place, request);
  checkFree(await currentRuns(place), found.state.context.id, found.parent);
  // Comes before the command, whose brief shows the recorded prompt.
  const asked = request.said === undefined ? [] : await recordPrompt(found, which.label, request.said);
  const { program, args, input, conversation, why } = await commandOf(found.place, which, request);
  const left = notAppliedTexts(request.title === undefined || found.created ? [] : ["--title"]);
  const warnings = [...found.warnings, ...left, ...asked, ...(why === undefined ? [] : [why])];
  const target = { ...found, warnings };
  const run = runOf(target, which, request, program, conversation);
  const env = {
    SESSION_ID: run.session.id,
    SESSION_NAME: runName(run),
    SESSION_RUN: run.id,
    SESSION_AGENT: which.label,
    // An empty value hides the variable that a parent agent has set.
    SESSION_PARENT: run.parent ?? "",
  };
  await claim(place, run);
  return { target, run, launch: { program, args, env, ...defined({ input }) } };
}

function runOf(
  target: Target,
  which: Startable,
  request: RunRequest,
  program: string,
  conversation: string | undefined,
): RunRecord {
  const id = sessionId(crypto.getRandomValues(new Uint8Array(12)));
  const { context } = target.state;
  const prompt = request.prompt === undefined ? "" : oneLine(request.prompt).slice(0, 200);
  return {
    id,
    agent: which.name,
    label: which.label,
    ...defined({ provider: which.agent?.provider }),
    program,
    session: { id: context.id, branch: branchOf(context), title: context.title },
    ...defined({ parent: target.parent }),
    ...(prompt === "" ? {} : { prompt }),
    worktree: target.place.repository.root,
    host: os.hostname(),
    background: request.background,
    ...(request.tmux ? { tmux: `session-${id}` } : {}),
    ...defined({ conversation }),
    began: now(),
  };
}

/** Throws Failure `at-work`; `too-many` if one parent has too many running children. */
function checkFree(all: Awaited<ReturnType<typeof currentRuns>>, session: string, parent?: string): void {
  const live = all.filter(({ state }) => isLive(state)).map(({ record }) => record);
  const other = live.find((each) => each.session.id === session);
  // An agent may start another agent in its own session.
  if (other && environment().SESSION_ID !== session)
    throw new Failure("at-work", atWorkText(other), {
      hint: other.background
        ? `session background logs ${other.id}\nsession background stop ${other.id}`
        : "session run <agent> <branch> --worktree",
    });
  const siblings = live.filter((each) => each.parent !== undefined && each.parent === parent);
  if (environment().SESSION_ID && siblings.length >= MAX_CHILDREN)
    throw new Failure("too-many", `${siblings.length} agents are already at work for this session`, {
      advice: "wait for one to end",
      hint: "session background",
    });
}

/** Records a run. @throws as `checkFree`: another process may have started an agent meanwhile. */
async function claim(place: Place, run: RunRecord): Promise<void> {
  const { sessionsDir } = place;
  const folder = await makeRunsFolder(sessionsDir);
  await withLock(folder, async () => {
    const all = await currentRuns(place);
    checkFree(all, run.session.id, run.parent);
    await writeRun(sessionsDir, run);
    const over = all.filter(({ state }) => !isLive(state)).map(({ record }) => record);
    await deleteOldRuns(sessionsDir, over);
  });
}

/** Passes signals on to the agent. Returns a function that stops this. */
function passSignals(send: (signal: NodeJS.Signals) => void): () => void {
  return onSignals(
    (signal) => {
      // Keys such as Ctrl-C reach the agent through the terminal.
      if (!surroundings().isTerminal(0) || (signal !== "SIGINT" && signal !== "SIGQUIT")) send(signal);
    },
    ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"],
  );
}
