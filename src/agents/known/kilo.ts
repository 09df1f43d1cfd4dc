/** Kilo CLI, which was made of OpenCode: the same plugin in a folder of its own. */
import type { Agent } from "../shapes/agent.ts";
import { withPlugin } from "../shapes/plugin.ts";

export const agent: Agent = {
  order: 62,
  name: "kilo",
  label: "Kilo CLI",
  programs: ["kilo"],
  ...withPlugin({ name: "kilo", folder: ".kilo" }),
};
