/** Auggie, the agent of Augment. It starts a hook without a shell, so our hook names a shell. */
import path from "node:path";
import {
  type Agent,
  block,
  groups,
  hookCommand,
  json,
  mcpServer,
  nested,
  own,
  plainWord,
  resumed,
  type Where,
} from "../shapes/agent.ts";

const handler = (event: string) => ({
  type: "command",
  command: "sh",
  args: ["-c", hookCommand("auggie", event)],
});

const HOOKS = groups([
  ["SessionStart", undefined, handler("SessionStart")],
  ["Stop", undefined, handler("Stop")],
  ["SessionEnd", undefined, handler("SessionEnd")],
]);

export const agent: Agent = {
  order: 67,
  name: "auggie",
  label: "Auggie",
  programs: ["auggie"],
  targets: (where) => [
    json(inFolder(where, "settings.json"), ...HOOKS, mcpServer()),
    own(inFolder(where, "skills/session/SKILL.md"), where.text("skill.md")),
    // In Auggie, a user's own rules are a folder of files, each of which Auggie reads whole.
    where.scope === "user"
      ? own(inFolder(where, "rules/session.md"), where.text("block.md"))
      : block(path.join(where.root, "AGENTS.md"), where.text("block.md")),
  ],
  events: { SessionStart: "start", Stop: "turn", SessionEnd: "end" },
  answer: nested,
  runs: {
    talk: (asked) => [...resumed(asked), ...plainWord(asked.prompt)],
    task: (asked) => ["--print", ...resumed(asked), ...plainWord(asked.prompt)],
    resumes: "known",
  },
};

function inFolder({ root }: Where, file: string): string {
  return path.join(root, ".augment", file);
}
