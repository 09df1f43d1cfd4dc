import type { Command } from "commander";
import { lastRun } from "../workflows/continue.ts";
import { runBehind, runHere } from "../workflows/run.ts";
import { type Act, type Call, examples } from "./call.ts";
import { promptOf, talks, tellEnded, tellStarted, tellTarget } from "./running.ts";

interface Options {
  readonly background?: boolean;
  readonly tmux?: boolean;
  readonly print?: boolean;
}

export function define(program: Command, act: Act): void {
  program
    .command("continue")
    .summary("go on with the agent that was started last")
    .description(
      "Starts the last agent of this branch's session again, else the last of all: in its session, and in its conversation where the agent can go on with one; else with the brief as it is now.",
    )
    .argument("[prompt]", "what to do; - reads standard input")
    .option("-p, --print", "no conversation: it does what the prompt says, and ends")
    .option("--background", "go on without this terminal")
    .option("--tmux", "in the background at a terminal of its own, which `background attach` shows")
    .addHelpText(
      "after",
      examples([
        ["session continue", ""],
        ['session continue "Now the tests" --background', ""],
      ]),
    )
    .action(act(goOn));
}

async function goOn(call: Call, message: string | undefined, options: Options): Promise<void> {
  const { tmux = false, print = false } = options;
  const background = options.background === true || tmux;
  const place = await call.place();
  const { run, session, conversation } = await lastRun(place);
  const request = {
    ...{ agent: run.agent, name: session.id, background, tmux },
    prompt: await promptOf(message),
    talks: tmux || (!background && !print && talks(call)),
    ...(conversation === undefined ? {} : { conversation }),
  };
  if (background) return tellStarted(call, await runBehind(place, request));
  tellEnded(
    call,
    await runHere(place, request, { quietly: call.out.json, before: (target) => tellTarget(call, target) }),
  );
}
