/** Codex CLI. It refuses answers with a key that it does not know, and skips hooks that nobody reviewed without a word. */
import path from "node:path";
import {
  type Agent,
  type Asked,
  cmdCommand,
  groups,
  hookCommand,
  nested,
  plainWord,
  type Where,
} from "./agent.ts";

const NAME = "codex";

const handler = (event: string, more: object = {}) => ({
  type: "command",
  command: hookCommand(NAME, event),
  commandWindows: cmdCommand(NAME, event),
  timeout: 10,
  ...more,
});

const ASIDE = { async: true };

const HOOKS = groups([
  // The brief is cut to fit by us, not in its middle.
  [
    "SessionStart",
    "startup|resume|clear|compact|fork",
    handler("SessionStart", { additionalContextLimit: 0 }),
  ],
  ["UserPromptSubmit", undefined, handler("UserPromptSubmit", ASIDE)],
  ["PreToolUse", "Bash|apply_patch", handler("PreToolUse", ASIDE)],
  ["PostToolUse", "Bash|apply_patch", handler("PostToolUse", ASIDE)],
  ["PreCompact", "manual|auto", handler("PreCompact")],
  ["Stop", undefined, handler("Stop")],
  // It gives an end no more than that.
  ["SessionEnd", undefined, handler("SessionEnd", { timeout: 3 })],
]);

const SERVER = `[mcp_servers.session]
command = "session"
args = ["mcp"]
`;

export const codex: Agent = {
  name: NAME,
  label: "Codex CLI",
  programs: ["codex"],
  targets: (where) => [
    { kind: "json", file: inFolder(where, "hooks.json"), pieces: HOOKS },
    { kind: "toml", file: inFolder(where, "config.toml"), tables: SERVER },
    { kind: "own", file: path.join(where.root, ".agents/skills/session/SKILL.md"), text: where.texts.skill },
    ...instructions(where).map((file) => ({ kind: "block" as const, file, text: where.texts.block })),
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
    talk: (asked) => [...again(asked), ...plainWord(asked.prompt)],
    task: (asked) => ["exec", ...again(asked), "-"],
    reads: true,
    resumes: "known",
  },
  trust:
    "it loads .codex only in a trusted project, and runs no hook that was not reviewed: /hooks in Codex, then t for each",
};

const again = ({ conversation }: Asked) => (conversation === undefined ? [] : ["resume", conversation.id]);

function inFolder({ scope, root, env }: Where, file: string): string {
  return path.join(scope === "user" && env.CODEX_HOME ? env.CODEX_HOME : path.join(root, ".codex"), file);
}

/** An AGENTS.override.md is read in the place of AGENTS.md. */
function instructions(where: Where): string[] {
  const at = (file: string) => (where.scope === "user" ? inFolder(where, file) : path.join(where.root, file));
  const files = [at("AGENTS.override.md"), at("AGENTS.md")];
  if (where.all) return files;
  return files.filter((file, n) => n === 1 || where.see(file) !== undefined).slice(0, 1);
}
