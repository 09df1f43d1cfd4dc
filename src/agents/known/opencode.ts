/** OpenCode. It has no hooks but plugins, which run inside of it: ours calls the program and puts the brief into the system prompt. */
import path from "node:path";
import {
  type Agent,
  type Asked,
  block,
  json,
  option,
  own,
  plainWord,
  sharedSkill,
  value,
  type Where,
} from "../shapes/agent.ts";

const MCP = value(["mcp", "session"], { type: "local", command: ["session", "mcp"], enabled: true });

export const agent: Agent = {
  order: 60,
  name: "opencode",
  label: "OpenCode",
  programs: ["opencode"],
  targets: (where) => [
    own(inFolder(where, "plugins/session.js"), where.text("opencode.js")),
    ...settings(where).map((file) => json(file, MCP)),
    sharedSkill(where),
    block(
      where.scope === "user" ? inFolder(where, "AGENTS.md") : path.join(where.root, "AGENTS.md"),
      where.text("block.md"),
    ),
  ],
  events: {
    "session.created": "start",
    "chat.message": "prompt",
    "tool.execute.before": "tool:pre",
    "tool.execute.after": "tool:post",
    "session.compacting": "compact",
    "session.idle": "turn",
    dispose: "end",
  },
  answer: (_event, brief) => brief,
  runs: {
    talk: (asked) => [
      ...conversationOf(asked),
      ...(asked.prompt === undefined ? [] : [`--prompt=${asked.prompt}`]),
    ],
    task: (asked) => ["run", ...conversationOf(asked), ...plainWord(asked.prompt)],
    resumes: "known",
  },
};

const conversationOf = ({ conversation }: Asked) => option("--session", conversation?.id);

function inFolder({ scope, root, env }: Where, file: string): string {
  if (scope === "project") return path.join(root, ".opencode", file);
  return path.join(env.XDG_CONFIG_HOME || path.join(root, ".config"), "opencode", file);
}

/** `opencode.json`, or the one with comments where that is there. */
function settings(where: Where): string[] {
  const at = (file: string) => (where.scope === "user" ? inFolder(where, file) : path.join(where.root, file));
  const files = [at("opencode.jsonc"), at("opencode.json")];
  if (where.all) return files;
  return files.filter((file, n) => n === 1 || where.see(file) !== undefined).slice(0, 1);
}
