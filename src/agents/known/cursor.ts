/**
 * Cursor. Its start hook may run after the first prompt, so an installed rule also asks the agent to read the
 * brief.
 */
import path from "node:path";
import { type Agent, hookCommand, json, mcpServer, own, plainWord, resumed } from "../shapes/agent.ts";
import type { Piece } from "../shapes/json.ts";

const NAME = "cursor";

const HOOKS: Piece[] = ["sessionStart", "beforeSubmitPrompt", "preCompact", "stop", "sessionEnd"].map(
  (event) => ({ kind: "item", path: ["hooks", event], value: { command: hookCommand(NAME, event) } }),
);

export const agent: Agent = {
  order: 40,
  name: "cursor",
  label: "Cursor",
  provider: "cursor",
  programs: ["cursor", "cursor-agent"],
  targets: ({ scope, root, text }) => {
    const at = (file: string) => path.join(root, ".cursor", file);
    return [
      json(at("hooks.json"), { kind: "needs", path: ["version"], value: 1 }, ...HOOKS),
      json(at("mcp.json"), mcpServer()),
      own(at("skills/session/SKILL.md"), text("skill.md")),
      // Cursor keeps a user's own rules in its settings, not in a file.
      ...(scope === "user" ? [] : [own(at("rules/session.mdc"), RULE + text("block.md"))]),
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
