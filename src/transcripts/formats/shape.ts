/**
 * Defines the form of a conversation that all readers return and sessions store, and computes its numbers.
 * Pure.
 */

import { oneLine } from "../../text/foreign-text.ts";

/** Author of a message. `tool`: the answer of a tool. `system`: text that the program itself added. */
export type Role = "user" | "assistant" | "tool" | "system";

export interface Message {
  readonly role: Role;
  /** Time of the message in ISO 8601, UTC; absent if the file has no time. */
  readonly at?: string;
  readonly text: string;
  /** Tools that the message calls, each with the start of its input. */
  readonly tools?: readonly ToolCall[];
  /** Set if the message is part of a conversation with a subagent. */
  readonly sub?: true;
}

/** Some messages of a conversation, numbered from 1. */
export interface MessagePage {
  readonly entries: readonly (Message & { readonly n: number })[];
  readonly skipped: number;
  readonly more: number;
}

export interface ToolCall {
  readonly name: string;
  readonly input?: string;
}

export interface Tokens {
  /** Number of all input tokens, including cached tokens. */
  readonly in: number;
  readonly cached: number;
  readonly out: number;
}

/** Converts the rows of a file, in order, into messages. */
export interface Reader {
  /** Reads every row before the first `take`, for formats whose later rows change earlier messages. */
  readonly look?: (row: Row) => void;
  readonly take: (row: Row) => readonly Message[];
  readonly end: () => readonly Message[];
  /** Returns the facts about the conversation that are known after the last row. */
  readonly about: () => { readonly id?: string; readonly tokens?: Tokens };
}

/** A row in the conversation file of an agent. */
export type Row = Readonly<Record<string, unknown>>;

/** Numbers of a conversation. */
export interface TranscriptNumbers {
  /** Number of messages of the user and of the assistant. */
  readonly messages: number;
  readonly user: number;
  readonly assistant: number;
  /** Number of tool calls. */
  readonly tools: number;
  /** Number of calls by tool, the most used first. */
  readonly byTool: readonly { readonly name: string; readonly calls: number }[];
  /** Number of tokens; null if the file has no such numbers. */
  readonly tokens: Tokens | null;
  /** Times of the first and the last message, in ISO 8601, UTC; null if no message has a time. */
  readonly from: string | null;
  readonly to: string | null;
  /** The start of the user's first and last message, in one line; null without a message. */
  readonly first: string | null;
  readonly last: string | null;
  /** Number of answers with a known time, and the sum of seconds from the user's message to each. */
  readonly answers: { readonly count: number; readonly seconds: number };
}

/** Maximum characters of the user's first and last message to keep. */
const PROMPT = 200;

/** Maximum tools to count by name. */
const MOST_TOOLS = 30;

/** Returns a counter of messages: `add` counts a message, `numbers` returns the numbers so far. */
export function messageCounter(): {
  add: (message: Message) => void;
  numbers: (tokens: Tokens | undefined) => TranscriptNumbers;
} {
  const roles = { user: 0, assistant: 0, tool: 0, system: 0 };
  const calls = new Map<string, number>();
  let from: string | null = null;
  let to: string | null = null;
  let first: string | null = null;
  let last: string | null = null;
  let asked: string | undefined;
  const answers = { count: 0, seconds: 0 };
  return {
    add: ({ role, at, text, sub, tools = [] }) => {
      roles[role]++;
      if (role === "user" && !sub) {
        last = oneLine(text).slice(0, PROMPT);
        first ??= last;
        asked = at;
      } else if (role === "assistant" && !sub && asked !== undefined && at !== undefined) {
        answers.count++;
        answers.seconds += Math.max(0, (Date.parse(at) - Date.parse(asked)) / 1000);
        asked = undefined;
      }
      // Limits the list of tool names, which a hostile file could make endless.
      for (const { name } of tools)
        if (calls.size < 1000 || calls.has(name)) calls.set(name, (calls.get(name) ?? 0) + 1);
      if (at === undefined) return;
      if (from === null || at < from) from = at;
      if (to === null || at > to) to = at;
    },
    numbers: (tokens) => ({
      messages: roles.user + roles.assistant,
      user: roles.user,
      assistant: roles.assistant,
      tools: [...calls.values()].reduce((sum, each) => sum + each, 0),
      byTool: byUse(calls),
      tokens: tokens ?? null,
      from,
      to,
      first,
      last,
      answers: { ...answers },
    }),
  };
}

export interface TranscriptSum extends TranscriptNumbers {
  /** Average seconds from a message of the user to the answer; null if unknown. */
  readonly response: number | null;
  /** Number of conversations. */
  readonly count: number;
  /** Sum of the minutes from the first message to the last of each conversation; null if unknown. */
  readonly minutes: number | null;
}

/** Returns the sum of the numbers of several conversations; null for an empty list. */
export function sumOf(all: readonly TranscriptNumbers[]): TranscriptSum | null {
  if (all.length === 0) return null;
  const lengths = all.map(lengthInMinutes).filter((each) => each !== null);
  const total = (of: (each: TranscriptNumbers) => number) => all.reduce((sum, each) => sum + of(each), 0);
  const calls = new Map<string, number>();
  for (const { name, calls: count } of all.flatMap((each) => each.byTool))
    calls.set(name, (calls.get(name) ?? 0) + count);
  const told = all.flatMap((each) => each.tokens ?? []);
  const sum = (of: (each: Tokens) => number) => told.reduce((before, each) => before + of(each), 0);
  const inOrder = [...all].sort((one, other) => ((one.to ?? "") < (other.to ?? "") ? -1 : 1));
  const answers = {
    count: total((each) => each.answers.count),
    seconds: total((each) => each.answers.seconds),
  };
  const times = all.flatMap(({ from, to }) => [from, to].filter((each) => each !== null)).sort();
  return {
    count: all.length,
    minutes: lengths.length === 0 ? null : lengths.reduce((before, each) => before + each, 0),
    messages: total((each) => each.messages),
    user: total((each) => each.user),
    assistant: total((each) => each.assistant),
    tools: total((each) => each.tools),
    byTool: byUse(calls),
    tokens:
      told.length === 0
        ? null
        : { in: sum((each) => each.in), cached: sum((each) => each.cached), out: sum((each) => each.out) },
    from: times[0] ?? null,
    to: times.at(-1) ?? null,
    first: all.find((each) => each.first !== null)?.first ?? null,
    last: inOrder.findLast((each) => each.last !== null)?.last ?? null,
    answers,
    response: answers.count === 0 ? null : Math.round((answers.seconds / answers.count) * 10) / 10,
  };
}

/** Returns the minutes from the first message to the last; null if unknown. */
export function lengthInMinutes({ from, to }: Pick<TranscriptNumbers, "from" | "to">): number | null {
  if (from === null || to === null) return null;
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
}

function byUse(calls: ReadonlyMap<string, number>): TranscriptNumbers["byTool"] {
  return [...calls]
    .map(([name, count]) => ({ name, calls: count }))
    .sort((one, other) => other.calls - one.calls || (one.name < other.name ? -1 : 1))
    .slice(0, MOST_TOOLS);
}
