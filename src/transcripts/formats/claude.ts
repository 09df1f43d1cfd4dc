/** Conversations of Claude Code: a row each part of a message, with the message's own id. Pure. */
import { defined } from "../../text/defined.ts";
import type { Message, Reader, Row, Tokens, ToolCall } from "./shape.ts";
import { countOf, message, plus, rowOf, rowsIn, textOf, toolCall, wordsOf } from "./values.ts";

export function isClaude(row: Row): boolean {
  const kind = textOf(row.type) ?? "";
  const said = rowOf(row.message);
  return (
    (/^(user|assistant)$/.test(kind) && said !== undefined && "content" in said && !("payload" in row)) ||
    (/^(summary|file-history-snapshot|queue-operation|attachment)$/.test(kind) && !("payload" in row))
  );
}

/** A message that is still being told. */
interface Open {
  readonly id: string;
  readonly at: unknown;
  readonly sub: boolean;
  readonly texts: string[];
  readonly tools: ToolCall[];
}

export function claudeReader(): Reader {
  let id: string | undefined;
  let tokens: Tokens | undefined;
  let open: Open | undefined;
  /** What was counted of the last messages: each row tells the use of its whole message. */
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
    tokens = plus(tokens, {
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
