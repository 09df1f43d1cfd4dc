/** Shared by the commands that start agents: the prompt, and messages about a run. */

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

/** The prompt that was given, or piped in; undefined for none. Failure `usage` for one without a word. */
export async function promptOf(message: string | undefined): Promise<string | undefined> {
  const text = message === "-" ? await wholeInput() : (message ?? (await piped()));
  if (text === undefined || text.trim() !== "") return text?.trim();
  throw new Failure("usage", "the prompt is empty");
}

/** What is piped in is a prompt; where nothing is, none. */
async function piped(): Promise<string | undefined> {
  const { stdin, isTerminal } = surroundings();
  if (isTerminal(0)) return undefined;
  try {
    // /dev/null, or something of its kind.
    if (stdin.fd !== undefined && fstatSync(stdin.fd).isCharacterDevice()) return undefined;
  } catch {
    return undefined;
  }
  const { standardInput } = await import("../terminal/input.ts");
  const text = await standardInput();
  return text.trim() === "" ? undefined : text;
}

/** Whether somebody sits at a terminal, and sees what is printed. */
export const talks = ({ out }: Call): boolean =>
  surroundings().isTerminal(0) && surroundings().isTerminal(1) && !out.json;

/** What is said before an agent has the terminal. */
function tellTarget({ out }: Call, { warnings, created, place, state }: Target): void {
  for (const each of warnings) out.warn(each);
  const { title, id } = state.context;
  if (created) out.say(`Session ${title} (${id}) started in ${place.repository.root}.`);
}

/** Options of what goes on with an agent. */
interface Continuing {
  readonly session?: string;
  readonly print?: boolean;
  readonly background?: boolean;
  readonly tmux?: boolean;
}

/** Starts the last agent of a session again, in its conversation where it can. Returns the exit code of the program. */
export async function runAgain(
  call: Call,
  message: string | undefined,
  options: Continuing,
): Promise<number> {
  const { lastRun } = await import("../agents/continue.ts");
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
    talks: tmux || (!background && !print && talks(call)),
    ...defined({ conversation }),
  });
}

/** Starts an agent, here or in the background, and shows what became of it. Returns the exit code of the program. */
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
