/** Gemini CLI. Its timeouts are milliseconds, and its output has to be JSON and nothing else. */
import path from "node:path";
import { type Agent, groups, hookCommand, MCP_SERVER, nested, resumedOrNamed, type Where } from "./agent.ts";

const NAME = "gemini";

const handler = (name: string, event: string) => ({
  name: `session-${name}`,
  type: "command",
  command: hookCommand(NAME, event),
  timeout: 10_000,
});

const HOOKS = groups([
  ["SessionStart", "*", handler("brief", "SessionStart")],
  ["PreCompress", "*", handler("compress", "PreCompress")],
  ["AfterAgent", undefined, handler("turn", "AfterAgent")],
  ["SessionEnd", "*", handler("end", "SessionEnd")],
]);

export const gemini: Agent = {
  name: NAME,
  label: "Gemini CLI",
  programs: ["gemini"],
  targets: (where) => [
    {
      kind: "json",
      file: path.join(where.root, ".gemini/settings.json"),
      pieces: [...HOOKS, { kind: "value", path: ["mcpServers", "session"], value: MCP_SERVER }],
    },
    { kind: "own", file: path.join(where.root, ".agents/skills/session/SKILL.md"), text: where.texts.skill },
    { kind: "block", file: instructions(where), text: where.texts.block },
  ],
  events: {
    SessionStart: "start",
    BeforeAgent: "prompt",
    BeforeTool: "tool:pre",
    AfterTool: "tool:post",
    PreCompress: "compact",
    AfterAgent: "turn",
    SessionEnd: "end",
  },
  answer: nested,
  runs: {
    talk: (asked) => [
      ...resumedOrNamed(asked),
      ...(asked.prompt === undefined ? [] : [`--prompt-interactive=${asked.prompt}`]),
    ],
    task: (asked) => [...resumedOrNamed(asked), `--prompt=${asked.prompt ?? ""}`],
    resumes: "named",
  },
  trust:
    "it runs project hooks only in a trusted folder, and reads settings only in the folder that it is started in",
};

function instructions({ scope, root }: Where): string {
  return path.join(root, scope === "user" ? ".gemini/GEMINI.md" : "GEMINI.md");
}
