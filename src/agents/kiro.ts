/** Kiro CLI, and the Amazon Q CLI that it was made from. Both take what a hook prints as it is. */
import path from "node:path";
import { type Agent, type Asked, hookCommand, MCP_SERVER, plainWord } from "./agent.ts";
import type { Piece } from "./json.ts";

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

export const kiro: Agent = {
  name: "kiro",
  label: "Kiro CLI",
  programs: ["kiro-cli", "kiro"],
  targets: ({ root, texts }) => {
    const at = (file: string) => path.join(root, ".kiro", file);
    return [
      {
        kind: "json",
        file: at("hooks/session.json"),
        pieces: [{ kind: "needs", path: ["version"], value: "v1" }, ...HOOKS],
      },
      {
        kind: "json",
        file: at("settings/mcp.json"),
        pieces: [{ kind: "value", path: ["mcpServers", "session"], value: MCP_SERVER }],
      },
      { kind: "own", file: at("skills/session/SKILL.md"), text: texts.skill },
      { kind: "own", file: at("steering/session.md"), text: texts.block },
    ];
  },
  events: {
    SessionStart: "start",
    UserPromptSubmit: "prompt",
    PreToolUse: "tool:pre",
    PostToolUse: "tool:post",
    PreCompact: "compact",
    Stop: "turn",
  },
  answer: (_event, brief) => brief,
  runs: {
    talk: (asked) => ["chat", ...plainWord(asked.prompt)],
    task: (asked) => ["chat", "--no-interactive", ...plainWord(asked.prompt)],
  },
};

const Q = "amazonq";

export const amazonq: Agent = {
  name: Q,
  label: "Amazon Q CLI",
  programs: ["q"],
  targets: ({ scope, root, texts }) => {
    const folder = path.join(root, scope === "user" ? ".aws/amazonq" : ".amazonq");
    return [
      { kind: "own", file: path.join(folder, "cli-agents/session.json"), text: Q_AGENT },
      ...(scope === "user"
        ? []
        : [{ kind: "own" as const, file: path.join(folder, "rules/session.md"), text: texts.block }]),
    ];
  },
  events: {
    agentSpawn: "start",
    userPromptSubmit: "prompt",
    preToolUse: "tool:pre",
    postToolUse: "tool:post",
    stop: "turn",
  },
  answer: (_event, brief) => brief,
  runs: {
    talk: (asked) => ["chat", ...agentOfOurs(asked), ...plainWord(asked.prompt)],
    task: (asked) => ["chat", ...agentOfOurs(asked), "--no-interactive", ...plainWord(asked.prompt)],
  },
  trust: "hooks belong to an agent of its: q chat --agent session",
};

/** Hooks are run only for the agent that has them. */
const agentOfOurs = ({ installed }: Asked) => (installed ? ["--agent", "session"] : []);

const qHook = (event: string) => [{ command: hookCommand(Q, event), timeout_ms: 10_000 }];

const Q_AGENT = `${JSON.stringify(
  {
    name: "session",
    description: "The default agent, with the brief of this branch and the tools of session",
    mcpServers: { session: MCP_SERVER },
    tools: ["*"],
    resources: ["file://AGENTS.md", "file://README.md", "file://.amazonq/rules/**/*.md"],
    hooks: {
      agentSpawn: qHook("agentSpawn"),
      userPromptSubmit: qHook("userPromptSubmit"),
      stop: qHook("stop"),
    },
    useLegacyMcpJson: true,
  },
  null,
  2,
)}\n`;
