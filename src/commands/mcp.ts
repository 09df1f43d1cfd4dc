import type { Command } from "commander";
import { type Act, examples } from "./call.ts";

export function define(program: Command, act: Act): void {
  program
    .command("mcp")
    .summary("an MCP server for agents, on standard input and output")
    .description(
      "Serves the repository around the current folder to one agent, by the Model Context Protocol on standard input and output: tools to read the brief and to record objectives, decisions and checkpoints, with resources and prompts. It ends when the agent goes away.",
    )
    .addHelpText(
      "after",
      examples([
        ["claude mcp add session -- session mcp", "Claude Code"],
        ["codex mcp add session -- session mcp", "Codex"],
        ["session -C ../other mcp", "of another repository"],
      ]),
    )
    .action(
      act(async ({ cwd, out }) => {
        const { serve } = await import("../mcp/server.ts");
        await serve(cwd, (text) => out.warn(text));
      }),
    );
}
