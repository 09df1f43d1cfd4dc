/** Amazon Q CLI. It accepts the plain text that a hook prints. */
import path from "node:path";
import { type Agent, type Asked, hookCommand, MCP_SERVER, own, plainWord } from "../shapes/agent.ts";

export const agent: Agent = {
  order: 80,
  name: "amazonq",
  label: "Amazon Q CLI",
  provider: "amazon",
  programs: ["q"],
  targets: ({ scope, root, text }) => {
    const folder = path.join(root, scope === "user" ? ".aws/amazonq" : ".amazonq");
    return [
      own(path.join(folder, "cli-agents/session.json"), Q_AGENT),
      ...(scope === "user" ? [] : [own(path.join(folder, "rules/session.md"), text("block.md"))]),
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
  trust: "its hooks belong to the agent of this name: q chat --agent session",
};

/** Amazon Q runs hooks only for the agent definition that contains them. */
const agentOfOurs = ({ installed }: Asked) => (installed ? ["--agent", "session"] : []);

const qHook = (event: string) => [{ command: hookCommand("amazonq", event), timeout_ms: 10_000 }];

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
