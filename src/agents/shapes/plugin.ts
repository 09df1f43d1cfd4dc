/**
 * Describes OpenCode and its forks. They have plugins instead of hooks: our plugin runs inside the agent and
 * calls `session`.
 */
import path from "node:path";
import {
  type Agent,
  type Asked,
  agentsFile,
  json,
  option,
  own,
  plainWord,
  sharedSkill,
  value,
  type Where,
} from "./agent.ts";

const MCP = value(["mcp", "session"], { type: "local", command: ["session", "mcp"], enabled: true });

/** The names in which OpenCode and its forks differ. */
interface Names {
  readonly name: string;
  /** Folder of a project's plugins. */
  readonly folder: string;
}

/** Returns files, events and answers of an agent of this family. */
export function withPlugin({ name, folder }: Names): Pick<Agent, "targets" | "events" | "answer" | "runs"> {
  const below = ({ scope, root, env }: Where, file: string) =>
    scope === "project"
      ? path.join(root, folder, file)
      : path.join(env.XDG_CONFIG_HOME || path.join(root, ".config"), name, file);
  const top = (where: Where, file: string) =>
    where.scope === "user" ? below(where, file) : path.join(where.root, file);
  /** Returns the settings file: the JSONC file if it exists, else the JSON file. */
  const settings = (where: Where): string[] => {
    const files = [top(where, `${name}.jsonc`), top(where, `${name}.json`)];
    if (where.all) return files;
    return files.filter((file, n) => n === 1 || where.see(file) !== undefined).slice(0, 1);
  };
  return {
    targets: (where) => [
      own(below(where, "plugins/session.js"), where.text("opencode.js").replaceAll("opencode", name)),
      ...settings(where).map((file) => json(file, MCP)),
      sharedSkill(where),
      agentsFile(where, below(where, "AGENTS.md")),
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
}

const conversationOf = ({ conversation }: Asked) => option("--session", conversation?.id);
