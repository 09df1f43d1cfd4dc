/** Any agent that reads AGENTS.md and skills, and has no hooks. */
import path from "node:path";
import type { Agent } from "../shapes/agent.ts";

export const agent: Agent = {
  order: 90,
  name: "agents-md",
  label: "any agent that reads AGENTS.md",
  programs: [],
  targets: ({ scope, root, text }) =>
    scope === "user"
      ? []
      : [
          { kind: "block", file: path.join(root, "AGENTS.md"), text: text("block.md") },
          { kind: "own", file: path.join(root, ".agents/skills/session/SKILL.md"), text: text("skill.md") },
        ],
  events: {},
  answer: (_event, brief) => brief,
};
