import type { Command } from "commander";
import { AGENTS } from "../agents/catalog/all.ts";
import type { About, Act, Call } from "../cli/command.ts";
import { amend, fold, refresh, squash } from "../hooks/hook.ts";
import { Failure } from "../session/failure.ts";
import { pushAlong } from "../sharing/push.ts";
import { surroundings } from "../surroundings.ts";
import { standardInput } from "../terminal/input.ts";

/** git waits for its hooks, so nothing may take longer, in milliseconds; a push talks to somebody. */
const LIMIT = 5_000;
const PUSH_LIMIT = 30_000;

/** An agent waits ten seconds. */
const AGENT_LIMIT = 9_000;

const OF_GIT = ["squash", "fold", "amend", "refresh", "push"];

export const about: About = {
  name: "hook",
  group: "Plumbing",
  order: 20,
  summary: "Run what a git hook or an agent's hook asks for",
  description:
    "Called by the hooks that `session hooks install` and `session agents install` put in place; not made to be typed.",
};

export function define(command: Command, act: Act): void {
  command
    .argument("<what>", `what to do for git (${OF_GIT.join(", ")}), or an agent's name`)
    .argument("[file]", "the commit message; push: the remote; an agent: its event")
    .argument("[more...]", "squash: what comments begin with; push: branches, as full refs")
    .action(
      act(async (call, what: string, file: string, more: string[]) => {
        const agent = AGENTS.find((each) => each.name === what);
        if (agent) return ofAgent(call, what, file ?? "");
        if (!OF_GIT.includes(what))
          throw new Failure("usage", `hook knows no "${what}"`, {
            exit: 2,
            hint: [...OF_GIT, ...AGENTS.map((each) => each.name)].join(", "),
          });
        endAfter(what === "push" ? PUSH_LIMIT : LIMIT, 1);
        const place = await call.place({ silent: true });
        if (what === "refresh") await refresh(place);
        else if (what === "squash") await squash(place, file, more[0] ?? "");
        else if (what === "fold") await fold(place, file);
        else if (what === "push") await pushAlong(place, file, more);
        else await amend(place, file);
      }),
    );
}

/** Whatever happens, an agent is not held up: the exit code is 0. */
async function ofAgent({ cwd, out }: Call, name: string, event: string): Promise<void> {
  endAfter(AGENT_LIMIT, 0);
  try {
    const [{ agentCalled }, { agentOf }, text] = await Promise.all([
      import("../agents/hook.ts"),
      import("../agents/catalog/all.ts"),
      standardInput(),
    ]);
    const answer = await agentCalled(agentOf(name), event, text, cwd);
    out.data(answer, answer);
  } catch {
    // There is no repository to write it down in, or nothing that could be said to an agent.
  }
}

function endAfter(milliseconds: number, code: number): void {
  const { exit } = surroundings();
  setTimeout(() => exit(code), milliseconds).unref();
}
