/** A conversation with an agent, whatever program kept it: the one shape that sessions keep. Pure. */

import { oneLine } from "../../text/foreign-text.ts";

/** `tool`: what a tool answered. `system`: what the program itself put in. */
export type Role = "user" | "assistant" | "tool" | "system";

export interface Message {
  readonly role: Role;
  /** ISO 8601 UTC; absent where the file does not say. */
  readonly at?: string;
  readonly text: string;
  /** Tools that the message calls, each with the start of what it was given. */
  readonly tools?: readonly ToolCall[];
  /** Said by or to an agent that this one started. */
  readonly sub?: true;
}

/** Some of the messages of a conversation, numbered from 1. */
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
  /** All that was read, what came out of a cache included. */
  readonly in: number;
  readonly cached: number;
  readonly out: number;
}

/** Reads the rows of a file, in order, and gives messages as they are complete. */
export interface Reader {
  /** Before `take`, for a file that says later what becomes of earlier rows: sees every row once. */
  readonly look?: (row: Row) => void;
  readonly take: (row: Row) => readonly Message[];
  readonly end: () => readonly Message[];
  /** Known at the end. */
  readonly about: () => { readonly id?: string; readonly tokens?: Tokens };
}

export type Row = Readonly<Record<string, unknown>>;

/** What a conversation came to. */
export interface TranscriptNumbers {
  /** Of the user and of the assistant. */
  readonly messages: number;
  readonly user: number;
  readonly assistant: number;
  /** Calls. */
  readonly tools: number;
  /** The most used first. */
  readonly byTool: readonly { readonly name: string; readonly calls: number }[];
  /** Null: the file does not say. */
  readonly tokens: Tokens | null;
  /** ISO 8601 UTC of the first and the last message; null where none says when. */
  readonly from: string | null;
  readonly to: string | null;
  /** The beginning of the user's first and last message, in one line; null without one. */
  readonly first: string | null;
  readonly last: string | null;
  /** Answers whose time is known, and the seconds from the user's message to them together. */
  readonly answers: { readonly count: number; readonly seconds: number };
}

/** Characters that are kept of a user's first and last message. */
const PROMPT = 200;

/** Tools whose calls are kept apart. */
const MOST_TOOLS = 30;

/** Counts messages one by one. */
export function tally(): {
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
  /** Seconds from a message of the user to its answer, on average; null where nobody knows. */
  readonly response: number | null;
  /** Conversations. */
  readonly count: number;
  /** From the first message to the last of each, in minutes. */
  readonly minutes: number | null;
}

/** Several conversations together; null where there is none. */
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

/** Minutes from the first message to the last; null where nobody knows. */
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
