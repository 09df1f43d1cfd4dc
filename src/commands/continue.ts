import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { also } from "../cli/options.ts";
import { runAgain } from "../cli/run-agent.ts";

export const about: About = {
  name: "continue",
  aliases: ["chat"],
  group: "Agents",
  order: 20,
  summary: "Continue the last agent, in its conversation",
  description:
    "Starts the last agent of this branch's session again, or else the last agent of this clone. The agent continues its conversation if it can; otherwise it starts with a new brief.",
  examples: [
    ["session continue", "in this terminal"],
    ['session continue "Now the tests" --background', "in the background"],
    ['session continue -s docs/api "Shorter, please"', "in another session"],
  ],
};

export function define(command: Command): void {
  const continued = command
    .argument("[prompt]", "prompt for the agent; - reads standard input")
    .option("-s, --session <session>", "choose the session (default: this branch's)")
    .option("-p, --print", "answer once and exit")
    .option("--background", "run in the background")
    .option("--tmux", "run in the background, in a tmux terminal");
  also(command, { "--session-id": "--session" });
  continued.does(runAgain);
}
