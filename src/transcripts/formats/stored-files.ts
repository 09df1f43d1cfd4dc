/** Converts a conversation into the files that a session stores. Pure. */

import { type Message, messageCounter, type Tokens } from "./shape.ts";
import { type TranscriptHead, transcriptId } from "./stored.ts";

/** Maximum characters of a file. A longer conversation is split into several files. */
const MOST = 4_000_000;

/** Facts about a conversation, without its messages. */
export interface ConversationFacts {
  /** Id of the conversation in the tool that wrote it. */
  readonly id: string;
  readonly agent: string;
  /** Time of the copy in ISO 8601, UTC. */
  readonly kept: string;
  /** Number of rows that could not be read. */
  readonly damaged: number;
  readonly tokens: Tokens | undefined;
}

/**
 * Returns the files of a conversation with their paths in the session's folder; none if it has no message.
 */
export function transcriptFiles(
  messages: readonly Message[],
  { id, agent, kept, damaged, tokens }: ConversationFacts,
): { path: string; text: string }[] {
  const name = transcriptId(id, id);
  return pieces(messages).map((some, at) => {
    const count = messageCounter();
    for (const each of some) count.add(each);
    const part = at === 0 ? name : `${name}-${at + 1}`;
    const head: TranscriptHead = {
      ...{ schema: 1, id: part, agent, kept, bytes: 0, redacted: 0 },
      damaged: at === 0 ? damaged : 0,
      numbers: count.numbers(at === 0 ? tokens : undefined),
    };
    return {
      path: `transcripts/${part}.jsonl`,
      text: [head, ...some].map((each) => `${JSON.stringify(each)}\n`).join(""),
    };
  });
}

function pieces(messages: readonly Message[]): Message[][] {
  const all: Message[][] = [];
  let size = MOST;
  for (const each of messages) {
    const length = JSON.stringify(each).length;
    if (size + length > MOST) {
      all.push([]);
      size = 0;
    }
    all.at(-1)?.push(each);
    size += length;
  }
  return all;
}
