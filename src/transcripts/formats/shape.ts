/**
 * The one shape of a conversation with an agent, which all readers give and sessions store, and its numbers.
 * Pure.
 */

import { oneLine } from "../../text/foreign-text.ts";

/** `tool`: the answer of a tool. `system`: text that the program itself added. */
export type Role = "user" | "assistant" | "tool" | "system";

export interface Message {
  readonly role: Role;
  /** ISO 8601 UTC; absent if the file has no time. */
  readonly at?: string;
  readonly text: string;
  /** Tools that the message calls, each with the start of its input. */
  readonly tools?: readonly ToolCall[];
  /** Part of the conversation with a subagent. */
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
  /** All input tokens, cached tokens included. */
  readonly in: number;
  readonly cached: number;
  readonly out: number;
}

/** Turns the rows of a file, in order, into messages. */
export interface Reader {
  /** Sees every row once before `take`, for formats whose later rows change earlier messages. */
  readonly look?: (row: Row) => void;
  readonly take: (row: Row) => readonly Message[];
  readonly end: () => readonly Message[];
  /** Facts that are known after the last row. */
  readonly about: () => { readonly id?: string; readonly tokens?: Tokens };
}

/** A row of an agent's file. */
export type Row = Readonly<Record<string, unknown>>;

/** Numbers of a conversation. */
export interface TranscriptNumbers {
  /** Messages of the user and of the assistant. */
  readonly messages: number;
  readonly user: number;
  readonly assistant: number;
  /** Tool calls. */
  readonly tools: number;
  /** The most used first. */
  readonly byTool: readonly { readonly name: string; readonly calls: number }[];
  /** Null if the file has no numbers. */
  readonly tokens: Tokens | null;
  /** Times of the first and the last message, ISO 8601 UTC; null if no message has a time. */
  readonly from: string | null;
  readonly to: string | null;
  /** The start of the user's first and last message, in one line; null without a message. */
  readonly first: string | null;
  readonly last: string | null;
  /** Number of answers with a known time, and the sum of seconds from the user's message to each. */
  readonly answers: { readonly count: number; readonly seconds: number };
}

/** Most characters of the user's first and last message. */
const PROMPT = 200;

/** Most tools that are counted by name. */
const MOST_TOOLS = 30;

/** Returns a counter: `add` takes a message, `numbers` returns the numbers so far. */
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
      // A hostile file must not make the list of names grow without end.
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
  /** Average seconds from a message of the user to its answer; null if unknown. */
  readonly response: number | null;
  /** Conversations. */
  readonly count: number;
  /** Sum of the minutes from the first message to the last of each conversation; null if unknown. */
  readonly minutes: number | null;
}

/** Returns the sum of several conversations; null for none. */
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
