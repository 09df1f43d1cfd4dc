/** Reads the prompt and prints messages about a run, for the commands that start agents. */

import { fstatSync } from "node:fs";
import { type RunRequest, runBehind, runHere } from "../agents/run.ts";
import type { Target } from "../agents/run-target.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { surroundings } from "../surroundings.ts";
import { wholeInput } from "../terminal/input.ts";
import { startedLine } from "../terminal/screens/background.ts";
import { defined } from "../text/defined.ts";
import type { Call } from "./command.ts";

export const MESSAGE = ["-m, --message <prompt>", "set the prompt; - reads standard input"] as const;

/**
 * Returns the prompt from the option or from standard input; undefined for none. @throws Failure `usage` if
 * empty.
 */
export async function promptOf(message: string | undefined): Promise<string | undefined> {
  const text = message === "-" ? await wholeInput() : (message ?? (await piped()));
  if (text === undefined || text.trim() !== "") return text?.trim();
  throw new Failure("usage", "the prompt is empty");
}

/** Reads a prompt from a pipe on standard input; undefined without a pipe, or if it is empty. */
async function piped(): Promise<string | undefined> {
  const { stdin, isTerminal } = surroundings();
  if (isTerminal(0)) return undefined;
  try {
    // A character device such as /dev/null has no prompt.
    if (stdin.fd !== undefined && fstatSync(stdin.fd).isCharacterDevice()) return undefined;
  } catch {
    return undefined;
  }
  const { standardInput } = await import("../terminal/input.ts");
  const text = await standardInput();
  return text.trim() === "" ? undefined : text;
}

/** Returns whether standard input and output are a terminal, so that the user can talk to the agent. */
export const talks = ({ out }: Call): boolean =>
  surroundings().isTerminal(0) && surroundings().isTerminal(1) && !out.json;

/** Prints warnings and the new session before the agent takes over the terminal. */
function tellTarget({ out }: Call, { warnings, created, place, state }: Target): void {
  for (const each of warnings) out.warn(each);
  const { title, id } = state.context;
  if (created) out.say(`Session ${title} (${id}) started in ${place.repository.root}.`);
}

/** Options of the commands that continue with the last agent. */
interface Continuing {
  readonly session?: string;
  readonly print?: boolean;
  readonly background?: boolean;
  readonly tmux?: boolean;
}

/** Starts the last agent of a session again, in its conversation if possible. Returns its exit code. */
export async function runAgain(
  call: Call,
  message: string | undefined,
  options: Continuing,
): Promise<number> {
  const { lastRun } = await import("../agents/last-run.ts");
  const { tmux = false, print = false } = options;
  const background = options.background === true || tmux;
  const place = await call.place();
  const { run, session, conversation } = await lastRun(place, options.session);
  return runAgent(call, place, {
    agent: run.agent,
    name: session.id,
    background,
    tmux,
    prompt: await promptOf(message),
    promptWords: '"..."',
    talks: tmux || (!background && !print && talks(call)),
    ...defined({ conversation }),
  });
}

/** Starts an agent, on this terminal or in the background, and prints the result. Returns its exit code. */
export async function runAgent(call: Call, place: Place, request: RunRequest): Promise<number> {
  const { out } = call;
  if (request.background) {
    const { run, target } = await runBehind(place, request);
    tellTarget(call, target);
    out.done(startedLine(run), { run }, run.id);
    out.hint(
      run.tmux === null
        ? `session background logs ${run.id} --follow`
        : `session background attach ${run.id}`,
    );
    return 0;
  }
  const before = (target: Target) => tellTarget(call, target);
  const { run, ended } = await runHere(place, request, { quietly: out.json, before });
  if (out.json) out.data("", { run });
  return ended.code;
}
