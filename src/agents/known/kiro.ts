/** Kiro CLI. It accepts the plain text that a hook prints. */
import path from "node:path";
import { type Agent, CLAUDE_EVENTS, hookCommand, json, mcpServer, own, plainWord } from "../shapes/agent.ts";
import type { Piece } from "../shapes/json.ts";

const KIRO_HOOKS: readonly (readonly [name: string, trigger: string])[] = [
  ["session-brief", "SessionStart"],
  ["session-prompt", "UserPromptSubmit"],
  ["session-compact", "PreCompact"],
  ["session-turn", "Stop"],
];

const HOOKS: Piece[] = KIRO_HOOKS.map(([name, trigger]) => ({
  kind: "item",
  path: ["hooks"],
  value: {
    name,
    trigger,
    action: { type: "command", command: hookCommand("kiro", trigger) },
    timeout: 30,
    enabled: true,
  },
}));

export const agent: Agent = {
  order: 70,
  name: "kiro",
  label: "Kiro CLI",
  provider: "amazon",
  programs: ["kiro-cli", "kiro"],
  targets: ({ root, text }) => {
    const at = (file: string) => path.join(root, ".kiro", file);
    return [
      json(at("hooks/session.json"), { kind: "needs", path: ["version"], value: "v1" }, ...HOOKS),
      json(at("settings/mcp.json"), mcpServer()),
      own(at("skills/session/SKILL.md"), text("skill.md")),
      own(at("steering/session.md"), text("block.md")),
    ];
  },
  events: CLAUDE_EVENTS,
  answer: (_event, brief) => brief,
  recalls: "always",
  runs: {
    talk: (asked) => ["chat", ...plainWord(asked.prompt)],
    task: (asked) => ["chat", "--no-interactive", ...plainWord(asked.prompt)],
  },
};
