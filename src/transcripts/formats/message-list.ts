/** Reads conversations of any program that writes a list of `{role, content, timestamp}`. Pure. */
import { defined } from "../../text/defined.ts";
import type { Message, Reader, Role, Row, Tokens } from "./shape.ts";
import { addTokens, countOf, message, rowOf, rowsIn, textOf, toolCall, wordsOf } from "./untrusted-values.ts";

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

/** Reports whether a row is a message with a role and a content. */
export function isMessageRow(row: Row): boolean {
  return roleOf(row) !== undefined && contentOf(row) !== undefined;
}

/** Returns a reader of message lists. */
export function messageListReader(): Reader {
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
        tokens = addTokens(tokens, { in: read, cached, out });
      }
      return said.flatMap(messageOf);
    },
    end: () => [],
    about: () => ({ ...defined({ id, tokens }) }),
  };
}

/** Names of roles that the reader knows, in lower case. */
export const ROLE_NAMES: readonly string[] = Object.keys(ROLES);

/** Returns the messages of a row, which is one message or contains a list of messages. */
function messagesIn(row: Row): Row[] {
  if (isMessageRow(row)) return [row];
  return rowsIn(row.messages ?? row.history ?? row.conversation).filter(isMessageRow);
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
