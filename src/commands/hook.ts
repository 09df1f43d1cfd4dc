import type { Command } from "@commander-js/extra-typings";
import type { About, Call } from "../cli/command.ts";
import { Failure } from "../session/failure.ts";
import { surroundings } from "../surroundings.ts";
import { standardInput } from "../terminal/input.ts";

/** Maximum milliseconds that a hook may run, because git waits for it; a push also waits for a remote. */
const LIMIT = 5_000;
const PUSH_LIMIT = 30_000;

/** Maximum milliseconds of an agent's hook: less than the ten seconds that an agent waits. */
const AGENT_LIMIT = 9_000;

const OF_GIT = ["squash", "fold", "amend", "again", "refresh", "push", "rules"];

export const about: About = {
  name: "hook",
  group: "Plumbing",
  order: 20,
  summary: "Run a git hook or an agent's hook (internal)",
  description:
    "Internal: called by the hooks that session hooks install and session agents install put in place.",
};

export function define(command: Command): void {
  command
    .argument("<what>", `name of the git hook (${OF_GIT.join(", ")}) or of the agent`)
    .argument("[file]", "the commit message; push: the remote; an agent: its event")
    .argument("[more...]", "squash, again: what comments begin with; push: branches, as full refs")
    .does(async (call, what, file = "", more) => {
      if (!OF_GIT.includes(what)) return ofAgent(call, what, file);
      endAfter(what === "push" ? PUSH_LIMIT : LIMIT, 1);
      const place = await call.place({ silent: true });
      if (what === "push") return (await import("../sharing/push.ts")).pushWithBranches(place, file, more);
      if (what === "rules") {
        const { ruleWarnings } = await import("../checkpoint/rules.ts");
        for (const each of await ruleWarnings(place, { between: ["--cached"] })) call.out.warn(each);
        return;
      }
      const {
        refreshBlock: again,
        amendBlock: amend,
        foldBlocks: fold,
        refreshHookFiles: refresh,
        squashBlocks: squash,
      } = await import("../hooks/handlers.ts");
      if (what === "refresh") await refresh(place);
      else if (what === "squash") await squash(place, file, more[0] ?? "");
      else if (what === "again") await again(place, file, more[0] ?? "");
      else if (what === "fold") await fold(place, file);
      else await amend(place, file);
    });
}

/**
 * Handles an agent's hook, and exits with 0 even after an error. Throws Failure `usage` for an unknown agent.
 */
async function ofAgent({ cwd, out }: Call, name: string, event: string): Promise<void> {
  const { AGENTS } = await import("../agents/catalog/all.ts");
  const agent = AGENTS.find((each) => each.name === name);
  if (!agent)
    throw new Failure("usage", `"${name}" is neither a git hook nor an agent`, {
      advice: `known names: ${[...OF_GIT, ...AGENTS.map((each) => each.name)].join(", ")}`,
    });
  endAfter(AGENT_LIMIT, 0);
  try {
    const [{ agentCalled }, text] = await Promise.all([import("../agents/hook.ts"), standardInput()]);
    const answer = await agentCalled(agent, event, text, cwd);
    out.data(answer, answer);
  } catch {
    // Without a repository, no log exists for the error.
  }
}

function endAfter(milliseconds: number, code: number): void {
  const { exit } = surroundings();
  setTimeout(() => exit(code), milliseconds).unref();
}
