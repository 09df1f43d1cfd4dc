/** Kilo CLI, a fork of OpenCode: it uses the same plugin in a different folder. */
import type { Agent } from "../shapes/agent.ts";
import { withPlugin } from "../shapes/plugin.ts";

export const agent: Agent = {
  order: 62,
  name: "kilo",
  label: "Kilo CLI",
  programs: ["kilo"],
  ...withPlugin({ name: "kilo", folder: ".kilo" }),
};
