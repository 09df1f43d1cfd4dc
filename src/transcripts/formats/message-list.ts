/** Conversations as lists of `{role, content, timestamp}`, by whatever program. Pure. */
import { defined } from "../../text/defined.ts";
import type { Message, Reader, Role, Row, Tokens } from "./shape.ts";
import { countOf, message, plus, rowOf, rowsIn, textOf, toolCall, wordsOf } from "./values.ts";

const ROLES: Readonly<Record<string, Role>> = {
  user: "user",
  human: "user",
  assistant: "assistant",
  ai: "assistant",
  model: "assistant",
  agent: "assistant",
  bot: "assistant",
  tool: "tool",
  function: "tool",
  system: "system",
  developer: "system",
};

export function isPlain(row: Row): boolean {
  return roleOf(row) !== undefined && contentOf(row) !== undefined;
}

export function plainReader(): Reader {
  let id: string | undefined;
  let tokens: Tokens | undefined;
  return {
    take: (row) => {
      id ??= textOf(row.session_id) ?? textOf(row.sessionId) ?? textOf(row.conversation_id);
      const said = messagesIn(row);
      for (const each of said) {
        const used = rowOf(each.usage) ?? rowOf(each.tokens);
        if (!used) continue;
        const cached = countOf(used.cache_read_input_tokens) + countOf(used.cached_tokens);
        const read = countOf(used.input_tokens) || countOf(used.prompt_tokens) || countOf(used.input);
        const out = countOf(used.output_tokens) || countOf(used.completion_tokens) || countOf(used.output);
        tokens = plus(tokens, { in: read, cached, out });
      }
      return said.flatMap(messageOf);
    },
    end: () => [],
    about: () => ({ ...defined({ id, tokens }) }),
  };
}

/** The names of roles that are read, in lower case. */
export const ROLE_NAMES: readonly string[] = Object.keys(ROLES);

/** A row is a message, or holds all of them. */
function messagesIn(row: Row): Row[] {
  if (isPlain(row)) return [row];
  return rowsIn(row.messages ?? row.history ?? row.conversation).filter(isPlain);
}

function messageOf(row: Row): Message[] {
  const role = roleOf(row) ?? "user";
  const at = row.timestamp ?? row.created_at ?? row.createdAt ?? row.time ?? row.at ?? row.ts;
  const content = contentOf(row);
  const parts = rowsIn(content);
  const calls = [
    ...rowsIn(row.tool_calls).map((each) => {
      const called = rowOf(each.function) ?? each;
      return toolCall(called.name ?? each.tool, called.arguments ?? called.input);
    }),
    ...parts
      .filter(({ type }) => type === "tool_use" || type === "tool_call")
      .map((each) => toolCall(each.name, each.input)),
  ];
  const shown = Array.isArray(content)
    ? content.filter((each) => !/^(thinking|tool_)/.test(String(rowOf(each)?.type)))
    : content;
  return message(role, at, wordsOf(shown), { tools: role === "assistant" ? calls : [] });
}

function roleOf(row: Row): Role | undefined {
  const name = (textOf(row.role) ?? textOf(row.sender) ?? "").toLowerCase();
  return Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
}

function contentOf(row: Row): unknown {
  return (
    row.content ??
    row.parts ??
    row.text ??
    (typeof row.message === "string" ? row.message : undefined) ??
    (row.tool_calls ? "" : undefined)
  );
}
