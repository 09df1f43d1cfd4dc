/**
 * Conversations of Gemini: a message is written whole again when something is added to it, and what was said after a
 * point may be taken back. So the file is looked through first; then each message is given where it stands last. Pure.
 */
import { defined } from "../../text/defined.ts";
import type { Message, Reader, Row, Tokens } from "./shape.ts";
import { countOf, message, plus, rowOf, rowsIn, textOf, toolCall, wordsOf } from "./values.ts";

const KIND = /^(user|gemini|info|error|warning)$/;

export function isGemini(row: Row): boolean {
  return (
    rowOf(row.$set) !== undefined ||
    typeof row.$rewindTo === "string" ||
    (typeof row.sessionId === "string" && ("projectHash" in row || "startTime" in row)) ||
    (typeof row.id === "string" && KIND.test(String(row.type)) && "content" in row)
  );
}

export function geminiReader(): Reader {
  /** Number of the row in which a message stands last, by its id, in the order in which they were begun. */
  const last = new Map<string, number>();
  let looked = 0;
  let taken = 0;
  let id: string | undefined;
  let tokens: Tokens | undefined;

  const rewind = (to: string) => {
    const ids = [...last.keys()];
    const at = ids.indexOf(to);
    for (const each of at < 0 ? [] : ids.slice(at)) last.delete(each);
  };
  const use = (row: Row) => {
    const used = rowOf(row.tokens);
    if (!used) return;
    tokens = plus(tokens, {
      in: countOf(used.input),
      cached: countOf(used.cached),
      out: countOf(used.output) + countOf(used.thoughts),
    });
  };

  return {
    look: (row) => {
      const at = looked++;
      if (typeof row.$rewindTo === "string") rewind(row.$rewindTo);
      // What replaces the context of the model does not unsay what was said.
      for (const each of messagesIn(row))
        if (each === row || !last.has(String(each.id))) last.set(String(each.id), at);
    },
    take: (row) => {
      const at = taken++;
      id ??= textOf(row.sessionId);
      return messagesIn(row).flatMap((each) => {
        if (last.get(String(each.id)) !== at) return [];
        use(each);
        return messagesOf(each);
      });
    },
    end: () => [],
    about: () => ({ ...defined({ id, tokens }) }),
  };
}

function messagesIn(row: Row): readonly Row[] {
  const replaced = rowsIn(rowOf(row.$set)?.messages ?? row.messages);
  return [row, ...replaced].filter((each) => typeof each.id === "string" && KIND.test(String(each.type)));
}

function messagesOf(row: Row): Message[] {
  const words = wordsOf(row.content);
  if (row.type !== "gemini") return message(row.type === "user" ? "user" : "system", row.timestamp, words);
  const calls = rowsIn(row.toolCalls);
  return [
    ...message("assistant", row.timestamp, words, {
      tools: calls.map((each) => toolCall(each.name, each.args)),
    }),
    ...calls.flatMap((each) => message("tool", each.timestamp ?? row.timestamp, answerOf(each))),
  ];
}

/** A function's response, as the program shows it or as the model gets it. */
function answerOf(call: Row): string {
  if (typeof call.resultDisplay === "string") return call.resultDisplay;
  const parts = rowsIn(call.result);
  const responses = parts.map((each) => rowOf(rowOf(each.functionResponse)?.response));
  return wordsOf(responses.map((each) => each?.output ?? each?.error ?? ""));
}
