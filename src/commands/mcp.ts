import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";

export const about: About = {
  name: "mcp",
  group: "Set up",
  order: 70,
  summary: "Serve an agent over MCP on standard input and output",
  description:
    "Serves the repository of the current folder to an agent over the Model Context Protocol: tools, resources and prompts to read the brief and to record work. Exits when the agent disconnects.",
  examples: [
    ["claude mcp add session -- session mcp", "Claude Code"],
    ["codex mcp add session -- session mcp", "Codex"],
    ["session -C ../other mcp", "another repository"],
  ],
};

export function define(command: Command): void {
  command.does(async ({ cwd, out }) => {
    const { serve } = await import("../mcp/server.ts");
    await serve(cwd, (text) => out.warn(text));
  });
}
