import type { Command } from "@commander-js/extra-typings";
import { AGENTS } from "../agents/catalog/all.ts";
import type { About } from "../cli/command.ts";
import { MESSAGE, promptOf, runAgent, talks } from "../cli/run-agent.ts";
import { defined } from "../text/defined.ts";

export const about: About = {
  name: "run",
  group: "Agents",
  order: 10,
  summary: "Start an agent in a session",
  description:
    "Starts an agent in the worktree of this branch's session or of a named one, with the brief. It starts a session if there is none. With --background the agent survives this terminal; session background shows it. The setting agents.<name>.command sets another program.",
  examples: [
    ["session run claude", "in this session"],
    ['session run codex fix/crash --worktree -m "Reproduce it in a test"', "in its own worktree"],
    ['session run claude docs/api --worktree --background -m "Write it"', "in the background"],
    ["git diff | session run gemini -p -m -", "prompt from standard input"],
  ],
};

export function define(command: Command): void {
  command
    .argument(
      "<agent>",
      `${AGENTS.flatMap(({ name, runs }) => (runs ? [name] : [])).join(", ")}, or one of your own`,
    )
    .argument("[session]", "session or branch (default: this branch)")
    .option(...MESSAGE)
    .option("-p, --print", "answer once and exit")
    .option("--background", "run in the background")
    .option("--tmux", "run in the background, in a tmux terminal")
    .option("--worktree [path]", "run in its own worktree")
    .option("--parent <session>", "set the parent session")
    .option("--title <text>", "set the title of a session that this starts")
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
