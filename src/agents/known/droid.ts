/** Factory Droid. Its hooks and their answers are those of Claude Code. */
import path from "node:path";
import {
  type Agent,
  agentsFile,
  CLAUDE_EVENTS,
  type Facts,
  groups,
  hookCommand,
  json,
  MCP_SERVER,
  mcpServer,
  nested,
  own,
  plainWord,
  resumed,
  switchedOff,
  type Where,
} from "../shapes/agent.ts";

const handler = (event: string) => ({ type: "command", command: hookCommand("droid", event), timeout: 10 });

const HOOKS = groups([
  ["SessionStart", undefined, handler("SessionStart")],
  ["UserPromptSubmit", undefined, handler("UserPromptSubmit")],
  ["PreCompact", undefined, handler("PreCompact")],
  ["Stop", undefined, handler("Stop")],
  ["SessionEnd", undefined, handler("SessionEnd")],
]);

export const agent: Agent = {
  order: 66,
  name: "droid",
  label: "Factory Droid",
  programs: ["droid"],
  targets: (where) => [
    json(inFolder(where, "settings.json"), ...HOOKS),
    json(inFolder(where, "mcp.json"), mcpServer({ type: "stdio", ...MCP_SERVER })),
    own(inFolder(where, "skills/session/SKILL.md"), where.text("skill.md")),
    agentsFile(where, inFolder(where, "AGENTS.md")),
  ],
  events: { ...CLAUDE_EVENTS, SessionEnd: "end" },
  answer: nested,
  runs: {
    talk: (asked) => [...resumed(asked), ...plainWord(asked.prompt)],
    task: (asked) => ["exec", ...session(asked.conversation?.id), ...plainWord(asked.prompt)],
    resumes: "known",
  },
  trust: "it runs project hooks only in a trusted folder",
  gaps,
};

const session = (id: string | undefined) => (id === undefined ? [] : ["--session-id", id]);

function inFolder({ root }: Where, file: string): string {
  return path.join(root, ".factory", file);
}

/** Finds a setting that switches all hooks of Factory Droid off. */
function gaps(facts: Facts): string[] {
  const folders = [facts.home, facts.where.root];
  return switchedOff(
    facts,
    "hooksDisabled",
    folders.map((folder) => path.join(folder, ".factory/settings.json")),
  );
}
