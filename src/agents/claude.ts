/** Claude Code. It runs the hooks of project and user settings, the same one once. */
import path from "node:path";
import {
  type Agent,
  type Asked,
  groups,
  hookCommand,
  MCP_SERVER,
  nested,
  option,
  plainWord,
  resumedOrNamed,
  type Target,
  type Where,
} from "./agent.ts";

const NAME = "claude";

/** Tools whose use is worth a line in the log. */
const TOOLS = "Bash|Edit|Write|NotebookEdit";

const handler = (event: string, timeout: number, more: object = {}) => ({
  type: "command",
  command: hookCommand(NAME, event),
  timeout,
  ...more,
});

/** Nobody waits for what is only noted. */
const ASIDE = { async: true };

const HOOKS = groups([
  ["SessionStart", "startup|resume|clear|compact|fork", handler("SessionStart", 10)],
  ["UserPromptSubmit", undefined, handler("UserPromptSubmit", 10, ASIDE)],
  ["PreToolUse", TOOLS, handler("PreToolUse", 10, ASIDE)],
  ["PostToolUse", TOOLS, handler("PostToolUse", 10, ASIDE)],
  ["PreCompact", "manual|auto", handler("PreCompact", 10)],
  ["Stop", undefined, handler("Stop", 10)],
  ["SessionEnd", undefined, handler("SessionEnd", 5)],
]);

export const claude: Agent = {
  name: NAME,
  label: "Claude Code",
  programs: ["claude"],
  targets: (where) => [
    { kind: "json", file: inFolder(where, "settings.json"), pieces: HOOKS },
    {
      kind: "json",
      file: mcpFile(where),
      pieces: [{ kind: "value", path: ["mcpServers", "session"], value: { type: "stdio", ...MCP_SERVER } }],
    },
    { kind: "own", file: inFolder(where, "skills/session/SKILL.md"), text: where.texts.skill },
    ...instructions(where),
  ],
  events: {
    SessionStart: "start",
    UserPromptSubmit: "prompt",
    PreToolUse: "tool:pre",
    PostToolUse: "tool:post",
    PreCompact: "compact",
    Stop: "turn",
    SessionEnd: "end",
  },
  answer: nested,
  runs: {
    talk: (asked) => [...resumedOrNamed(asked), ...briefOf(asked), ...plainWord(asked.prompt)],
    task: (asked) => ["-p", ...resumedOrNamed(asked), ...briefOf(asked)],
    reads: true,
    briefs: true,
    resumes: "named",
  },
  trust:
    "it asks once whether the folder is trusted, and reads project settings only in the folder that it is started in",
};

const briefOf = ({ brief }: Asked) => option("--append-system-prompt", brief);

function inFolder({ scope, root, env }: Where, file: string): string {
  const folder =
    scope === "user" && env.CLAUDE_CONFIG_DIR ? env.CLAUDE_CONFIG_DIR : path.join(root, ".claude");
  return path.join(folder, file);
}

function mcpFile({ scope, root, env }: Where): string {
  if (scope === "project") return path.join(root, ".mcp.json");
  return path.join(env.CLAUDE_CONFIG_DIR || root, ".claude.json");
}

/** A CLAUDE.md that is not there is not made: it would hide AGENTS.md, which is read where there is none. */
function instructions(where: Where): Target[] {
  const block = (file: string): Target => ({ kind: "block", file, text: where.texts.block });
  if (where.scope === "user") return [block(inFolder(where, "CLAUDE.md"))];
  const at = (file: string) => path.join(where.root, file);
  const agents = at("AGENTS.md");
  const files = [at("CLAUDE.md"), at(".claude/CLAUDE.md")];
  const rule: Target = { kind: "own", file: at(".claude/rules/session.md"), text: where.texts.block };
  if (where.all) return [...files, agents].map(block).concat(rule);
  const there = files.filter((file) => where.see(file) !== undefined);
  const imports = there.some((file) => /(^|\s)@(\.{1,2}\/)?AGENTS\.md\b/m.test(where.see(file) ?? ""));
  const [first] = there;
  if (first && !imports) return [block(first)];
  // A CLAUDE.local.md is one person's, and hides AGENTS.md from them too.
  return where.see(at("CLAUDE.local.md")) !== undefined && !imports ? [rule] : [block(agents)];
}
