import type { Command } from "@commander-js/extra-typings";
import { lastRun } from "../agents/continue.ts";
import type { About } from "../cli/command.ts";
import { promptOf, runAgent, talks } from "../cli/running.ts";
import { defined } from "../text/defined.ts";

export const about: About = {
  name: "continue",
  group: "Agents",
  order: 20,
  summary: "Start the last agent again, in its conversation",
  description:
    "Starts the last agent of this branch's session again, else the last of all: in its session, and in its conversation where the agent can go on with one; else with the brief as it is now.",
  examples: [
    ["session continue", ""],
    ['session continue "Now the tests" --background', ""],
  ],
};

export function define(command: Command): void {
  command
    .argument("[prompt]", "what to do; - reads standard input")
    .option("-p, --print", "no conversation: it does what the prompt says, and ends")
    .option("--background", "go on without this terminal")
    .option("--tmux", "in the background at a terminal of its own, which `background attach` shows")
    .does(async (call, message, options) => {
      const { tmux = false, print = false } = options;
      const background = options.background === true || tmux;
      const place = await call.place();
      const { run, session, conversation } = await lastRun(place);
      const request = {
        agent: run.agent,
        name: session.id,
        background,
        tmux,
        prompt: await promptOf(message),
        talks: tmux || (!background && !print && talks(call)),
        ...defined({ conversation }),
      };
      return runAgent(call, place, request);
    });
}
