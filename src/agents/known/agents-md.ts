/** Any agent that reads AGENTS.md and skills, and has no hooks. */
import path from "node:path";
import { type Agent, block, sharedSkill } from "../shapes/agent.ts";

export const agent: Agent = {
  order: 90,
  name: "agents-md",
  label: "any agent that reads AGENTS.md",
  programs: [],
  targets: (where) =>
    where.scope === "user"
      ? []
      : [block(path.join(where.root, "AGENTS.md"), where.text("block.md")), sharedSkill(where)],
  readers: {
    amp: "Amp",
    antigravity: "Antigravity",
    cline: "Cline",
    crush: "Crush",
    goose: "Goose",
    junie: "Junie",
    windsurf: "Windsurf",
    zed: "Zed",
    aider: "Aider (with `read: AGENTS.md` in .aider.conf.yml)",
  },
  events: {},
  answer: (_event, brief) => brief,
};
