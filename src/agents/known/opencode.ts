/** OpenCode. Its plugin puts the brief into the system prompt. */
import type { Agent } from "../shapes/agent.ts";
import { withPlugin } from "../shapes/plugin.ts";

export const agent: Agent = {
  order: 60,
  name: "opencode",
  label: "OpenCode",
  programs: ["opencode"],
  ...withPlugin({ name: "opencode", folder: ".opencode" }),
};
