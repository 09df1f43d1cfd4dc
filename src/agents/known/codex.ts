/** Codex CLI. It refuses answers with unknown keys, and silently skips hooks that no user has reviewed. */

import path from "node:path";
import { defined } from "../../text/defined.ts";
import type { Message, Reader, Row, Tokens } from "../../transcripts/formats/shape.ts";
import {
  addTokens,
  message,
  rowOf,
  textOf,
  tokensOf,
  toolCall,
  wordsOf,
} from "../../transcripts/formats/untrusted-values.ts";
import {
  type Agent,
  type Asked,
  block,
  CLAUDE_EVENTS,
  cmdCommand,
  type Facts,
  groups,
  hookCommand,
  inside,
  json,
  nested,
  plainWord,
  sharedSkill,
  type Where,
} from "../shapes/agent.ts";

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
  // Shortens the brief to Codex's limit: Codex would cut a longer text in its middle.
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
  // Codex gives the hook of a session's end at most this many seconds.
  ["SessionEnd", undefined, handler("SessionEnd", { timeout: 3 })],
]);

const SERVER = `[mcp_servers.session]
command = "session"
args = ["mcp"]
`;

export const agent: Agent = {
  order: 20,
  name: "codex",
  label: "Codex CLI",
  provider: "openai",
  programs: ["codex"],
  targets: (where) => [
    json(inFolder(where, "hooks.json"), ...HOOKS),
    { kind: "toml", file: inFolder(where, "config.toml"), tables: SERVER },
    sharedSkill(where),
    ...instructions(where).map((file) => block(file, where.text("block.md"))),
  ],
  events: { ...CLAUDE_EVENTS, SessionEnd: "end" },
  answer: nested,
  runs: {
    talk: (asked) => [...again(asked), ...plainWord(asked.prompt)],
    task: (asked) => ["exec", ...again(asked), "-"],
    reads: true,
    resumes: "known",
  },
  trust:
    "it loads .codex only in a trusted project, and runs only reviewed hooks: /hooks in Codex, then t for each",
  gaps,
  keepsBrief: true,
  limit: { unit: "bytes", most: 10_000 },
  transcripts: {
    folders: (home, { CODEX_HOME }) =>
      ["sessions", "archived_sessions"].map((name) =>
        path.join(CODEX_HOME || path.join(home, ".codex"), name),
      ),
    isRow,
    reader,
  },
};

const again = ({ conversation }: Asked) => (conversation === undefined ? [] : ["resume", conversation.id]);

function inFolder({ scope, root, env }: Where, file: string): string {
  return path.join(scope === "user" && env.CODEX_HOME ? env.CODEX_HOME : path.join(root, ".codex"), file);
}

/** Codex reads an AGENTS.override.md in place of AGENTS.md. */
function instructions(where: Where): string[] {
  const at = (file: string) => (where.scope === "user" ? inFolder(where, file) : path.join(where.root, file));
  const files = [at("AGENTS.override.md"), at("AGENTS.md")];
  if (where.all) return files;
  return files.filter((file, n) => n === 1 || where.see(file) !== undefined).slice(0, 1);
}

/** Finds reasons why Codex does not run our hooks: missing trust, missing reviews, or a switch. */
function gaps({ where: { env, scope }, home, root, toml }: Facts): string[] {
  const folder = env.CODEX_HOME || path.join(home, ".codex");
  let settings: unknown;
  try {
    settings = toml(path.join(folder, "config.toml"));
  } catch {
    return [`${path.join(folder, "config.toml")} cannot be read as TOML`];
  }
  const hooks = path.join(scope === "user" ? folder : path.join(root ?? "", ".codex"), "hooks.json");
  const states = Object.entries(inside(settings, "hooks", "state") ?? {});
  const reviewed = states.filter(
    ([key, value]) => key.startsWith(`${hooks}:`) && typeof inside(value, "trusted_hash") === "string",
  );
  const untrusted =
    scope === "project" &&
    root !== undefined &&
    inside(settings, "projects", root, "trust_level") !== "trusted";
  return [
    ...(untrusted
      ? ["Codex does not trust this project yet, so it does not load .codex: start codex in this folder once"]
      : []),
    ...(reviewed.length === 0
      ? ["Codex skips hooks until you review them: /hooks in Codex, then t for each"]
      : []),
    ...(inside(settings, "features", "hooks") === false ? ["hooks are switched off by features.hooks"] : []),
  ];
}

/**
 * Returns whether a row belongs to a conversation: input or output of the model, not an event that repeats
 * it.
 */
function isRow(row: Row): boolean {
  return (
    rowOf(row.payload) !== undefined &&
    /^(session_meta|turn_context|response_item|event_msg|compacted)$/.test(String(row.type))
  );
}

/** Text that Codex itself adds to a conversation as a message of the user. */
const PUT_IN =
  /^\s*(<(environment_context|user_instructions|permissions|INSTRUCTIONS|turn_aborted|skill)\b|# AGENTS\.md instructions)/;

function reader(): Reader {
  let id: string | undefined;
  /** Tokens of the whole thread in newer records of Codex; in older records, the sum over all runs. */
  let thread: Tokens | undefined;
  let before: Tokens | undefined;
  let run: Tokens | undefined;

  const count = (payload: Row) => {
    const total = usage(rowOf(rowOf(payload.info)?.total_token_usage));
    if (!total) return;
    // A resumed conversation may count its tokens from zero again.
    if (run && total.in + total.out < run.in + run.out) before = addTokens(before, run);
    run = total;
  };

  return {
    take: ({ type, payload: inner, timestamp }) => {
      const payload = rowOf(inner);
      if (!payload) return [];
      if (type === "session_meta") id ??= textOf(payload.id) ?? textOf(payload.session_id);
      if (type === "event_msg" && payload.type === "token_count") count(payload);
      if (type === "token_usage_record") thread = usage(rowOf(payload.thread_token_usage)) ?? thread;
      return type === "response_item" ? itemMessages(payload, timestamp) : [];
    },
    end: () => [],
    about: () => {
      const tokens = thread ?? (run && addTokens(before, run));
      return { ...defined({ id, tokens }) };
    },
  };
}

function itemMessages(item: Row, at: unknown): Message[] {
  const type = textOf(item.type) ?? "";
  if (type === "message") {
    const words = wordsOf(item.content);
    if (item.role === "assistant") return message("assistant", at, words);
    return message(item.role === "user" && !PUT_IN.test(words) ? "user" : "system", at, words);
  }
  if (type.endsWith("_call_output")) return message("tool", at, wordsOf(item.output));
  if (type === "local_shell_call") {
    const command = rowOf(item.action)?.command;
    return message("assistant", at, "", {
      tools: [toolCall("shell", Array.isArray(command) ? command.join(" ") : command)],
    });
  }
  if (!type.endsWith("_call")) return [];
  const name = textOf(item.name) ?? type.replace(/_call$/, "");
  return message("assistant", at, "", {
    tools: [toolCall(name, item.arguments ?? item.input ?? item.action)],
  });
}

function usage(row: Row | undefined): Tokens | undefined {
  return row && tokensOf(row.input_tokens, row.cached_input_tokens, row.output_tokens);
}
