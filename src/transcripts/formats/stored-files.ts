/** A conversation as the text of a file that sessions keep. Pure. */
import { type TranscriptHead, transcriptId } from "./kept.ts";
import { type Message, type Tokens, tally } from "./shape.ts";

/** Characters of one file at most. A longer conversation is cut into several. */
const MOST = 4_000_000;

/** What is known of a conversation beside its messages. */
export interface Written {
  /** What its tool calls it. */
  readonly id: string;
  readonly agent: string;
  /** ISO 8601 UTC. */
  readonly kept: string;
  /** Rows that could not be read. */
  readonly damaged: number;
  readonly tokens: Tokens | undefined;
}

/** Returns the files of a conversation, by their path in the session's folder; none without a message. */
export function transcriptFiles(
  messages: readonly Message[],
  { id, agent, kept, damaged, tokens }: Written,
): { path: string; text: string }[] {
  const name = transcriptId(id, id);
  return pieces(messages).map((some, at) => {
    const count = tally();
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
