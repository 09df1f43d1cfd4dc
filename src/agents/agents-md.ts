/** Any agent that reads AGENTS.md and skills, and has no hooks. */
import path from "node:path";
import type { Agent } from "./agent.ts";

export const agentsMd: Agent = {
  name: "agents-md",
  label: "any agent that reads AGENTS.md",
  programs: [],
  targets: ({ scope, root, texts }) =>
    scope === "user"
      ? []
      : [
          { kind: "block", file: path.join(root, "AGENTS.md"), text: texts.block },
          { kind: "own", file: path.join(root, ".agents/skills/session/SKILL.md"), text: texts.skill },
        ],
  events: {},
  answer: (_event, brief) => brief,
};
