/** Conversations of Codex: what went to the model and came back, between events that tell the same again. Pure. */
import { defined } from "../../text/defined.ts";
import type { Message, Reader, Row, Tokens } from "./shape.ts";
import { message, plus, rowOf, textOf, tokensOf, toolCall, wordsOf } from "./values.ts";

export function isCodex(row: Row): boolean {
  return (
    rowOf(row.payload) !== undefined &&
    /^(session_meta|turn_context|response_item|event_msg|compacted)$/.test(String(row.type))
  );
}

/** What the program tells the model in the user's name. */
const PUT_IN =
  /^\s*(<(environment_context|user_instructions|permissions|INSTRUCTIONS|turn_aborted|skill)\b|# AGENTS\.md instructions)/;

export function codexReader(): Reader {
  let id: string | undefined;
  /** Of the whole thread, as the newer records say; else the sum over what each run counted anew. */
  let thread: Tokens | undefined;
  let before: Tokens | undefined;
  let run: Tokens | undefined;

  const count = (payload: Row) => {
    const total = usage(rowOf(rowOf(payload.info)?.total_token_usage));
    if (!total) return;
    // A conversation that is resumed may count from nothing again.
    if (run && total.in + total.out < run.in + run.out) before = plus(before, run);
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
      const tokens = thread ?? (run && plus(before, run));
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
