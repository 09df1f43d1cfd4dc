/**
 * Reads values from files of other programs. Any value may be missing, of another type or very large. Pure.
 */

import { defined } from "../../text/defined.ts";
import { isRecord } from "../../text/json.ts";
import type { Message, Row, Tokens, ToolCall } from "./shape.ts";

/** Maximum characters of a message, of a tool's input, and of a tool's answer. */
const MOST_TEXT = 100_000;
const MOST_INPUT = 500;
const MOST_ANSWER = 2_000;

/** Returns a value that is an object; undefined for other values. */
export function rowOf(value: unknown): Row | undefined {
  return isRecord(value) ? value : undefined;
}

/** Returns the objects in a list. */
export function rowsIn(value: unknown): Row[] {
  return listOf(value).flatMap((each): Row[] => {
    const row = rowOf(each);
    return row ? [row] : [];
  });
}

/** Returns a text that is not empty; undefined for other values. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Returns a time as ISO 8601 UTC. `value`: a date as text, or seconds or milliseconds since the epoch. */
function momentOf(value: unknown): string | undefined {
  const time =
    typeof value === "number"
      ? value < 1e11
        ? value * 1000
        : value
      : typeof value === "string"
        ? Date.parse(value)
        : Number.NaN;
  return Number.isFinite(time) && time >= 0 && time < 8e15 ? new Date(time).toISOString() : undefined;
}

/** Returns token counts; an invalid count becomes 0. */
export function tokensOf(input: unknown, cached: unknown, out: unknown): Tokens {
  return { in: countOf(input), cached: countOf(cached), out: countOf(out) };
}

/** Returns a positive integer; 0 for other values. */
export function countOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** Adds two token counts. */
export function addTokens(one: Tokens | undefined, other: Tokens): Tokens {
  return {
    in: (one?.in ?? 0) + other.in,
    cached: (one?.cached ?? 0) + other.cached,
    out: (one?.out ?? 0) + other.out,
  };
}

/** Matches text that an agent adds to the user's message: reminders, and the output of hooks. */
const PUT_IN = /<(system-reminder|hook_context)>[\s\S]*?<\/\1>\s*/g;

/** Returns a list with one message; an empty list for a message without text and tools. */
export function message(
  role: Message["role"],
  at: unknown,
  text: string,
  more: { readonly tools?: readonly ToolCall[]; readonly sub?: boolean } = {},
): Message[] {
  const said = clip(
    (role === "user" ? text.replace(PUT_IN, "") : text).trim(),
    role === "tool" ? MOST_ANSWER : MOST_TEXT,
  );
  const { tools = [], sub = false } = more;
  if (said === "" && tools.length === 0) return [];
  const when = momentOf(at);
  return [
    {
      role,
      ...defined({ at: when }),
      text: said,
      ...(tools.length === 0 ? {} : { tools }),
      ...(sub ? { sub: true as const } : {}),
    },
  ];
}

/** Returns a tool call with the start of its input. */
export function toolCall(name: unknown, input: unknown): ToolCall {
  const given = input === undefined || input === null ? "" : typeof input === "string" ? input : shown(input);
  const start = clip(given.trim(), MOST_INPUT);
  return {
    name: clip(textOf(name) ?? "a tool", 80),
    ...(start === "" || start === "{}" ? {} : { input: start }),
  };
}

/**
 * Returns the text of a message's content: a string, or a list of parts. Pictures and files become `[image]`
 * and so on.
 */
export function wordsOf(content: unknown): string {
  if (typeof content === "string") return isEncoded(content) ? "[data]" : content;
  if (rowOf(content)) return wordsOfPart(rowOf(content) as Row);
  return listOf(content)
    .map((part) => (typeof part === "string" ? wordsOf(part) : wordsOfPart(rowOf(part) ?? {})))
    .filter((each) => each !== "")
    .join("\n");
}

function wordsOfPart(part: Row): string {
  const type = textOf(part.type) ?? "";
  if (/^(input_)?(image|audio|file|document|video)/.test(type) || part.inlineData || part.fileData)
    return `[${/image|audio|file|document|video/.exec(type)?.[0] ?? "data"}]`;
  const text = textOf(part.text) ?? textOf(part.output);
  return text === undefined ? "" : isEncoded(text) ? "[data]" : text;
}

/** Reports whether a text is only a long run of base64. */
function isEncoded(text: string): boolean {
  return (
    text.length > 400 &&
    /^(data:[\w/+.-]+;base64,)?[A-Za-z0-9+/=\s]+$/.test(text) &&
    !/\s\S{1,30}\s/.test(text.slice(0, 2000))
  );
}

function shown(value: unknown): string {
  try {
    // Shortens long strings, which are contents of files or pictures.
    return JSON.stringify(value, (_, each) =>
      typeof each === "string" ? clip(isEncoded(each) ? "[data]" : each, 200) : each,
    );
  } catch {
    return "";
  }
}

function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end)}… (${text.length - end} characters more)`;
}
