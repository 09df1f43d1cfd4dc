/** Qwen Code. Its hooks and answers are those of Claude Code, in a settings file like that of Gemini CLI. */
import path from "node:path";
import {
  type Agent,
  agentsFile,
  CLAUDE_EVENTS,
  type Facts,
  groups,
  hookCommand,
  json,
  mcpServer,
  nested,
  option,
  own,
  plainWord,
  resumedOrNamed,
  switchedOff,
  type Where,
} from "../shapes/agent.ts";

const NAME = "qwen";

const handler = (event: string, more: object = {}) => ({
  type: "command",
  command: hookCommand(NAME, event),
  timeout: 10,
  ...more,
});

/** Hooks that only log do not make the agent wait. */
const ASIDE = { async: true };

const HOOKS = groups([
  ["SessionStart", "startup|resume|clear|compact", handler("SessionStart")],
  ["UserPromptSubmit", undefined, handler("UserPromptSubmit", ASIDE)],
  ["PreCompact", "manual|auto", handler("PreCompact")],
  ["Stop", undefined, handler("Stop")],
  ["SessionEnd", undefined, handler("SessionEnd")],
]);

export const agent: Agent = {
  order: 65,
  name: "qwen",
  label: "Qwen Code",
  programs: ["qwen"],
  targets: (where) => [
    json(inFolder(where, "settings.json"), ...HOOKS, mcpServer()),
    own(inFolder(where, "skills/session/SKILL.md"), where.text("skill.md")),
    agentsFile(where, inFolder(where, "AGENTS.md")),
  ],
  events: { ...CLAUDE_EVENTS, SessionEnd: "end" },
  answer: nested,
  runs: {
    talk: (asked) => [
      ...resumedOrNamed(asked),
      ...option("--append-system-prompt", asked.brief),
      ...(asked.prompt === undefined ? [] : ["--prompt-interactive", asked.prompt]),
    ],
    task: (asked) => [
      ...resumedOrNamed(asked),
      ...option("--append-system-prompt", asked.brief),
      ...plainWord(asked.prompt),
    ],
    briefs: true,
    resumes: "named",
  },
  trust:
    "it asks once whether the MCP server of the project may be used (qwen mcp approve session), and runs project hooks only in a trusted folder, where security.folderTrust.enabled is on",
  gaps,
  isCaller: ({ QWEN_CODE }) => QWEN_CODE === "1",
};

function inFolder({ root }: Where, file: string): string {
  return path.join(root, ".qwen", file);
}

/** Finds a setting that switches all hooks of Qwen Code off. */
function gaps(facts: Facts): string[] {
  const folders = [facts.home, facts.where.root];
  return switchedOff(
    facts,
    "disableAllHooks",
    folders.map((folder) => path.join(folder, ".qwen/settings.json")),
  );
}
