/** pi. It has extensions instead of hooks: ours calls `session` and adds the brief to the system prompt. */
import path from "node:path";
import {
  type Agent,
  agentsFile,
  type Facts,
  json,
  MCP_SERVER,
  mcpServer,
  option,
  own,
  plainWord,
  sharedSkill,
  type Where,
} from "../shapes/agent.ts";

export const agent: Agent = {
  order: 64,
  name: "pi",
  label: "pi",
  programs: ["pi"],
  targets: (where) => [
    own(inFolder(where, "extensions/session.ts"), where.text("pi.js")),
    json(inFolder(where, "mcp.json"), mcpServer({ ...MCP_SERVER, exposure: "direct" })),
    sharedSkill(where),
    agentsFile(where, inFolder(where, "AGENTS.md")),
  ],
  events: {
    session_start: "start",
    session_before_compact: "compact",
    agent_end: "turn",
    session_shutdown: "end",
  },
  answer: (_event, brief) => brief,
  runs: {
    talk: (asked) => [...option("--session", asked.conversation?.id), ...plainWord(asked.prompt)],
    task: (asked) => ["-p", ...option("--session", asked.conversation?.id), ...plainWord(asked.prompt)],
    resumes: "known",
  },
  trust: "it loads extensions of a project only if the project is trusted: /trust in pi",
  gaps,
};

/** Finds a project that is not trusted: the nearest saved decision, else the user's default. */
function gaps({ where, home, root, json: read }: Facts): string[] {
  if (where.scope === "user" || root === undefined) return [];
  const folder = where.env.PI_CODING_AGENT_DIR || path.join(home, ".pi/agent");
  const saved = read(path.join(folder, "trust.json"));
  const above: string[] = [];
  for (let at = root; above.at(-1) !== at; at = path.dirname(at)) above.push(at);
  const decided = above.map((each) => saved[each]).find((each) => typeof each === "boolean");
  const always = read(path.join(folder, "settings.json")).defaultProjectTrust === "always";
  return (decided ?? always) ? [] : ["pi does not trust this project yet: /trust in pi, then start it again"];
}

function inFolder({ scope, root, env }: Where, file: string): string {
  if (scope === "project") return path.join(root, ".pi", file);
  return path.join(env.PI_CODING_AGENT_DIR || path.join(root, ".pi/agent"), file);
}
