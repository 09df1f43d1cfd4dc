/**
 * GitHub Copilot CLI. It also runs hooks of .claude/settings.json; our hook for Claude Code gives it no
 * answer.
 */

import path from "node:path";
import { defined } from "../../text/defined.ts";
import {
  type Agent,
  block,
  hookCommand,
  json,
  MCP_SERVER,
  mcpServer,
  powershellCommand,
  resumed,
  sharedSkill,
  type Target,
  type Where,
} from "../shapes/agent.ts";
import type { Piece } from "../shapes/json.ts";

const NAME = "copilot";

const EVENTS: readonly (readonly [event: string, matcher?: string])[] = [
  ["sessionStart"],
  ["userPromptSubmitted"],
  ["preCompact", "manual|auto"],
  ["agentStop"],
  ["sessionEnd"],
];

const HOOKS: Piece[] = EVENTS.map(([event, matcher]) => ({
  kind: "item",
  path: ["hooks", event],
  value: {
    type: "command",
    ...defined({ matcher }),
    bash: hookCommand(NAME, event),
    powershell: powershellCommand(NAME, event),
    timeoutSec: 10,
  },
}));

export const agent: Agent = {
  order: 50,
  name: "copilot",
  label: "GitHub Copilot CLI",
  provider: "github",
  programs: ["copilot"],
  targets: (where) => [
    json(
      path.join(where.root, where.scope === "user" ? ".copilot/hooks" : ".github/hooks", "session.json"),
      { kind: "needs", path: ["version"], value: 1 },
      ...HOOKS,
    ),
    mcp(where),
    sharedSkill(where),
    // A .github/copilot-instructions.md would hide AGENTS.md from other agents.
    ...(where.scope === "user" ? [] : [block(path.join(where.root, "AGENTS.md"), where.text("block.md"))]),
  ],
  events: {
    sessionStart: "start",
    userPromptSubmitted: "prompt",
    preToolUse: "tool:pre",
    postToolUse: "tool:post",
    preCompact: "compact",
    agentStop: "turn",
    sessionEnd: "end",
  },
  answer: (event, brief) =>
    JSON.stringify({
      additionalContext: brief,
      // VS Code reads the same hook files, and of an answer only this key.
      hookSpecificOutput: { hookEventName: event, additionalContext: brief },
    }),
  runs: {
    talk: (asked) => [...resumed(asked), ...(asked.prompt === undefined ? [] : ["-i", asked.prompt])],
    task: (asked) => [...resumed(asked), "-p", asked.prompt ?? ""],
    resumes: "known",
  },
  trust: "it runs hooks of a repository only in a trusted folder",
  recalls: "always",
  isCaller: ({ COPILOT_CLI }) => COPILOT_CLI === "1",
};

function mcp({ scope, root }: Where): Target {
  const isUser = scope === "user";
  const server = { type: isUser ? "local" : "stdio", ...MCP_SERVER, ...(isUser ? { tools: ["*"] } : {}) };
  return json(path.join(root, isUser ? ".copilot/mcp-config.json" : ".mcp.json"), mcpServer(server));
}
