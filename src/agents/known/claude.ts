/** Claude Code. It runs the hooks of project and user settings, and a hook that is in both only once. */

import path from "node:path";
import { defined } from "../../text/defined.ts";
import type { Message, Reader, Row, Tokens, ToolCall } from "../../transcripts/formats/shape.ts";
import {
  addTokens,
  countOf,
  message,
  rowOf,
  rowsIn,
  textOf,
  toolCall,
  wordsOf,
} from "../../transcripts/formats/untrusted-values.ts";
import {
  type Agent,
  type Asked,
  block,
  CLAUDE_EVENTS,
  type Facts,
  groups,
  hookCommand,
  json,
  MCP_SERVER,
  mcpServer,
  nested,
  option,
  own,
  plainWord,
  resumedOrNamed,
  switchedOff,
  type Target,
  type Where,
} from "../shapes/agent.ts";

const NAME = "claude";

/** Claude Code's tools whose calls are logged. */
const TOOLS = "Bash|Edit|Write|NotebookEdit";

const handler = (event: string, timeout: number, more: object = {}) => ({
  type: "command",
  command: hookCommand(NAME, event),
  timeout,
  ...more,
});

/** Hooks that only log do not make the agent wait. */
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

export const agent: Agent = {
  order: 10,
  name: "claude",
  label: "Claude Code",
  provider: "anthropic",
  programs: ["claude"],
  targets: (where) => [
    json(inFolder(where, "settings.json"), ...HOOKS),
    json(mcpFile(where), mcpServer({ type: "stdio", ...MCP_SERVER })),
    own(inFolder(where, "skills/session/SKILL.md"), where.text("skill.md")),
    ...instructions(where),
  ],
  events: { ...CLAUDE_EVENTS, SessionEnd: "end" },
  answer: nested,
  runs: {
    talk: (asked) => [...resumedOrNamed(asked), ...briefOf(asked), ...plainWord(asked.prompt)],
    task: (asked) => ["-p", ...resumedOrNamed(asked), ...briefOf(asked)],
    reads: true,
    briefs: true,
    resumes: "named",
  },
  trust:
    "it asks once whether the folder is trusted and whether the MCP server of .mcp.json may be used, and reads project settings only in the folder that it is started in",
  gaps,
  limit: { unit: "chars", most: 10_000 },
  // Copilot and Cursor run the hooks of .claude/settings.json as well, and have hooks of their own.
  sharesHooks: true,
  runsOnce: true,
  isCaller: ({ AI_AGENT = "" }) => AI_AGENT.startsWith("claude"),
  transcripts: {
    folders: (home, { CLAUDE_CONFIG_DIR }) => [
      path.join(CLAUDE_CONFIG_DIR || path.join(home, ".claude"), "projects"),
    ],
    isRow,
    reader,
  },
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

/**
 * Returns the file for the instructions. Never makes a CLAUDE.md: it would hide AGENTS.md from Claude Code.
 */
function instructions(where: Where): Target[] {
  const text = where.text("block.md");
  if (where.scope === "user") return [block(inFolder(where, "CLAUDE.md"), text)];
  const at = (file: string) => path.join(where.root, file);
  const agents = at("AGENTS.md");
  const files = [at("CLAUDE.md"), at(".claude/CLAUDE.md")];
  const rule = own(at(".claude/rules/session.md"), text);
  if (where.all) return [...[...files, agents].map((file) => block(file, text)), rule];
  const there = files.filter((file) => where.see(file) !== undefined);
  const imports = there.some((file) => /(^|\s)@(\.{1,2}\/)?AGENTS\.md\b/m.test(where.see(file) ?? ""));
  const [first] = there;
  if (first && !imports) return [block(first, text)];
  // A CLAUDE.local.md belongs to one person, and also hides AGENTS.md from that person's Claude Code.
  return where.see(at("CLAUDE.local.md")) !== undefined && !imports ? [rule] : [block(agents, text)];
}

/** Finds settings that switch hooks off. */
function gaps(facts: Facts): string[] {
  const { root, env, scope } = facts.where;
  const folder = env.CLAUDE_CONFIG_DIR || path.join(facts.home, ".claude");
  const files = [path.join(folder, "settings.json")];
  if (scope === "project")
    files.push(path.join(root, ".claude/settings.json"), path.join(root, ".claude/settings.local.json"));
  return switchedOff(facts, "disableAllHooks", files);
}

/**
 * Returns whether a row belongs to a conversation. Claude Code writes one row for each part of a message,
 * with the message's id.
 */
function isRow(row: Row): boolean {
  const kind = textOf(row.type) ?? "";
  const said = rowOf(row.message);
  return (
    (/^(user|assistant)$/.test(kind) && said !== undefined && "content" in said && !("payload" in row)) ||
    (/^(summary|file-history-snapshot|queue-operation|attachment)$/.test(kind) && !("payload" in row))
  );
}

/** A message of which later rows may still follow. */
interface Open {
  readonly id: string;
  readonly at: unknown;
  readonly sub: boolean;
  readonly texts: string[];
  readonly tools: ToolCall[];
}

function reader(): Reader {
  let id: string | undefined;
  let tokens: Tokens | undefined;
  let open: Open | undefined;
  /** Counted tokens by message: each row of a message repeats the use of the whole message. */
  const counted = new Map<string, Tokens>();

  const close = (): Message[] => {
    if (!open) return [];
    const { at, texts, tools, sub } = open;
    open = undefined;
    return message("assistant", at, texts.join("\n\n"), { tools, sub });
  };
  const count = (key: string, usage: Row | undefined) => {
    if (!usage) return;
    const cached = countOf(usage.cache_read_input_tokens);
    const now = {
      in: countOf(usage.input_tokens) + countOf(usage.cache_creation_input_tokens) + cached,
      cached,
      out: countOf(usage.output_tokens),
    };
    const before = counted.get(key) ?? { in: 0, cached: 0, out: 0 };
    tokens = addTokens(tokens, {
      in: now.in - before.in,
      cached: now.cached - before.cached,
      out: now.out - before.out,
    });
    counted.delete(key);
    counted.set(key, now);
    const [oldest] = counted.keys();
    if (counted.size > 1000 && oldest !== undefined) counted.delete(oldest);
  };

  return {
    take: (row) => {
      id ??= textOf(row.sessionId);
      const said = rowOf(row.message);
      if (!said || row.isMeta === true) return [];
      const sub = row.isSidechain === true;
      if (row.type === "assistant") {
        const key = textOf(said.id) ?? textOf(row.uuid) ?? "";
        count(key, rowOf(said.usage));
        const before = open && (open.id !== key || key === "") ? close() : [];
        open ??= { id: key, at: row.timestamp, sub, texts: [], tools: [] };
        const parts: Row[] =
          typeof said.content === "string" ? [{ type: "text", text: said.content }] : rowsIn(said.content);
        for (const part of parts) {
          if (part.type === "tool_use") open.tools.push(toolCall(part.name, part.input));
          else if (part.type !== "thinking" && part.type !== "redacted_thinking") {
            const words = wordsOf([part]);
            if (words !== "") open.texts.push(words);
          }
        }
        return before;
      }
      if (row.type !== "user") return [];
      const parts = rowsIn(said.content);
      const answers = parts.filter((each) => each.type === "tool_result");
      const words = wordsOf(
        typeof said.content === "string" ? said.content : parts.filter((each) => each.type !== "tool_result"),
      );
      return [
        ...close(),
        ...answers.flatMap((each) => message("tool", row.timestamp, wordsOf(each.content), { sub })),
        ...message(row.isCompactSummary === true ? "system" : "user", row.timestamp, words, { sub }),
      ];
    },
    end: close,
    about: () => ({ ...defined({ id, tokens }) }),
  };
}
