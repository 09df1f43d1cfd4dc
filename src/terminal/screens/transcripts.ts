/** Formats conversations with agents and their messages. */

import { plural } from "../../text/plural.ts";
import { formatMinutes } from "../../text/time/duration.ts";
import {
  lengthInMinutes,
  type MessagePage,
  type Role,
  type TranscriptNumbers,
  type TranscriptSum,
} from "../../transcripts/formats/shape.ts";
import type { TranscriptHead } from "../../transcripts/formats/stored.ts";
import { signs } from "../signs.ts";
import { bold, cyan, dim, green } from "../style.ts";

/** Returns a conversation as a line. `day`: formats a time of ISO 8601. */
export function transcriptLine(
  { id, agent, numbers, damaged, redacted }: TranscriptHead,
  day: (iso: string) => string,
): string {
  const facts = [
    numbersText(numbers, lengthInMinutes(numbers)),
    ...(numbers.from === null ? [] : [day(numbers.from)]),
    ...(redacted === 0 ? [] : [`${plural(redacted, "text")} redacted`]),
    ...(damaged === 0 ? [] : [`${plural(damaged, "row")} unreadable`]),
  ];
  return `${bold(id)}  ${agent}  ${dim(facts.join(", "))}`;
}

/** Returns counts such as `42 messages, 31 tool calls, 120k tokens, 2h 5m`. */
function numbersText(numbers: TranscriptNumbers, minutes: number | null): string {
  const { tokens } = numbers;
  return [
    plural(numbers.messages, "message"),
    plural(numbers.tools, "tool call"),
    ...(tokens === null ? [] : [`${thousands(tokens.in + tokens.out)} tokens`]),
    ...(minutes === null ? [] : [formatMinutes(minutes)]),
  ].join(", ");
}

/** Returns the numbers of a session's conversations by name; empty if none is stored. */
export function conversationFigures(
  sum: TranscriptSum | null,
  day: (iso: string) => string,
): [name: string, value: string][] {
  if (sum === null) return [];
  const { user, assistant, response, from, to } = sum;
  return [
    ["Conversations", `${sum.count} (${numbersText(sum, sum.minutes)})`],
    ["Messages", `${user} of the user, ${assistant} of the assistant`],
    ...(response === null ? [] : [["Response time", `${response}s on average`] as [string, string]]),
    ...(from === null || to === null
      ? []
      : ([
          ["First message", day(from)],
          ["Last message", day(to)],
        ] as [string, string][])),
  ];
}

const PAINTS: Readonly<Partial<Record<Role, (text: string) => string>>> = { user: cyan, assistant: green };

/** Returns messages in full, each with its author. */
export function messageLines(messages: MessagePage["entries"], day: (iso: string) => string): string[] {
  return messages.flatMap(({ n, role, at, text, tools = [], sub }, index) => {
    const paint = PAINTS[role] ?? dim;
    const when = at === undefined ? "" : dim(`  ${day(at)}`);
    const lines = text === "" ? [] : text.split("\n");
    return [
      ...(index === 0 ? [] : [""]),
      `${dim(`${n}`)} ${paint(`${role}${sub ? " (below)" : ""}`)}${when}`,
      ...lines.map((each) => (role === "tool" ? dim(each) : each)),
      ...tools.map(({ name, input }) =>
        dim(`${signs().arrow} ${name}${input === undefined ? "" : ` ${input.replace(/\s+/g, " ")}`}`),
      ),
    ];
  });
}

/** Returns the count of messages before and after a page, such as `10 before, 90 more`. */
export function restOf({ skipped, more }: Pick<MessagePage, "skipped" | "more">): string {
  return [...(skipped > 0 ? [`${skipped} before`] : []), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

/** Returns a short number, such as `950`, `12k` or `3.4M`. */
function thousands(count: number): string {
  if (count < 1000) return String(count);
  return count < 999_500 ? `${Math.round(count / 1000)}k` : `${(count / 1e6).toFixed(1)}M`;
}
