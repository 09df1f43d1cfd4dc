import type { Command } from "@commander-js/extra-typings";
import { lastRun } from "../agents/continue.ts";
import type { About } from "../cli/command.ts";
import { promptOf, runAgent, talks } from "../cli/running.ts";
import { defined } from "../text/defined.ts";

export const about: About = {
  name: "continue",
  group: "Agents",
  order: 20,
  summary: "Continue the last agent, in its conversation",
  description:
    "Starts the last agent of this branch's session again, or else the last one of all. It continues its conversation if the agent can, or else starts with a new brief.",
  examples: [
    ["session continue", "in this terminal"],
    ['session continue "Now the tests" --background', "in the background"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[prompt]", "what to do; - reads standard input")
    .option("-p, --print", "answer once and exit")
    .option("--background", "run in the background")
    .option("--tmux", "run in the background, in a tmux terminal")
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
