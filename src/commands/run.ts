import type { Command } from "@commander-js/extra-typings";
import { AGENTS } from "../agents/catalog/all.ts";
import type { About } from "../cli/command.ts";
import { MESSAGE, promptOf, runAgent, talks } from "../cli/running.ts";
import { defined } from "../text/defined.ts";

export const about: About = {
  name: "run",
  group: "Agents",
  order: 10,
  summary: "Start an agent in a session, here or in the background",
  description:
    "Starts an agent in the worktree of a session, with the brief: this branch's session, or the one that is named, which is started where there is none.\n\nAt a terminal the agent has the terminal. With --background it outlives the terminal, and `session background` tells of it. The program is the agent's own, or what agents.<name>.command says in your own settings.",
  examples: [
    ["session run claude", "in this session"],
    ['session run codex fix/crash --worktree -m "Reproduce it in a test"', "in a folder of its own"],
    ['session run claude docs/api --worktree --background -m "Write it"', "go on with something else"],
    ["git diff | session run gemini -p -m -", "the prompt from standard input"],
  ],
};

export function define(command: Command): void {
  command
    .argument(
      "<agent>",
      `${AGENTS.flatMap(({ name, runs }) => (runs ? [name] : [])).join(", ")}, or one of your own`,
    )
    .argument("[session]", "session or branch")
    .option(...MESSAGE)
    .option("-p, --print", "no conversation: it does what the prompt says, and ends")
    .option("--background", "go on without this terminal")
    .option("--tmux", "in the background at a terminal of its own, which `background attach` shows")
    .option("--worktree [path]", "give the branch a folder of its own")
    .option("--parent <session>", "the session that the work is done for")
    .option("--title <text>", "title of a session that this starts; without a branch, that is made from it")
    .does(async (call, agent, name, options) => {
      const { message, tmux = false, print = false, worktree, parent, title } = options;
      const background = options.background === true || tmux;
      const taken = name === undefined && typeof worktree === "string";
      const prompt = await promptOf(message);
      const session = taken ? worktree : name;
      const request = {
        agent,
        prompt,
        background,
        tmux,
        talks: tmux || (!background && !print && talks(call)),
        ...defined({ name: session, said: message === "-" ? undefined : message?.trim() }),
        ...(worktree === undefined ? {} : { worktree: taken ? (true as const) : worktree }),
        ...defined({ parent, title }),
      };
      const place = await call.place({ bare: worktree !== undefined });
      return runAgent(call, place, request);
    });
}
