/**
 * Defines the file in which a session stores a conversation: a head in its first line, then one message per
 * line. Pure.
 */
import { defined } from "../../text/defined.ts";
import type { Message, Role, Row, TranscriptNumbers } from "./shape.ts";
import { countOf, rowOf, rowsIn, textOf } from "./untrusted-values.ts";

export interface TranscriptHead {
  readonly schema: 1;
  readonly id: string;
  /** Name of the agent that wrote the conversation, or `plain`. */
  readonly agent: string;
  /** Time of the copy in ISO 8601, UTC. */
  readonly kept: string;
  /** Size of the copied file in bytes. A different size now means that the conversation has continued. */
  readonly bytes: number;
  /** Number of rows that could not be read. */
  readonly damaged: number;
  /** Number of texts in which a secret was redacted. */
  readonly redacted: number;
  readonly numbers: TranscriptNumbers;
}

/**
 * Returns a file name for a conversation: its own id if that is a safe name, else a name made of `otherwise`.
 */
export function transcriptId(given: string | undefined, otherwise: string): string {
  const isName = (text: string | undefined): text is string =>
    text !== undefined && /^[A-Za-z0-9][\w-]{2,79}$/.test(text);
  if (isName(given)) return given;
  const made = otherwise
    .replace(/\.[^.]*$/, "")
    .replace(/[^\w-]+/g, "-")
    .replace(/^[-_]+|-+$/g, "")
    .slice(0, 60);
  return isName(made) ? made : `transcript-${made}`.replace(/-+$/, "");
}

/** Parses the first line of a stored conversation; undefined for other text. */
export function parseHead(text: string): TranscriptHead | undefined {
  try {
    const head = rowOf(JSON.parse(text.split("\n", 1)[0] ?? ""));
    const numbers = rowOf(head?.numbers);
    const [id, kept] = [textOf(head?.id), textOf(head?.kept)];
    const agent = textOf(head?.agent);
    if (
      !head ||
      !numbers ||
      id === undefined ||
      kept === undefined ||
      agent === undefined ||
      !/^[a-z][a-z-]{0,40}$/.test(agent) ||
      head.schema !== 1
    )
      return undefined;
    const tokens = rowOf(numbers.tokens);
    return {
      schema: 1,
      id,
      agent,
      kept,
      bytes: countOf(head.bytes),
      damaged: countOf(head.damaged),
      redacted: countOf(head.redacted),
      numbers: {
        messages: countOf(numbers.messages),
        user: countOf(numbers.user),
        assistant: countOf(numbers.assistant),
        tools: countOf(numbers.tools),
        byTool: rowsIn(numbers.byTool).map((each) => ({
          name: textOf(each.name) ?? "",
          calls: countOf(each.calls),
        })),
        tokens: tokens
          ? { in: countOf(tokens.in), cached: countOf(tokens.cached), out: countOf(tokens.out) }
          : null,
        from: textOf(numbers.from) ?? null,
        to: textOf(numbers.to) ?? null,
        first: textOf(numbers.first) ?? null,
        last: textOf(numbers.last) ?? null,
        answers: {
          count: countOf(rowOf(numbers.answers)?.count),
          seconds: Number(rowOf(numbers.answers)?.seconds) || 0,
        },
      },
    };
  } catch {
    return undefined;
  }
}

const ROLES: readonly Role[] = ["user", "assistant", "tool", "system"];

/**
 * Returns the message of a line; undefined for other lines. A pulled session may contain any file, so every
 * value is checked.
 */
export function keptMessage(row: Row): Message | undefined {
  const role = ROLES.find((each) => each === row.role);
  if (role === undefined || typeof row.text !== "string") return undefined;
  const [at, tools] = [textOf(row.at), rowsIn(row.tools)];
  return {
    role,
    ...(at === undefined || Number.isNaN(Date.parse(at)) ? {} : { at }),
    text: row.text,
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map((each) => {
            const input = textOf(each.input);
            return { name: textOf(each.name) ?? "", ...defined({ input }) };
          }),
        }),
    ...(row.sub === true ? { sub: true as const } : {}),
  };
}
