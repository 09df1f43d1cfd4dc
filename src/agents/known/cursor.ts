/** Cursor. Its start hook may come too late for the first prompt, so a rule says the same for good. */
import path from "node:path";
import { type Agent, hookCommand, MCP_SERVER, plainWord, resumed } from "../shapes/agent.ts";
import type { Piece } from "../shapes/json.ts";

const NAME = "cursor";

const HOOKS: Piece[] = ["sessionStart", "beforeSubmitPrompt", "preCompact", "stop", "sessionEnd"].map(
  (event) => ({ kind: "item", path: ["hooks", event], value: { command: hookCommand(NAME, event) } }),
);

export const agent: Agent = {
  order: 40,
  name: "cursor",
  label: "Cursor",
  programs: ["cursor", "cursor-agent"],
  targets: ({ scope, root, text }) => {
    const at = (file: string) => path.join(root, ".cursor", file);
    return [
      {
        kind: "json",
        file: at("hooks.json"),
        pieces: [{ kind: "needs", path: ["version"], value: 1 }, ...HOOKS],
      },
      {
        kind: "json",
        file: at("mcp.json"),
        pieces: [{ kind: "value", path: ["mcpServers", "session"], value: MCP_SERVER }],
      },
      { kind: "own", file: at("skills/session/SKILL.md"), text: text("skill.md") },
      // A user's own rules are in Cursor's settings, not in a file.
      ...(scope === "user"
        ? []
        : [{ kind: "own" as const, file: at("rules/session.mdc"), text: RULE + text("block.md") }]),
    ];
  },
  events: {
    sessionStart: "start",
    beforeSubmitPrompt: "prompt",
    preToolUse: "tool:pre",
    postToolUse: "tool:post",
    preCompact: "compact",
    stop: "turn",
    sessionEnd: "end",
  },
  answer: (event, brief) =>
    JSON.stringify({
      ...(event === "beforeSubmitPrompt" ? { continue: true } : {}),
      additional_context: brief,
    }),
  runs: {
    programs: ["cursor-agent"],
    talk: (asked) => [...resumed(asked), ...plainWord(asked.prompt)],
    task: (asked) => ["-p", ...resumed(asked), ...plainWord(asked.prompt)],
    resumes: "known",
  },
  trust: "it runs project hooks only in a trusted workspace",
  isCaller: ({ CURSOR_VERSION }) => CURSOR_VERSION !== undefined,
  startsLate: true,
};

const RULE = `---
description: The record of this branch's work
alwaysApply: true
---

`;
