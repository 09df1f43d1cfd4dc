import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { also } from "../cli/options.ts";
import { runAgain } from "../cli/running.ts";

export const about: About = {
  name: "continue",
  aliases: ["chat"],
  group: "Agents",
  order: 20,
  summary: "Start the last agent again, in its conversation",
  description:
    "Starts the last agent of this branch's session again, else the last of all: in its session, and in its conversation where the agent can go on with one; else with the brief as it is now.",
  examples: [
    ["session continue", ""],
    ['session continue "Now the tests" --background', ""],
    ['session continue -s docs/api "Shorter, please"', "the last agent of another session"],
  ],
};

export function define(command: Command): void {
  const continued = command
    .argument("[prompt]", "what to do; - reads standard input")
    .option("-s, --session <session>", "of this session: id or the start of one, branch, title, @ or -")
    .option("-p, --print", "no conversation: it does what the prompt says, and ends")
    .option("--background", "go on without this terminal")
    .option("--tmux", "in the background at a terminal of its own, which `background attach` shows");
  also(command, { "--session-id": "--session" });
  continued.does(runAgain);
}
